// Time integrals of the autocorrelation of a few fluctuating components (Green and Kubo).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/io/state.hpp"
#include "sim/md/observables/block_average.hpp"

namespace tessera::sim::md {

/// Correlations C(t) = <a(0) . a(t)>/components and their running integrals by the trapezoidal rule, up to a number of
/// samples back. Every sample is a time origin. Errors are those of the integrals that end at each sample. Local, and
/// the same wherever the same values are added.
class GreenKubo {
 public:
  /// `name`: for checkpoints and messages.
  GreenKubo(std::string name, std::size_t components, std::int64_t lags);

  /// `interval`: time since the sample before.
  void add(const std::vector<double>& now, double interval);

  std::size_t num_lags() const { return products_.size(); }
  const BlockAverage& correlation(std::size_t lag) const { return products_[lag]; }
  const BlockAverage& integral(std::size_t lag) const { return integrals_[lag]; }

  /// For reports, of the lags that there are samples of: time, correlation, normalised, integral times `scale` and its
  /// error. `interval`: time between samples.
  std::vector<std::vector<double>> rows(double interval, double scale) const;

  void save(data::StateWriter& writer) const;
  /// Throws Error (input) for another number of lags.
  void restore(data::StateReader& reader);

 private:
  std::size_t place(std::int64_t sample) const { return static_cast<std::size_t>(sample) % products_.size(); }

  std::string name_;
  std::size_t components_;
  std::vector<double> history_;  // (sample in turn, component)
  std::vector<BlockAverage> products_, integrals_;
  std::int64_t num_samples_ = 0;
};

}  // namespace tessera::sim::md
