// The plain sum over pairs of modes, O(N^2d): what fast operators are held against, and for a few points in itself.
#include "sim/boltzmann/collisions/direct.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "math/quadrature.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Radii and, for each, r^(d - 1 + gamma) C times the weight of integration.
struct Radii {
  std::vector<double> points, weights;
  explicit Radii(const PairSetup& setup) {
    auto rule = math::gauss_legendre(setup.radial_points, 0.0, setup.reach);
    for (std::size_t n = 0; n < rule.points.size(); ++n)
      rule.weights[n] *=
          setup.kernel.strength * std::pow(rule.points[n], setup.spectrum->grid().dimensions - 1 + setup.kernel.gamma);
    points = std::move(rule.points);
    weights = std::move(rule.weights);
  }
};

class Direct : public PairOperator {
 public:
  explicit Direct(PairSetup setup) : setup_(std::move(setup)), radii_(setup_), loss_(loss_modes(setup_)) {
    if (!setup_.kernel.is_isotropic())
      throw Error::input(
          fmt::format("the direct collision operator with scattering of exponent {}; expected 1 (all "
                      "directions alike), or another method",
                      setup_.kernel.alpha));
    sphere_[0] = spheres(setup_.share_b);
    sphere_[1] = spheres(setup_.share_a);
    // Of equal masses the relative frequency is (l - m) / 2: few of them.
    if (setup_.share_a == setup_.share_b) {
      const int largest = 4 * setup_.spectrum->largest_square();
      for (int square = 0; square <= largest; ++square) push_relative(0.5 * std::sqrt(static_cast<double>(square)));
    }
  }

  void add(const SpeciesSums& a, const SpeciesSums& b, Scratch& /*scratch*/) const override {
    const auto& spectrum = *setup_.spectrum;
    const int n = spectrum.points(), size = static_cast<int>(spectrum.size());
    const bool is_solid = spectrum.grid().dimensions == 3;
    const Modes& h = setup_.is_same ? a.modes : b.modes;
    const auto place = [n](int k) { return (k + n) % n; };
    const auto frequencies = [&](int at, int(&k)[3]) {
      k[2] = spectrum.frequency(at % n);
      k[1] = spectrum.frequency(at / n % n);
      k[0] = is_solid ? spectrum.frequency(at / (n * n)) : 0;
    };
    const int width = spectrum.half_row();
    std::vector<double> relative(radii_.points.size());
    int kl[3], km[3];
    for (int l = 0; l < size; ++l) {
      if (a.modes.re[l] == 0.0 && a.modes.im[l] == 0.0) continue;
      frequencies(l, kl);
      for (int m = 0; m < size; ++m) {
        if (h.re[m] == 0.0 && h.im[m] == 0.0) continue;
        frequencies(m, km);
        // Products on the grid: a sum of frequencies that it does not have appears as another one.
        const int x = is_solid ? place(kl[0] + km[0]) : 0, y = place(kl[1] + km[1]), z = place(kl[2] + km[2]);
        if (z >= width) continue;
        const int row = x * n + y;
        const auto square = static_cast<std::size_t>(spectrum.row_squares()[static_cast<std::size_t>(row)] + z * z);
        const double* weights = relative_weights(kl, km, relative);
        const double re = a.modes.re[l] * h.re[m] - a.modes.im[l] * h.im[m];
        const double im = a.modes.re[l] * h.im[m] + a.modes.im[l] * h.re[m];
        const std::ptrdiff_t to = static_cast<std::ptrdiff_t>(row) * width + z;
        const double first = weigh(sphere_[0], square, weights);
        a.gain[to] += Complex(first * re, first * im);
        if (setup_.is_same) continue;
        const double second = weigh(sphere_[1], square, weights);
        b.gain[to] += Complex(second * re, second * im);
      }
    }
    add_weighted(spectrum, loss_, h, a.frequency);
    if (!setup_.is_same) add_weighted(spectrum, loss_, a.modes, b.frequency);
  }

 private:
  /// [k^2][radius]
  std::vector<double> spheres(double share) const {
    const auto& spectrum = *setup_.spectrum;
    std::vector<double> values;
    for (int square = 0; square <= spectrum.largest_square(); ++square)
      for (const double r : radii_.points)
        values.push_back(mean_wave(spectrum.grid().dimensions,
                                   share * r * spectrum.wave_number() * std::sqrt(static_cast<double>(square))));
    return values;
  }
  void push_relative(double frequency) {
    const auto& spectrum = *setup_.spectrum;
    for (std::size_t n = 0; n < radii_.points.size(); ++n)
      relative_.push_back(radii_.weights[n] *
                          mean_wave(spectrum.grid().dimensions, radii_.points[n] * spectrum.wave_number() * frequency));
  }
  const double* relative_weights(const int (&l)[3], const int (&m)[3], std::vector<double>& scratch) const {
    if (!relative_.empty()) {
      int square = 0;
      for (int d = 0; d < 3; ++d) square += (l[d] - m[d]) * (l[d] - m[d]);
      return relative_.data() + static_cast<std::size_t>(square) * radii_.points.size();
    }
    double square = 0.0;
    for (int d = 0; d < 3; ++d) {
      const double k = setup_.share_b * l[d] - setup_.share_a * m[d];
      square += k * k;
    }
    const double k = setup_.spectrum->wave_number() * std::sqrt(square);
    for (std::size_t n = 0; n < scratch.size(); ++n)
      scratch[n] = radii_.weights[n] * mean_wave(setup_.spectrum->grid().dimensions, radii_.points[n] * k);
    return scratch.data();
  }
  double weigh(const std::vector<double>& spheres, std::size_t square, const double* weights) const {
    const double* sphere = spheres.data() + square * radii_.points.size();
    double sum = 0.0;
    for (std::size_t n = 0; n < radii_.points.size(); ++n) sum += sphere[n] * weights[n];
    return sum;
  }

  PairSetup setup_;
  Radii radii_;
  SquareTable loss_;
  std::vector<double> sphere_[2];  ///< of a, of b
  std::vector<double> relative_;   ///< [|l - m|^2][radius] where masses are equal
};

double length(const std::array<double, 3>& k) { return std::hypot(k[0], k[1], k[2]); }

}  // namespace

double gain_mode(const PairSetup& setup, const std::array<int, 3>& l, const std::array<int, 3>& m) {
  const Radii radii(setup);
  const int d = setup.spectrum->grid().dimensions;
  std::array<double, 3> sum{}, relative{};
  for (std::size_t i = 0; i < 3; ++i) {
    sum[i] = setup.share_b * (l[i] + m[i]);
    relative[i] = setup.share_b * l[i] - setup.share_a * m[i];
  }
  const double k = setup.spectrum->wave_number() * length(sum), q = setup.spectrum->wave_number() * length(relative);
  double total = 0.0;
  for (std::size_t n = 0; n < radii.points.size(); ++n)
    total += radii.weights[n] * mean_wave(d, radii.points[n] * k) * mean_wave(d, radii.points[n] * q);
  return total;
}

std::unique_ptr<const PairOperator> make_direct(PairSetup setup) { return std::make_unique<Direct>(std::move(setup)); }

}  // namespace tessera::sim::boltzmann
