// Files with samples of Gaussians at several times.
#pragma once

#include <string>
#include <vector>

#include "catch.hpp"
#include "data/table.hpp"

namespace tessera::test {

/// At time t samples have the mean (speed t, 0...) and the deviation 1 in each coordinate.
struct GaussianTable {
  int rows = 200;  ///< at each time
  int dimension = 2;
  std::vector<double> times{0.0, 0.5, 1.0};
  double speed = 1.0;
  double growth = 0.0;  ///< the mass at time t is exp(growth t); with it there are weights, which differ
  std::uint32_t seed = 1;
};

/// Collective. Some of the columns of such a table.
data::Table make_table(const GaussianTable& samples, const Comm& comm = test::comm());
/// Collective. Writes it, and returns `path`.
std::string write_table(const std::string& path, const data::Table& table);
std::string write_table(const std::string& path, const GaussianTable& samples);

inline bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace tessera::test
