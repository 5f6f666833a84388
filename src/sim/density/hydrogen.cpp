#include "sim/density/hydrogen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/random.hpp"
#include "sim/density/polynomial_zeros.hpp"

namespace tessera::sim::density {

namespace {

constexpr int max_n = 20;
constexpr int max_attempts = 1 << 16;  // one in about as many as there are states succeeds

using Proposal = Hydrogen::Proposal;

/// Where in its piece a share lies that chose it.
KOKKOS_INLINE_FUNCTION double share_within(const Array1<HatPiece>& pieces, int piece, int first, double share) {
  const double before = piece > first ? pieces(piece - 1).upto : 0.0;
  const double within = (share - before) / (pieces(piece).upto - before);
  return within < 1.0 ? within : 1.0 - 1.2e-16;
}

/// Draws of a sample: a step for each attempt. A state is proposed as often as its modulus says, and a place by hats
/// over its own density; the place is kept with the density of the superposition over what bounds it.
void draw_hydrogen(const HydrogenWave& wave, const Proposal& proposal, const Random& random, std::int64_t first,
                   const Array1<const double>& times, const data::RowArray<double>& positions) {
  const auto rows = static_cast<int>(times.extent(0));
  const double nowhere = std::numeric_limits<double>::quiet_NaN();
  Kokkos::parallel_for(
      "density/draw_hydrogen", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const auto id = static_cast<std::uint64_t>(first + row);
        const auto num_radii = static_cast<int>(proposal.radii.extent(0));
        for (int attempt = 0; attempt < max_attempts; ++attempt) {
          const auto places = random.uniform(id, static_cast<std::uint64_t>(attempt), 0);
          const auto others = random.uniform(id, static_cast<std::uint64_t>(attempt), 1);
          const int n = find_piece(proposal.radii, 0, num_radii, places.first);
          const int i = proposal.state_of(n), begin = i > 0 ? proposal.cosines_end(i - 1) : 0;
          const int k = find_piece(proposal.cosines, begin, proposal.cosines_end(i), places.second);
          const double rho = proposal.radii(n).place(share_within(proposal.radii, n, 0, places.first));
          const double z = proposal.cosines(k).place(share_within(proposal.cosines, k, begin, places.second));
          const HydrogenState state = wave.states(i);
          const double r = rho / state.scale, s = kmath::sqrt((1.0 - z) * (1.0 + z));
          const double phi = 6.283185307179586476925 * others.first;
          const double own = rho * state.value(r, z, s);
          const double height = kmath::exp(proposal.radii(n).log_height(rho) + proposal.cosines(k).log_height(z));
          const auto psi = wave(times(row), r, z, s, phi);
          const double density = psi.real * psi.real + psi.imaginary * psi.imaginary;
          if (!(others.second * height * psi.bound < own * own * density)) continue;
          positions(row, 0) = r * s * kmath::cos(phi);
          positions(row, 1) = r * s * kmath::sin(phi);
          positions(row, 2) = r * z;
          return;
        }
        for (int c = 0; c < 3; ++c) positions(row, c) = nowhere;
      });
}

KOKKOS_INLINE_FUNCTION HydrogenWave::Value wave_at(const HydrogenWave& wave, double t,
                                                   const data::RowArray<double>& positions, int row) {
  const double x = positions(row, 0), y = positions(row, 1), z = positions(row, 2);
  const double across = kmath::sqrt(x * x + y * y), r = kmath::sqrt(x * x + y * y + z * z);
  return r > 0.0 ? wave(t, r, z / r, across / r, ::atan2(y, x)) : wave(t, 0.0, 1.0, 0.0, 0.0);
}

void log_density_of_hydrogen(const HydrogenWave& wave, const Array1<const double>& times,
                             const data::RowArray<double>& positions, const Array1<double>& result) {
  Kokkos::parallel_for(
      "density/log_density_of_hydrogen", Range(0, static_cast<int>(times.extent(0))), KOKKOS_LAMBDA(int row) {
        const auto psi = wave_at(wave, times(row), positions, row);
        result(row) = kmath::log((psi.real * psi.real + psi.imaginary * psi.imaginary) / wave.norm);
      });
}

void wave_of_hydrogen(const HydrogenWave& wave, const Array1<const double>& times,
                      const data::RowArray<double>& positions, const data::RowArray<double>& result) {
  Kokkos::parallel_for(
      "density/wave_of_hydrogen", Range(0, static_cast<int>(times.extent(0))), KOKKOS_LAMBDA(int row) {
        const auto psi = wave_at(wave, times(row), positions, row);
        const double factor = 1.0 / kmath::sqrt(wave.norm);
        result(row, 0) = factor * psi.real;
        result(row, 1) = factor * psi.imaginary;
      });
}

/// Over rho^2 R^2 of a state without its factor.
std::vector<HatPiece> radial_hat(const HydrogenState& state) {
  const int degree = state.n - state.l - 1;
  const double alpha = 2.0 * state.l + 1.0;
  std::vector<double> ends{0.0};
  for (const double zero : find_zeros([&](int j, double x) { return laguerre(j, alpha, x); }, degree, 0.0,
                                      4.0 * degree + 2.0 * alpha + 2.0))
    ends.push_back(zero);
  ends.push_back(std::numeric_limits<double>::infinity());
  return make_hat(
      [&](double rho) {
        const double value = laguerre(degree, alpha, rho);
        const double slope = degree > 0 ? -laguerre(degree - 1, alpha + 1.0, rho) : 0.0;
        return LogValue{(alpha + 1.0) * std::log(rho) - rho + 2.0 * std::log(std::abs(value)),
                        (alpha + 1.0) / rho - 1.0 + 2.0 * slope / value};
      },
      ends);
}

/// Over what depends on the polar angle, by its cosine.
std::vector<HatPiece> angular_hat(const HydrogenState& state) {
  const int order = std::abs(state.m), degree = state.l - order;
  std::vector<double> ends{-1.0};
  for (const double zero : find_zeros([&](int j, double x) { return legendre(j, order, x); }, degree, -1.0, 1.0))
    ends.push_back(zero);
  ends.push_back(1.0);
  return make_hat(
      [&](double z) {
        const double value = legendre(degree, order, z);
        const double slope = degree > 0 ? (2.0 * order + 1.0) * legendre(degree - 1, order + 1, z) : 0.0;
        const double rest = (1.0 - z) * (1.0 + z);
        return LogValue{(order > 0 ? order * std::log(rest) : 0.0) + 2.0 * std::log(std::abs(value)),
                        -2.0 * order * z / rest + 2.0 * slope / value};
      },
      ends);
}

double mass_of(const std::vector<HatPiece>& pieces) {
  double sum = 0.0;
  for (const auto& piece : pieces) sum += piece.mass;
  return sum;
}

template <class T>
Array1<T> to_device(const std::string& label, const std::vector<T>& values) {
  const Array1<T> result(label, values.size());
  Kokkos::deep_copy(result, Kokkos::View<const T*, Kokkos::HostSpace>(values.data(), values.size()));
  return result;
}

Proposal make_proposal(const std::vector<HydrogenState>& states) {
  std::vector<HatPiece> radii, cosines;
  std::vector<int> radii_end, cosines_end;
  std::vector<double> weights;
  double total = 0.0, sum = 0.0;
  for (const auto& state : states) {
    auto radial = radial_hat(state);
    const auto angular = angular_hat(state);
    const double level = 2.0 * std::log(std::abs(state.factor));
    for (auto& piece : radial) {
      piece.level += level;
      piece.mass *= std::exp(level);
    }
    // The hats are over rho^2 phi^2, and dr r^2 = d rho rho^2/scale^3.
    weights.push_back(state.amplitude * mass_of(radial) * mass_of(angular) / whole_power(state.scale, 3));
    total += weights.back();
    radii.insert(radii.end(), radial.begin(), radial.end());
    cosines.insert(cosines.end(), angular.begin(), angular.end());
    radii_end.push_back(static_cast<int>(radii.size()));
    cosines_end.push_back(static_cast<int>(cosines.size()));
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto begin = i > 0 ? radii.begin() + radii_end[i - 1] : radii.begin();
    const auto end = radii.begin() + radii_end[i];
    std::for_each(begin, end, [&](HatPiece& piece) { piece.upto = sum + weights[i] / total * piece.upto; });
    sum += weights[i] / total;
  }
  radii.back().upto = 1.0;
  return {to_device("density/radii", radii), to_device("density/cosines", cosines),
          to_device("density/radii_end", radii_end), to_device("density/cosines_end", cosines_end)};
}

}  // namespace

