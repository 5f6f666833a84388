// Derivatives of graphs along directions, by differentiation in reverse and forwards, and by differences.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "diff/graph.hpp"

namespace tessera::test {

/// A function of rows x (5 of a block of 8) and shared p.
struct Sample {
  std::string name;
  std::int64_t width = 1;
  std::int64_t num_parameters = 0;
  std::function<diff::Node(diff::Node x, diff::Node p)> function;
  bool positive = false;       ///< all numbers of x are
  std::int64_t max_order = 2;  ///< derivatives to look at
  bool has_third = true;       ///< its activations can be differentiated three times
};

/// For each order from 1 on: the derivative of s = sum of weights times function along a direction of (x, p), that of
/// the result along another, and so on; and the same by Richardson's extrapolation of differences of the order before.
/// Those in reverse are `exact`; `forward` goes forwards all along, `mixed` the last time in reverse. The rows that do
/// not count hold NaN.
struct Comparison {
  double exact, differences, forward, mixed;
};
std::vector<Comparison> compare(const Sample& sample);

/// The generator of a process with one direction as drift and two as noise, applied to s, and its derivative along the
/// first (if there is a third derivative); and the same, put together from forward derivatives of derivatives.
struct GeneratorComparison {
  double value, from_tangents, slope, slope_from_tangents;
};
GeneratorComparison compare_generator(const Sample& sample);

}  // namespace tessera::test
