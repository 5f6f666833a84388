// At which times in [0, 1] an integral over time is sampled, and with which density.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "data/io/state.hpp"

namespace tessera::learn::action {

/// quasirandom: frac(1/2 + k sqrt 2) (as the authors of action matching do); uniform; learned: with a density that
/// follows the deviation of the integrand.
enum class TimeKind { quasirandom, uniform, learned };

/// Local. Number k = 0, 1... of the first two kinds.
double quasirandom_time(std::int64_t k);

/// A density of times, piecewise linear on [0, 1], that goes with the standard deviation of an integrand: running means
/// of it and of its square deviation are kept on a grid. Same on all ranks.
class TimeDensity {
 public:
  static constexpr int grid_size = 100;
  static constexpr double uniform_share = 0.01;

  /// Uniform at first.
  explicit TimeDensity(int points = grid_size);
  /// With these deviations on a grid of as many points.
  explicit TimeDensity(const std::vector<double>& deviations);

  double density(double t) const;
  const std::vector<double>& values() const { return density_; }
  const std::vector<double>& cumulative() const { return cumulative_; }
  /// The time below which a share u in [0, 1] of the probability lies.
  double quantile(double u) const;

  /// Collective. Values of the integrand (without 1/density) at these times, each rank its own: mean <- 0.99 mean +
  /// 0.01 m and likewise for square deviations, m a mean over all values with weights exp(-100 |t - T|) at grid point
  /// T. The result does not depend on the number of ranks.
  void update(const Comm& comm, const std::vector<double>& times, const std::vector<double>& values);

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  double at(const std::vector<double>& values, double t) const;
  void integrate();

  std::vector<double> mean_, variance_, density_, cumulative_;
};

}  // namespace tessera::learn::action
