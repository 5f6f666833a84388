#include "learn/control/spectral_modes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/error.hpp"
#include "math/fft.hpp"
#include "math/time_domain.hpp"

namespace tessera::learn::control {

namespace {

using Complex = std::complex<double>;
constexpr double rounding = 1e-14;  // of the largest projection's square

/// One mode's symbol, row by row.
struct Symbol {
  int fields;
  Complex at[2][2];
};

Symbol symbol_of(const sim::SpectralModel& model, std::int64_t mode) {
  Symbol symbol{model.fields, {}};
  for (int i = 0; i < model.fields; ++i)
    for (int j = 0; j < model.fields; ++j) {
      const Complex value = model.symbol[static_cast<std::size_t>((mode * model.fields + i) * model.fields + j)];
      symbol.at[i][j] = 2 * mode == model.num_points ? Complex(value.real()) : value;
    }
  return symbol;
}

std::vector<Complex> eigenvalues(const Symbol& s) {
  if (s.fields == 1) return {s.at[0][0]};
  const Complex mean = 0.5 * (s.at[0][0] + s.at[1][1]), half = 0.5 * (s.at[0][0] - s.at[1][1]);
  const Complex root = std::sqrt(half * half + s.at[0][1] * s.at[1][0]);
  if (std::abs(root) < 1e-8) return {mean};
  return {mean + root, mean - root};
}

using Left = std::array<Complex, 2>;

/// w of w's = value w', of length one.
std::vector<Left> left_eigenvectors(const Symbol& s, Complex value) {
  if (s.fields == 1) {
    if (std::abs(s.at[0][0] - value) < 1e-8) return {Left{1.0, 0.0}};
    return {};
  }
  const Complex a = s.at[0][0] - value, b = s.at[0][1], c = s.at[1][0], d = s.at[1][1] - value;
  const double scale = std::max({std::abs(a), std::abs(b), std::abs(c), std::abs(d)});
  if (scale < 1e-8) return {Left{1.0, 0.0}, Left{0.0, 1.0}};
  if (std::abs(a * d - b * c) > 1e-8 * std::max(1.0, scale)) return {};
  const Left first{c, -a}, second{d, -b};
  const auto length = [](const Left& w) { return std::sqrt(std::norm(w[0]) + std::norm(w[1])); };
  const Left& best = length(first) > length(second) ? first : second;
  return {Left{best[0] / length(best), best[1] / length(best)}};
}

/// Of the actuators' projections on a mode, fields x fields: sums over actuators of p_i conj(p_j), and of p_i p_j (its
/// mirror image has conj(p)).
struct Projections {
  Complex same[2][2] = {}, mirrored[2][2] = {};
};

std::vector<Projections> project(const sim::SpectralModel& model) {
  const std::int64_t n = model.num_points, states = model.fields * n;
  const math::RealFft fft(math::FftShape{n});
  std::vector<Projections> sums(static_cast<std::size_t>(n / 2 + 1));
  std::vector<double> values(static_cast<std::size_t>(n));
  std::vector<Complex> modes[2];
  for (std::int64_t action = 0; action < model.num_actions; ++action) {
    for (int field = 0; field < model.fields; ++field) {
      std::copy_n(model.actuators.begin() + action * states + field * n, n, values.begin());
      modes[field].resize(sums.size());
      fft.forward(values, modes[field]);
    }
    for (std::size_t m = 0; m < sums.size(); ++m)
      for (int i = 0; i < model.fields; ++i)
        for (int j = 0; j < model.fields; ++j) {
          sums[m].same[i][j] += modes[i][m] * std::conj(modes[j][m]);
          sums[m].mirrored[i][j] += modes[i][m] * modes[j][m];
        }
  }
  return sums;
}

void require_shapes(const sim::SpectralModel& model) {
  const auto n = static_cast<std::size_t>(std::max<std::int64_t>(model.num_points, 0));
  const auto fields = static_cast<std::size_t>(std::max(model.fields, 0));
  if (fields < 1 || fields > 2) throw Error::input(fmt::format("{} fields, expected one or two", model.fields));
  if (n < 1 || model.symbol.size() != (n / 2 + 1) * fields * fields ||
      model.actuators.size() != static_cast<std::size_t>(model.num_actions) * fields * n)
    throw Error::input(fmt::format("{} points, {} symbols and {} numbers of actuators do not go together", n,
                                   model.symbol.size(), model.actuators.size()));
}

Left conjugated(const Left& w) { return {std::conj(w[0]), std::conj(w[1])}; }

Complex between(const Left& w, const Complex (&sums)[2][2], const Left& v) {
  Complex total;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) total += w[i] * sums[i][j] * std::conj(v[j]);
  return total;
}

/// Products of the rows w'p of a mode and, behind them, v'conj(p) of its mirror image, summed over actuators.
std::vector<std::vector<Complex>> gram_of(const std::vector<Left>& here, const std::vector<Left>& mirrored,
                                          const Projections& sums) {
  const std::size_t first = here.size(), rows = first + mirrored.size();
  std::vector<std::vector<Complex>> gram(rows, std::vector<Complex>(rows));
  for (std::size_t i = 0; i < first; ++i) {
    for (std::size_t j = 0; j < first; ++j) gram[i][j] = between(here[i], sums.same, here[j]);
    for (std::size_t j = first; j < rows; ++j) {
      gram[i][j] = between(here[i], sums.mirrored, mirrored[j - first]);
      gram[j][i] = std::conj(gram[i][j]);
    }
  }
  for (std::size_t i = first; i < rows; ++i)
    for (std::size_t j = first; j < rows; ++j)
      gram[i][j] = std::conj(between(conjugated(mirrored[i - first]), sums.same, conjugated(mirrored[j - first])));
  return gram;
}

/// By Gram and Schmidt, the longest row first.
std::size_t rank_of(std::vector<std::vector<Complex>> gram, double least) {
  std::size_t rank = 0;
  std::vector<bool> is_done(gram.size(), false);
  while (rank < gram.size()) {
    std::size_t best = gram.size();
    for (std::size_t i = 0; i < gram.size(); ++i)
      if (!is_done[i] && (best == gram.size() || gram[i][i].real() > gram[best][best].real())) best = i;
    const double pivot = gram[best][best].real();
    if (!(pivot > least)) break;
    is_done[best] = true;
    ++rank;
    const auto before = gram;
    for (std::size_t i = 0; i < gram.size(); ++i)
      for (std::size_t j = 0; j < gram.size(); ++j) gram[i][j] -= before[i][best] * before[best][j] / pivot;
  }
  return rank;
}

Symbol conjugated(Symbol s) {
  for (auto& row : s.at)
    for (auto& value : row) value = std::conj(value);
  return s;
}

}  // namespace

