#include "sim/dsmc/start.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::sim::dsmc {

namespace {

constexpr int outputs_each = 5;

deck::Program compile_start(const DsmcParams& p) {
  std::vector<std::string> texts;
  for (const auto& one : p.initial) {
    texts.push_back(one.density);
    texts.insert(texts.end(), one.velocity.begin(), one.velocity.end());
    texts.push_back(one.temperature);
  }
  if (texts.empty()) texts.emplace_back("0");
  return deck::compile_formulas(start_names(p), texts);
}

void check_state(const LocalState& now, const std::string& name, const double (&x)[3]) {
  const auto complain = [&](const char* what, double value, const char* expected) {
    throw Error::input(fmt::format("[[stage.initial]] of '{}': {} is {} at ({}, {}, {}); expected {}", name, what,
                                   value, x[0], x[1], x[2], expected));
  };
  if (!(now.density >= 0.0 && std::isfinite(now.density))) complain("density", now.density, "0 or more");
  if (!(now.temperature >= 0.0 && std::isfinite(now.temperature)))
    complain("temperature", now.temperature, "0 or more");
  for (const double u : now.velocity)
    if (!std::isfinite(u)) complain("velocity", u, "a number");
}

}  // namespace

StartState::StartState(const DsmcParams& params) : program_(compile_start(params)) {
  for (const auto& one : params.initial) {
    species_.push_back(params.species_index(one.species));
    shape_.push_back(one.shape);
    names_.push_back(one.species);
  }
}

std::vector<LocalState> StartState::at(const double (&x)[3]) const {
  std::vector<double> values(static_cast<std::size_t>(program_.num_outputs()));
  program_(x, values.data());
  std::vector<LocalState> states(species_.size());
  for (std::size_t n = 0; n < states.size(); ++n) {
    const double* v = values.data() + outputs_each * n;
    states[n] = {v[0], {v[1], v[2], v[3]}, v[4]};
    check_state(states[n], names_[n], x);
  }
  return states;
}

std::vector<LocalState> StartState::in_cell(const CellGrid& grid, std::int64_t cell) const {
  double x[3];
  for (int d = 0; d < 3; ++d) {
    x[d] = grid.low[d] + (static_cast<double>(cell % grid.cells[d]) + 0.5) / grid.inverse[d];
    cell /= grid.cells[d];
  }
  return at(x);
}

Filler::Filler(const DsmcParams& params, const StartState& state, const CellGrid& grid, double weight,
               std::uint32_t seed)
    : params_(params),
      state_(state),
      grid_(grid),
      per_density_(params.cell_volume() / weight),
      random_(seed, RandomPurpose::dsmc_start) {}

/// Up or down, right in the mean, and the same from whoever asks. What is added in one cell after the other is evenly
/// spread (multiples of the golden ratio), so that their sum is right within a few particles.
std::int64_t Filler::rounded(double expected, std::int64_t cell, int component) const {
  constexpr std::uint64_t behind_all = (std::uint64_t{1} << 40) - 1;  // no particle has that number
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;             // 2^64 over the golden ratio
  const auto id = static_cast<std::uint64_t>(component) << id_shift;
  const std::uint64_t turned = golden * static_cast<std::uint64_t>(cell);
  const double part = random_.uniform(id, behind_all).first + static_cast<double>(turned >> 11) * 0x1p-53;
  return static_cast<std::int64_t>(expected + (part < 1.0 ? part : part - 1.0));
}

std::int64_t Filler::count(std::int64_t cell) const {
  const auto states = state_.in_cell(grid_, cell);
  std::int64_t total = 0;
  for (std::size_t n = 0; n < states.size(); ++n)
    total += rounded(states[n].density * per_density_, cell, static_cast<int>(n));
  return total;
}

void Filler::fill(std::int64_t cell, std::int64_t first_id, std::vector<Traveller>& result) const {
  const auto states = state_.in_cell(grid_, cell);
  std::int64_t index[3], rest = cell;
  for (int d = 0; d < 3; ++d) {
    index[d] = rest % grid_.cells[d];
    rest /= grid_.cells[d];
  }
  int place = 0;
  for (int n = 0; n < state_.num_components(); ++n) {
    const LocalState& state = states[static_cast<std::size_t>(n)];
    const int type = state_.species(n);
    const double mass = params_.gas.species[static_cast<std::size_t>(type)].mass, q = state_.shape(n);
    const double width = std::sqrt(params_.boltzmann * state.temperature / (1.0 + 2.0 * q) / mass);
    const auto id = static_cast<std::uint64_t>(cell) + (static_cast<std::uint64_t>(n) << id_shift);
    const std::int64_t particles = rounded(state.density * per_density_, cell, n);
    for (std::int64_t k = 0; k < particles; ++k, ++place) {
      const auto step = static_cast<std::uint64_t>(k);
      const auto here = random_.uniform(id, step, 0), there = random_.uniform(id, step, 1);
      const auto one = random_.normal(id, step, 2), other = random_.normal(id, step, 3);
      const double inside[3] = {here.first, here.second, there.first};
      double c[3] = {one.first, one.second, other.first};
      // M c^2/(3 K) is a Maxwellian with the length of c taken from five dimensions.
      if (there.second < 3.0 * q) {
        const double square = c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
        const auto more = random_.normal(id, step, 4);
        const double longer = std::sqrt(1.0 + (more.first * more.first + more.second * more.second) / square);
        for (double& component : c) component *= longer;
      }
      Traveller particle{};
      for (int d = 0; d < 3; ++d) {
        particle.x[d] = grid_.low[d] + (static_cast<double>(index[d]) + inside[d]) / grid_.inverse[d];
        particle.v[d] = state.velocity[d] + width * c[d];
      }
      particle.id = first_id + place;
      particle.origin = {cell, place};
      particle.type = type;
      particle.cell = cell;
      result.push_back(particle);
    }
  }
}

}  // namespace tessera::sim::dsmc