Hydrogen::Hydrogen(const HydrogenParams& params) {
  std::vector<HydrogenState> states;
  for (const auto& given : params.states) {
    auto state = hydrogen_state(given.n, given.l, given.m, params.bohr_radius);
    state.amplitude = std::hypot(given.real, given.imaginary);
    state.phase = std::atan2(given.imaginary, given.real);
    for (const auto& other : states)
      if (other.n == state.n && other.l == state.l && other.m == state.m)
        throw Error::input(
            fmt::format("[stage.density]: the state n = {}, l = {}, m = {} is given twice", state.n, state.l, state.m));
    if (state.amplitude > 0.0) states.push_back(state);
  }
  if (states.empty()) throw Error::input("[stage.density]: all coefficients of states are zero");
  wave_.count = static_cast<int>(states.size());
  wave_.duration = params.duration;
  wave_.norm = 0.0;
  for (const auto& state : states) wave_.norm += state.amplitude * state.amplitude;
  wave_.states = to_device("density/states", states);
  proposal_ = make_proposal(states);
}

void Hydrogen::draw(std::uint32_t seed, std::int64_t first, const Array1<const double>& times,
                    const data::RowArray<double>& positions) const {
  draw_hydrogen(wave_, proposal_, Random(seed, RandomPurpose::density_sample), first, times, positions);
}

