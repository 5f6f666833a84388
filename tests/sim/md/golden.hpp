// Reference numbers stored in HDF5 files below tests/data/md.
#pragma once

#include <string>
#include <vector>

namespace tessera::test {

/// A dataset of numbers, read whole.
struct Table {
  std::vector<std::size_t> shape;
  std::vector<double> values;  // last index fastest

  double operator()(std::size_t i) const { return values[i]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * shape[1] + j]; }
  /// Values [i, ...]: one frame of several.
  std::vector<double> part(std::size_t i) const;
};

/// Local. Throws Error (input) if it cannot be read.
Table read_golden(const std::string& file, const std::string& dataset);

/// Columns of the stored thermodynamic tables.
enum Thermo : std::size_t { temperature, potential, kinetic, total, pressure, xx, yy, zz, xy, xz, yz };

}  // namespace tessera::test