std::vector<UnreachedMode> unreached_modes(const sim::SpectralModel& model) {
  require_shapes(model);
  const auto projections = project(model);
  double largest = 0.0;
  for (const auto& sums : projections)
    for (int i = 0; i < model.fields; ++i) largest = std::max(largest, sums.same[i][i].real());
  std::vector<UnreachedMode> found;
  for (std::int64_t mode = 0; mode <= model.num_points / 2; ++mode) {
    const Symbol symbol = symbol_of(model, mode);
    const bool is_single = mode == 0 || 2 * mode == model.num_points;
    for (const Complex value : eigenvalues(symbol)) {
      if (std::abs(value) < 1.0 - math::marginal) continue;
      const auto mirrored = is_single ? std::vector<Left>{} : left_eigenvectors(conjugated(symbol), value);
      const auto gram =
          gram_of(left_eigenvectors(symbol, value), mirrored, projections[static_cast<std::size_t>(mode)]);
      const std::size_t rank = rank_of(gram, rounding * largest);
      if (rank == gram.size()) continue;
      found.push_back({mode, rank > 0});
      break;
    }
  }
  return found;
}

void require_reached(const sim::SpectralModel& model) {
  const auto modes = unreached_modes(model);
  if (modes.empty()) return;
  constexpr std::size_t most_named = 12;
  std::string names;
  for (std::size_t n = 0; n < std::min(modes.size(), most_named); ++n)
    names += fmt::format("{}{}{}", n == 0 ? "" : ", ", modes[n].mode, modes[n].in_one_phase ? " (in one phase)" : "");
  if (modes.size() > most_named) names += fmt::format(" and {} more", modes.size() - most_named);
  throw Error::input(fmt::format(
      "no regulator stabilises this equation: Fourier modes that do not die out are beyond the reach of its actuators: "
      "{}. Another number, width or place of actuators may help, and so does damping",
      names));
}

std::vector<Complex> values_of_modes(const sim::SpectralModel& model) {
  const std::int64_t n = model.num_points;
  std::vector<Complex> values(static_cast<std::size_t>(n));
  for (std::int64_t m = 0; m < n; ++m) {
    const Symbol symbol = symbol_of(model, std::min(m, n - m));
    values[static_cast<std::size_t>(m)] = m > n - m ? std::conj(symbol.at[0][0]) : symbol.at[0][0];
  }
  return values;
}

}  // namespace tessera::learn::control