void Hydrogen::log_density(const Array1<const double>& times, const data::RowArray<double>& positions,
                           const Array1<double>& result) const {
  log_density_of_hydrogen(wave_, times, positions, result);
}

void Hydrogen::evaluate_wave(const Array1<const double>& times, const data::RowArray<double>& positions,
                             const data::RowArray<double>& result) const {
  wave_of_hydrogen(wave_, times, positions, result);
}

void bind(deck::Binder& b, StateParams& p) {
  b.required("n");
  b.value("n", p.n, {.low = 1, .high = max_n}, {"principal quantum number"});
  b.required("l");
  b.value("l", p.l, {.low = 0, .high = max_n - 1}, {"of the angular momentum, below n"});
  b.required("m");
  b.value("m", p.m, {.low = 1 - max_n, .high = max_n - 1}, {"of its component along z, from -l to l"});
  b.value("real", p.real, deck::any, {"part of the coefficient; together all are normalised"});
  b.value("imaginary", p.imaginary, deck::any, {"part of the coefficient"});
  b.check(p.l < p.n, "l", fmt::format("{} is not below n, {}", p.l, p.n));
  b.check(std::abs(p.m) <= p.l, "m", fmt::format("{} is not between -l and l, {}", p.m, p.l));
}

void bind_hydrogen(deck::Binder& b, HydrogenParams& p) {
  b.value("bohr_radius", p.bohr_radius, deck::positive, {"with hbar = m = 1; 4 pi where e = eps0 = 1, too", "length"});
  b.value("duration", p.duration, deck::positive, {"what passes of that time while t goes from 0 to 1", "length^2"});
  b.tables("state", p.states, {"those that are superposed; left out: n, l, m = 3, 2, -1 and 2, 1, 0, equal parts"});
  if (b.is_describing()) return;
  if (p.states.empty()) p.states = {{3, 2, -1}, {2, 1, 0}};
  b.check(p.states.size() <= max_hydrogen_states, "state",
          fmt::format("{} states; there can be {}", p.states.size(), max_hydrogen_states));
}

}  // namespace tessera::sim::density
