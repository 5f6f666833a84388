// Densities as decks give them, what is drawn from them, and what the reference data say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/sample_source.hpp"

namespace tessera::test {

/// Keys of [stage.density]; its position in messages is a.toml:6.
std::shared_ptr<const sim::SampleSource> density_of(const std::string& keys);
/// What is said about these keys when they are read or the density is made.
std::string complaint_about_density(const std::string& keys);

/// P1 to P7: the problems with closed-form answers of action matching, as decks have them.
std::string problem(const std::string& name);

/// Row after row.
std::vector<double> draw_at(const sim::SampleSource& source, double time, int count, std::int64_t first = 0,
                            std::uint32_t seed = 5);
std::vector<double> log_density_at(const sim::SampleSource& source, double time, const std::vector<double>& positions);

/// Mean, and covariance row after row.
struct Statistics {
  std::vector<double> mean, covariance;
};
Statistics statistics_of(const std::vector<double>& positions, int dimensions);

/// Pearson's statistic of counts against probabilities that sum up to 1 (or nearly: the rest is one more class), as
/// its distance from its mean in standard deviations.
double chi_square_deviation(const std::vector<double>& counts, const std::vector<double>& probabilities);

/// Collective. A text in a file of its own; its path.
std::string write_cells(const std::string& text);

/// A dataset of tests/data/action_matching/densities.h5.
std::vector<double> golden_density(const std::string& dataset);

}  // namespace tessera::test
