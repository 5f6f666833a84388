#include "learn/trajcast/pair_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/sum.hpp"
#include "base/units.hpp"
#include "learn/trajcast/box_edges.hpp"

namespace tessera::learn::trajcast {

namespace {

/// This rank's share of sums and largest values.
struct Shares {
  enum Total {
    atoms,
    displacement2,
    velocity2,
    displacement1,
    velocity1,
    edges,
    light_atoms,
    light2,
    heat,
    num_totals
  };
  enum Peak { neighbours, closeness, displacement, speed, hottest, num_peaks };

  ExactSum sum[num_totals];
  double peak[num_peaks] = {0.0, 0.0, 0.0, 0.0, 0.0};

  void raise(Peak which, double value) { peak[which] = std::max(peak[which], value); }
};

double length2(const double* v) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }

void add_motion(const Pair& pair, const std::vector<data::Species>& species, int lightest, Shares& shares) {
  const Units units = make_units("real");
  double twice_kinetic = 0.0;
  for (std::size_t i = 0; i < pair.type.size(); ++i) {
    const double *d = &pair.displacement[3 * i], *w = &pair.new_velocity[3 * i], *v = &pair.velocity[3 * i];
    shares.sum[Shares::displacement2].add(length2(d));
    shares.sum[Shares::velocity2].add(length2(w));
    for (int c = 0; c < 3; ++c) {
      shares.sum[Shares::displacement1].add(std::abs(d[c]));
      shares.sum[Shares::velocity1].add(std::abs(w[c]));
    }
    shares.raise(Shares::displacement, std::sqrt(length2(d)));
    shares.raise(Shares::speed, std::sqrt(length2(v)));
    twice_kinetic += species[static_cast<std::size_t>(pair.type[i])].mass * length2(v);
    if (pair.type[i] != lightest) continue;
    shares.sum[Shares::light_atoms].add(1.0);
    shares.sum[Shares::light2].add(length2(v));
  }
  const double freedom = std::max(1.0, 3.0 * pair.num_atoms() - 3.0);
  const double temperature = twice_kinetic * units.mass_velocity2 / (freedom * units.boltzmann);
  shares.sum[Shares::heat].add(temperature);
  shares.raise(Shares::hottest, temperature);
}

void add_graph(const Pair& pair, double cutoff, Shares& shares) {
  const auto edges = summarise_edges(pair.box, pair.position.data(), pair.num_atoms(), cutoff);
  shares.sum[Shares::atoms].add(pair.num_atoms());
  shares.sum[Shares::edges].add(static_cast<double>(edges.num_edges));
  shares.raise(Shares::neighbours, static_cast<double>(edges.most_neighbours));
  shares.raise(Shares::closeness, 1.0 / edges.least_distance);
}

}  // namespace

PairStatistics measure(const PairSet& pairs, double cutoff) {
  if (pairs.size() == 0) throw Error::input("there are no training pairs");
  const auto& species = pairs.species();
  const auto lightest = static_cast<int>(
      std::min_element(species.begin(), species.end(), [](const auto& a, const auto& b) { return a.mass < b.mass; }) -
      species.begin());
  Shares shares = agree(pairs.comm(), [&] {
    Shares here;
    for (const auto& pair : pairs.here()) {
      add_motion(pair, species, lightest, here);
      add_graph(pair, cutoff, here);
    }
    return here;
  });
  all_reduce(pairs.comm(), shares.sum, Shares::num_totals);
  pairs.comm().all_reduce(shares.peak, Shares::num_peaks, Op::max);

  const auto total = [&](Shares::Total which) { return shares.sum[which].value(); };
  const auto count = static_cast<double>(pairs.size()), components = 3.0 * total(Shares::atoms);
  PairStatistics result;
  result.num_pairs = count;
  result.num_atoms = total(Shares::atoms);
  result.displacement_scale = std::sqrt(total(Shares::displacement2) / components);
  result.velocity_scale = std::sqrt(total(Shares::velocity2) / components);
  result.mean_displacement = total(Shares::displacement1) / components;
  result.mean_velocity = total(Shares::velocity1) / components;
  result.mean_neighbours = total(Shares::edges) / total(Shares::atoms);
  result.most_neighbours = shares.peak[Shares::neighbours];
  result.least_distance = shares.peak[Shares::closeness] > 0.0 ? 1.0 / shares.peak[Shares::closeness] : cutoff;
  result.largest_displacement = shares.peak[Shares::displacement];
  result.largest_speed = shares.peak[Shares::speed];
  result.lightest_speed =
      total(Shares::light_atoms) > 0.0 ? std::sqrt(total(Shares::light2) / total(Shares::light_atoms)) : 0.0;
  result.mean_temperature = total(Shares::heat) / count;
  result.highest_temperature = shares.peak[Shares::hottest];
  if (!(result.displacement_scale > 0.0) || !(result.velocity_scale > 0.0))
    throw Error::input(fmt::format("training pairs: root mean squares of displacements and velocities are {} and {}",
                                   result.displacement_scale, result.velocity_scale));
  return result;
}

std::vector<double> to_numbers(const PairStatistics& s) {
  return {s.num_pairs,     s.num_atoms,       s.displacement_scale, s.velocity_scale,     s.mean_displacement,
          s.mean_velocity, s.mean_neighbours, s.most_neighbours,    s.least_distance,     s.largest_displacement,
          s.largest_speed, s.lightest_speed,  s.mean_temperature,   s.highest_temperature};
}

PairStatistics from_numbers(const std::vector<double>& n, const std::string& where) {
  if (n.size() != 14)
    throw Error::input(fmt::format("{}: {} numbers about training pairs; expected 14", where, n.size()));
  const PairStatistics s{n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12], n[13]};
  if (!(s.displacement_scale > 0.0) || !(s.velocity_scale > 0.0))
    throw Error::input(where + ": scales of targets are not positive");
  return s;
}

IntervalCheck check_interval(const PairSet& pairs) {
  enum { dm, mm, dd, vv, ww, vw, num };
  ExactSum sums[num];
  for (const auto& pair : pairs.here())
    for (std::size_t k = 0; k < pair.position.size(); ++k) {
      const double d = pair.displacement[k], v = pair.velocity[k], w = pair.new_velocity[k], m = 0.5 * (v + w);
      sums[dm].add(d * m);
      sums[mm].add(m * m);
      sums[dd].add(d * d);
      sums[vv].add(v * v);
      sums[ww].add(w * w);
      sums[vw].add(v * w);
    }
  all_reduce(pairs.comm(), sums, num);
  IntervalCheck check;
  if (!(sums[mm].value() > 0.0 && sums[vv].value() > 0.0 && sums[ww].value() > 0.0)) return check;
  check.correlation = sums[vw].value() / std::sqrt(sums[vv].value() * sums[ww].value());
  const bool has_hardly_changed = check.correlation > 0.9;
  check.implied =
      has_hardly_changed ? sums[dm].value() / sums[mm].value() : std::sqrt(sums[dd].value() / sums[mm].value());
  const double ratio = check.implied / pairs.interval();
  check.is_suspect = has_hardly_changed ? !(ratio > 0.8 && ratio < 1.2) : !(ratio > 0.5 && ratio < 2.0);
  return check;
}

}  // namespace tessera::learn::trajcast
