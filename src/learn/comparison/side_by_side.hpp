// One trajectory beside a reference: numbers of both, and how far they are apart.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "learn/comparison/trajectory.hpp"
#include "math/curves.hpp"
#include "math/time_series.hpp"

namespace tessera::learn::comparison {

inline constexpr math::Measured not_known{std::numeric_limits<double>::quiet_NaN(),
                                          std::numeric_limits<double>::quiet_NaN()};

/// NaN where something is not known.
struct ComparedRow {
  std::string label, unit;
  math::Measured reference = not_known, again = not_known, data = not_known;  ///< not of distances between curves
  double difference = not_known.value;  ///< data - reference; of curves their distance, or their overlap
  double floor = not_known.value;  ///< between the references: the magnitude of the same; or of halves of the first
  bool is_distance = false;        ///< between curves
};

struct Compared {
  std::vector<ComparedRow> rows;
  std::vector<std::string> remarks;  ///< what could not be compared, and why
};

/// Local. Quantities of series behind their first part `discard`; overlaps of vdos.csv, differences of rdf.csv,
/// diffusion coefficients of msd.csv, where both have these files. `again` may be nullptr. Throws Error (input) if
/// units, types of particles or axes do not go together.
Compared put_side_by_side(const Trajectory& reference, const Trajectory* again, const Trajectory& data, double discard);

/// The columns of such a table that begin with the prefix ("g_"), or of one type alone those that are not its total.
std::vector<std::string> curves_in(const CsvColumns& table, const std::string& prefix);
/// One of them over the first column, the axis. Throws Error (input) unless that ascends.
math::Curve curve_of(const CsvColumns& table, const std::string& column);

}  // namespace tessera::learn::comparison
