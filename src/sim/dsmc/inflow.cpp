#include "sim/dsmc/inflow.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::sim::dsmc {

namespace {

constexpr double root_pi = 1.7724538509055160273;

/// Integral of (t + s) exp(-t^2) from w on.
double flux_beyond(double w, double s) { return 0.5 * std::exp(-w * w) + 0.5 * root_pi * s * std::erfc(w); }

}  // namespace

double flux_per_density(double normal, double width) {
  const double s = normal / (std::numbers::sqrt2 * width);
  return std::max(0.0, std::numbers::sqrt2 * width / root_pi * flux_beyond(-s, s));
}

double flux_speed(double normal, double width, double chance) {
  const double scale = std::numbers::sqrt2 * width, s = normal / scale, wanted = chance * flux_beyond(-s, s);
  // Bisection narrows, Newton's method finishes: the integrand is the slope.
  double low = -s, high = std::max(-s, 0.0) + 9.0, w = low + 1.0;
  for (int pass = 0; pass < 100; ++pass) {
    const double excess = flux_beyond(w, s) - wanted;
    (excess > 0.0 ? low : high) = w;
    const double slope = (w + s) * std::exp(-w * w);
    double next = slope > 0.0 ? w + excess / slope : low;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const bool is_done = std::abs(next - w) <= 1e-14 * (1.0 + std::abs(w));
    w = next;
    if (is_done) break;
  }
  return scale * (w + s);
}

Inflow::Inflow(const DsmcParams& params, const CellGrid& grid, double weight, std::uint32_t seed)
    : params_(params), grid_(grid), sides_(params.all_sides()), random_(seed, RandomPurpose::dsmc_inflow) {
  const auto species = static_cast<std::int64_t>(params.num_species());
  std::int64_t most_faces = 1;
  for (int d = 0; d < 3; ++d) most_faces = std::max(most_faces, grid.total() / grid.cells[d]);
  for (int side = 0; side < num_sides; ++side) {
    const auto& reservoir = sides_[static_cast<std::size_t>(side)];
    if (reservoir.kind != SideKind::inflow) continue;
    const int d = side / 2, a = (d + 1) % 3, b = (d + 2) % 3;
    for (const auto& one : params.gas.species)
      width_[side].push_back(std::sqrt(params.boltzmann * reservoir.temperature / one.mass));
    const std::int64_t edge = side % 2 == 1 ? grid.cells[d] - 1 : 0;
    if (edge < grid.first_cell[d] || edge >= grid.first_cell[d] + grid.count[d]) continue;
    const auto length = [&](int n) { return 1.0 / grid.inverse[n]; };
    const double inwards = reservoir.velocity[static_cast<std::size_t>(d)] * (side % 2 == 1 ? -1.0 : 1.0);
    for (int j = 0; j < grid.count[b]; ++j)
      for (int i = 0; i < grid.count[a]; ++i)
        for (int type = 0; type < species; ++type) {
          std::int64_t index[3] = {};
          index[d] = edge;
          index[a] = grid.first_cell[a] + i;
          index[b] = grid.first_cell[b] + j;
          const std::int64_t face = index[a] + grid.cells[a] * index[b];
          const double flux = flux_per_density(inwards, width_[side][static_cast<std::size_t>(type)]) *
                              reservoir.density[static_cast<std::size_t>(type)];
          faces_.push_back({index[0] + grid.cells[0] * (index[1] + grid.cells[1] * index[2]),
                            (side * most_faces + face) * species + type, side, type,
                            flux * length(a) * length(b) * params.dt / weight});
        }
  }
  const std::int64_t slots = num_sides * most_faces * species;
  while (number_bits_ > 0 && (slots >> (id_bits - number_bits_)) > 0) --number_bits_;
}

Traveller Inflow::enter_at(const Face& face, std::uint32_t n, const FlightRules& flight) const {
  const auto& reservoir = sides_[static_cast<std::size_t>(face.side)];
  const int d = face.side / 2, a = (d + 1) % 3, b = (d + 2) % 3;
  const double width = width_[face.side][static_cast<std::size_t>(face.type)];
  const double inwards = face.side % 2 == 1 ? -1.0 : 1.0;
  const auto id = static_cast<std::uint64_t>(face.slot);
  const auto place = random_.uniform(id, flight.step, 1 + 3 * n), more = random_.uniform(id, flight.step, 2 + 3 * n);
  const auto along = random_.normal(id, flight.step, 3 + 3 * n);
  Traveller one{};
  std::int64_t index[3], rest = face.cell;
  for (int c = 0; c < 3; ++c) {
    index[c] = rest % grid_.cells[c];
    rest /= grid_.cells[c];
  }
  const auto inside = [&](int c, double part) {
    return grid_.low[c] + (static_cast<double>(index[c]) + part) / grid_.inverse[c];
  };
  one.x[d] = face.side % 2 == 1 ? grid_.high[d] : grid_.low[d];
  one.x[a] = inside(a, place.first);
  one.x[b] = inside(b, place.second);
  one.v[d] = inwards * flux_speed(inwards * reservoir.velocity[static_cast<std::size_t>(d)], width, more.first);
  one.v[a] = reservoir.velocity[static_cast<std::size_t>(a)] + width * along.first;
  one.v[b] = reservoir.velocity[static_cast<std::size_t>(b)] + width * along.second;
  for (int c = 0; c < grid_.dimensions; ++c) one.x[c] += one.v[c] * more.second * params_.dt;
  one.type = face.type;
  one.origin = {grid_.total() + face.slot, static_cast<int>(n)};
  return one;
}

void Inflow::enter(const FlightRules& flight, std::int64_t first_id, WallSums& walls,
                   std::vector<Traveller>& result) const {
  for (const auto& face : faces_) {
    const auto id = static_cast<std::uint64_t>(face.slot);
    const double expected = face.expected + random_.uniform(id, flight.step, 0).first;
    if (!(expected < std::ldexp(1.0, std::min(number_bits_, 22))))
      throw Error::input(
          fmt::format("{:.3g} particles enter through one face of a cell in a step; at most {:.3g} can "
                      "be told apart: use a smaller dt, fewer particles, or more cells",
                      face.expected, std::ldexp(1.0, std::min(number_bits_, 22))));
    const auto count = static_cast<std::uint32_t>(expected);
    for (std::uint32_t n = 0; n < count; ++n) {
      Traveller one = enter_at(face, n, flight);
      if (flight.settle(one.x, one.v, one.type, one.origin, walls) != Fate::stays) continue;
      one.cell = grid_.global_of(one.x);
      one.id = first_id + (static_cast<std::int64_t>(flight.step) << id_bits) + (face.slot << number_bits_) + n;
      result.push_back(one);
    }
  }
}

}  // namespace tessera::sim::dsmc
