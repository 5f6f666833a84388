// Samples that all ranks know, split over them as distances want them.
#pragma once

#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "math/matrix.hpp"
#include "math/points.hpp"

namespace tessera::test {

/// Rows of a matrix one behind the other.
inline std::vector<double> by_rows(const math::Matrix& a) {
  std::vector<double> values;
  for (int i = 0; i < a.rows(); ++i)
    for (int j = 0; j < a.cols(); ++j) values.push_back(a(i, j));
  return values;
}

/// Collective. Each rank takes its blocks of all of them.
inline math::Points points_of(int dimension, const std::vector<double>& all, const std::vector<double>& weights = {}) {
  const Comm& comm = test::comm();
  const int rows = static_cast<int>(all.size()) / dimension,
            blocks = (rows + math::Points::block - 1) / math::Points::block;
  const auto begin = [&](int rank) { return std::min(rows, math::Points::block * (blocks * rank / comm.size())); };
  const int first = begin(comm.rank()), last = begin(comm.rank() + 1);
  return {comm,
          dimension,
          {all.begin() + first * dimension, all.begin() + last * dimension},
          weights.empty() ? weights : std::vector<double>{weights.begin() + first, weights.begin() + last}};
}

inline math::Points points_of(const math::Matrix& rows, const std::vector<double>& weights = {}) {
  return points_of(rows.cols(), by_rows(rows), weights);
}

}  // namespace tessera::test
