// What a run of molecular dynamics, or a forecast of one, has left in its folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.hpp"
#include "learn/comparison/csv_columns.hpp"

namespace tessera::learn::comparison {

/// The tables of observables that are compared, where there are any.
struct TrajectoryCurves {
  std::optional<CsvColumns> rdf, vdos, msd;
};

class Trajectory {
 public:
  /// Collective. series.csv, particles.h5 (for the number of particles) and tables of a folder; `who` names it in
  /// errors. Throws Error (input) unless they are those of molecular dynamics.
  Trajectory(const Comm& comm, const std::string& folder, const std::string& who);
  /// Local. From what has been read.
  Trajectory(std::string who, CsvColumns series, std::int64_t num_particles, TrajectoryCurves curves);

  const std::string& who() const { return who_; }
  const CsvColumns& series() const { return series_; }
  const TrajectoryCurves& curves() const { return curves_; }
  const Units& units() const { return units_; }
  double num_particles() const { return static_cast<double>(num_particles_); }
  /// Whether there were forces, or a forecast was given a potential: its energy is not zero throughout.
  bool has_potential() const { return has_potential_; }
  /// 2 K / (k_B T), to a whole number.
  double degrees_of_freedom() const { return freedom_; }
  /// "temperature_Si"...: columns with the temperatures of types.
  std::vector<std::string> temperatures_of_types() const;

 private:
  std::string who_;
  CsvColumns series_;
  std::int64_t num_particles_;
  TrajectoryCurves curves_;
  Units units_;
  bool has_potential_ = false;
  double freedom_ = 0.0;
};

/// First row and the one behind the last of this part of a series, in fractions of its rows.
std::pair<std::size_t, std::size_t> rows_between(std::size_t rows, double from, double to);

}  // namespace tessera::learn::comparison
