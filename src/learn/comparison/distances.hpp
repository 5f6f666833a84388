// All chosen distances between two sets of samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random_order.hpp"
#include "learn/comparison/params.hpp"
#include "learn/comparison/snapshots.hpp"

namespace tessera::learn::comparison {

/// Samples of a snapshot: those at places [first, first + count) of a random order.
struct Selection {
  const Snapshots* source;
  int snapshot;
  RandomOrder order;
  std::int64_t first, count;

  /// The first ones of them.
  Selection at_most(std::int64_t limit) const;
  /// Collective.
  math::Points points() const;
};

/// What distances are called, in the order of their values: the chosen metrics, "mean error" (of the mean, in units of
/// the root of the reference's trace of covariance) and "covariance error" (relative, in Frobenius' norm).
std::vector<std::string> distance_names(const CompareParams& params);

class Distances {
 public:
  Distances(const CompareParams& params, std::uint32_t seed, int dimension);

  /// Collective. From `reference` to each of the others, the same on any number of ranks. Exact transports are solved
  /// side by side, each by one rank, which gathers what it needs. Throws Error (numeric, input) as the metrics do.
  std::vector<std::vector<double>> measure(const Comm& comm, const Selection& reference,
                                           const std::vector<Selection>& others) const;

 private:
  std::vector<double> measure_spread(const Selection& reference, const Selection& other) const;
  double metric(Metric metric, const math::Points& x, const math::Points& y) const;

  const CompareParams& params_;
  std::vector<Metric> metrics_;
  std::vector<double> directions_;
};

}  // namespace tessera::learn::comparison
