#include "sim/md/communication.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "data/cluster_pairs.hpp"
#include "data/exchange_size.hpp"

namespace tessera::sim::md {

using std::numbers::pi;

namespace {

/// Speed that the fastest of `count` particles has on average, in units of sqrt(k_B T / m): beyond it lies a share
/// exp(-0.5772) / count of the Maxwell distribution (Gumbel).
double fastest_speed(double count) {
  const double wanted = std::exp(-std::numbers::egamma) / std::max(count, 1.0);
  const auto share_beyond = [](double v) {
    return std::erfc(v / std::sqrt(2.0)) + std::sqrt(2.0 / pi) * v * std::exp(-0.5 * v * v);
  };
  double low = 0.0, high = 40.0;
  while (high - low > 1e-6) {
    const double middle = 0.5 * (low + high);
    (share_beyond(middle) > wanted ? low : high) = middle;
  }
  return low;
}

double thermal_speed(const Fluid& fluid, const Units& units, std::size_t species) {
  return std::sqrt(units.boltzmann * fluid.temperature / (fluid.masses[species] * units.mass_velocity2));
}

/// Particles that fly out of this tile between two builds, a message to each rank that gets any.
data::ExchangeSize leaving(const data::Tiling& tiling, const Fluid& fluid, const Units& units, double time) {
  const auto& box = tiling.box();
  double flux = 0.0;  // particles an area
  for (std::size_t n = 0; n < fluid.counts.size(); ++n)
    flux += static_cast<double>(fluid.counts[n]) / box.volume() * thermal_speed(fluid, units, n) / std::sqrt(2.0 * pi) *
            time;
  double volume = box.volume();
  double share[3];
  for (int d = 0; d < 3; ++d) volume *= share[d] = tiling.high(d) - tiling.low(d);
  std::map<int, double> by_rank;
  for (int d = 0; d < 3; ++d)
    for (const int side : {-1, 1}) {
      data::Int3 place = tiling.coordinates();
      place[d] += side;
      const bool is_outside = place[d] < 0 || place[d] >= tiling.grid()[d];
      if (is_outside && !box.is_periodic[d]) continue;
      place[d] = (place[d] + tiling.grid()[d]) % tiling.grid()[d];
      if (tiling.rank_of(place) == tiling.rank()) continue;
      by_rank[tiling.rank_of(place)] += flux * volume / (box.height(d) * share[d]);
    }
  data::ExchangeSize size;
  for (const auto& [rank, rows] : by_rank) {
    size.rows += rows;
    size.messages += -std::expm1(-rows);
  }
  return size;
}

}  // namespace

double predict_rebuild_interval(const Fluid& fluid, const Units& units, const NeighbourDeckParams& neighbours,
                                double dt) {
  const auto every = static_cast<double>(neighbours.every);
  if (!neighbours.check) return every;
  double fastest = 0.0;
  for (std::size_t n = 0; n < fluid.counts.size(); ++n)
    fastest = std::max(fastest, thermal_speed(fluid, units, n) * fastest_speed(static_cast<double>(fluid.counts[n])));
  if (fastest == 0.0) return HUGE_VAL;
  // The step that would take it beyond half the skin builds first: half a step more on average, every other count of
  // steps up to the next one that may build.
  const double steps = 0.5 * neighbours.skin.value() / (fastest * dt) + 0.5;
  return std::max(1.0, every > 1.0 ? std::ceil(steps / every) * every : steps);
}

Communication predict_communication(const data::Tiling& tiling, const Fluid& fluid, const Units& units, double cutoff,
                                    const NeighbourDeckParams& neighbours, double dt) {
  double count = 0.0;
  for (const auto of_species : fluid.counts) count += static_cast<double>(of_species);
  const double interval = predict_rebuild_interval(fluid, units, neighbours, dt), builds = 1.0 / interval;
  const auto halo = data::halo_size(tiling, count, cutoff + neighbours.skin.value());
  const bool is_moving = builds > 0.0;
  const auto moved = is_moving ? leaving(tiling, fluid, units, interval * dt) : data::ExchangeSize{};

  Communication result;
  result.exchanges = {
      {"positions", 1.0, halo.messages, halo.bytes(3, sizeof(double)), false},
      {"list build: new owners", builds, moved.messages, moved.rows * fluid.row_bytes, true},
      {"list build: halo plan", builds, halo.messages, halo.messages * sizeof(int), true},
      {"list build: positions", 2.0 * builds, halo.messages, halo.bytes(3, sizeof(double)), false},
      {"list build: types", builds, halo.messages, halo.bytes(1, sizeof(int)), false},
  };
  // The agreement at a step's end; at a list build two agreements and a barrier each for owners and halo.
  result.collectives = 1.0 + 6.0 * builds;
  double edge[3];
  for (int d = 0; d < 3; ++d) edge[d] = tiling.box().height(d) * (tiling.high(d) - tiling.low(d));
  if (data::preferred_pair_count() == data::PairCount::half) {
    result.reach = cutoff * std::cbrt(count / tiling.box().volume());
    result.work = pair_work(edge, cutoff);
  }
  return result;
}

}  // namespace tessera::sim::md
