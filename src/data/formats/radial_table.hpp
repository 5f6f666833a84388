// Tables of a pair potential as files of LAMMPS's pair_style table hold them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/comm.hpp"

namespace tessera::data {

/// Energy and force -du/dr at distances that increase; at least two of them, all above zero.
struct RadialTable {
  std::vector<double> r, energy, force;
  /// dF/dr at the first and the last distance (FPRIME).
  std::optional<double> first_slope, last_slope;
  std::string units;  ///< "metal" and so on, where a comment of the file says so (UNITS:), or empty
};

/// Collective; the first rank reads. A file is a row of sections: a line that begins with the section's keyword, a line
/// of parameters (N rows; R or RSQ with the first and the last distance, between which rows are even in r or r^2;
/// FPRIME with dF/dr at both), then N rows of number, distance, energy, force. '#' begins a comment; blank lines are
/// free. With R or RSQ these distances count, and those of the rows must be nearer to them than to their neighbours.
///
/// Throws Error (input) that names file and line for a section that is missing or there twice, unknown parameters, too
/// few or too many rows, rows out of order, distances that do not increase, what is not a finite number, and forces
/// that are not the slope of the energy.
RadialTable read_radial_table(const Comm& comm, const std::string& path, const std::string& keyword);

}  // namespace tessera::data
