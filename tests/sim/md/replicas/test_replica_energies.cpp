// Replicas sample at each temperature what a single run samples there.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "sim/md/observables/block_average.hpp"
#include "tempering.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::md;

namespace {

constexpr int steps = 12000, equilibration = 1000, every = 20;

/// Kolmogorov and Smirnov's distance between two sets.
double distance(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double largest = 0.0;
  std::size_t n = 0;
  for (std::size_t m = 0; m < a.size(); ++m) {
    while (n < b.size() && b[n] <= a[m]) ++n;
    largest = std::max(largest, std::abs(static_cast<double>(m + 1) / static_cast<double>(a.size()) -
                                         static_cast<double>(n) / static_cast<double>(b.size())));
  }
  return largest;
}

}  // namespace

TEST_CASE("Energies at each temperature are distributed as in a run at that temperature alone", "[md]") {
  auto params = tempering();
  params.dt = 0.008;
  params.steps = steps;
  params.replicas->every = every;
  params.replicas->equilibration = equilibration;
  ReplicaStage replicas(context_on(comm()), params);
  replicas.start();
  std::vector<std::vector<double>> tempered(3);
  for (int n = 1; n <= steps; ++n) {
    step(replicas, comm());
    if (n % every != 0 || n <= equilibration) continue;
    const auto energies = replicas.energies();
    for (int k = 0; k < 3; ++k)
      tempered[static_cast<std::size_t>(k)].push_back(
          energies[static_cast<std::size_t>(replicas.exchange().replica_at(k))]);
  }
  for (int k = 0; k < 2; ++k) {
    CHECK(replicas.exchange().acceptance(k) > 0.2);
    CHECK(replicas.exchange().acceptance(k) < 0.9);
  }
  CHECK(replicas.exchange().num_round_trips() > 10);

  for (const int k : {0, 1}) {
    CAPTURE(k);
    auto alone = params;
    alone.replicas.reset();
    alone.thermostat->temperature = replicas.ladder()[static_cast<std::size_t>(k)];
    MdStage single({comm(), "single", 1234, {}}, alone);
    single.start();
    BlockAverage mean;
    std::vector<double> energies;
    for (int n = 1; n <= steps; ++n) {
      step(single, comm());
      if (n % every != 0 || n <= equilibration) continue;
      energies.push_back(single.potential_energy());
      mean.add(energies.back());
    }
    const auto& found = replicas.exchange().energy(k);
    const double error = std::hypot(mean.uncertainty().error, found.uncertainty().error);
    CAPTURE(mean.mean(), found.mean(), error);
    CHECK(std::abs(found.mean() - mean.mean()) < 3.5 * error);
    CHECK_THAT(found.variance(), WithinRel(mean.variance(), 0.25));
    // Values that count as one, of both: one set of independent numbers in a thousand is further off.
    const double values = static_cast<double>(energies.size());
    const double independent = 1.0 / (std::max(1.0, mean.uncertainty().inefficiency) / values +
                                      std::max(1.0, found.uncertainty().inefficiency) / values);
    CHECK(distance(tempered[static_cast<std::size_t>(k)], energies) < 1.95 / std::sqrt(independent));
  }
}
