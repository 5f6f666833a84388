// Tables that a comparison of trajectories leaves: numbers, and the curves of all of them on the same axes.
#pragma once

#include <string>
#include <vector>

#include "learn/comparison/side_by_side.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::comparison {

/// Trajectories under the names that they have in tables: the reference first, reference_again behind it.
struct NamedTrajectory {
  std::string name;
  const Trajectory* trajectory;
};

/// comparison.csv: a row for each of the data and each quantity; nan where something is not known.
sim::Report comparison_report(const std::vector<std::string>& names, const std::vector<Compared>& compared);

/// temperature.csv and potential_energy.csv (where the reference has one): densities in `bins` equal parts of the range
/// of all trajectories, of the temperature also the Gaussian of a canonical ensemble at the mean of the reference.
std::vector<sim::Report> histogram_reports(const std::vector<NamedTrajectory>& trajectories, double discard, int bins);

/// rdf.csv, vdos.csv and msd.csv of the reference with those of the others, between whose points lines are drawn; nan
/// beyond their ranges.
std::vector<sim::Report> curve_reports(const std::vector<NamedTrajectory>& trajectories);

}  // namespace tessera::learn::comparison
