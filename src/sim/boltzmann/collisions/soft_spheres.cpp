// Scattering that prefers angles: the mean over spheres becomes a weight of each direction.
//
// Q+_ab(v) = int_0^R dr r^2 int de Phi(., e) * [ f_a(. + b r e) f_b(. - a r e) ](v),
// Phi(k, e) = int B(r, s.e) exp(-i b r k.s) ds = 4 pi sum_l (-i)^l B_l j_l(b r |k|) P_l(k.e / |k|), B = sum_l B_l P_l.
// It multiplies before the sum over directions, so that each product is transformed by itself. What goes with -e is
// the complex conjugate, which also is what Q+_ba takes, with a instead of b.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/memory.hpp"
#include "math/quadrature.hpp"
#include "math/spherical_bessel.hpp"
#include "sim/boltzmann/collisions/pair_operator.hpp"
#include "sim/boltzmann/collisions/shifted_products.hpp"

namespace tessera::sim::boltzmann {

namespace {

constexpr double pi = std::numbers::pi;

/// B_l / g^gamma. int_-1^1 (1 + c)^p P_l dc = (p - l + 1) / (p + l + 1) times that of l - 1.
std::vector<double> angular_expansion(const CollisionKernel& kernel, int last) {
  const double p = kernel.alpha - 1.0, factor = kernel.strength * kernel.alpha * std::pow(2.0, -p);
  std::vector<double> coefficients;
  double integral = std::pow(2.0, p + 1.0) / (p + 1.0);
  for (int l = 0; l <= last; ++l) {
    if (l > 0) integral *= (p - l + 1.0) / (p + l + 1.0);
    coefficients.push_back(0.5 * (2.0 * l + 1.0) * factor * integral);
  }
  return coefficients;
}

/// Angular orders that count: Bessel functions vanish beyond their argument.
int last_order(const Spectrum& spectrum, double largest_radius) {
  const double argument =
      largest_radius * spectrum.wave_number() * std::sqrt(static_cast<double>(spectrum.largest_square()));
  return static_cast<int>(argument) + 20 + static_cast<int>(4.0 * std::cbrt(argument));
}

class SoftSpheres : public PairOperator {
 public:
  explicit SoftSpheres(PairSetup setup)
      : setup_(std::move(setup)),
        radial_(math::gauss_legendre(setup_.radial_points, 0.0, setup_.reach)),
        half_directions_(static_cast<std::size_t>(setup_.rule.size() / 2)),
        products_(*setup_.spectrum, setup_.share_b, setup_.share_a, setup_.is_same, radial_.points,
                  {setup_.rule.points.begin(), setup_.rule.points.begin() + num_visited(setup_)}),
        loss_(loss_modes(setup_)) {
    if (!setup_.rule.is_antipodal)
      throw Error::input(
          fmt::format("a rule of {} directions without their opposites, for anisotropic scattering; "
                      "expected an antipodal rule",
                      setup_.rule.size()));
    const double bytes = (setup_.is_same ? 8.0 : 32.0) * static_cast<double>(setup_.spectrum->num_half()) *
                         static_cast<double>(half_directions_ * radial_.points.size());
    if (bytes > static_cast<double>(memory_available()))
      throw Error::input(
          fmt::format("weights of anisotropic scattering take {:.2g} GB, which this host has not left; "
                      "expected fewer points, radial_points or sphere_points",
                      1e-9 * bytes));
    tabulate(setup_.share_b, table_[0]);
    if (!setup_.is_same) tabulate(setup_.share_a, table_[1]);
  }

  void add(const SpeciesSums& a, const SpeciesSums& b, Scratch& scratch) const override {
    const auto& spectrum = *setup_.spectrum;
    const auto size = static_cast<std::size_t>(spectrum.num_half());
    const auto* half = reinterpret_cast<const Complex*>(scratch.half.data());
    for (std::size_t n = 0; n < radial_.points.size(); ++n)
      for (std::size_t p = 0; p < static_cast<std::size_t>(num_visited(setup_)); ++p) {
        products_.set(n, p, 1.0, a.modes, b.modes, scratch);
        spectrum.transform_product(scratch);
        if (setup_.is_same) {
          const double* weight = table_[0].data() + (n * half_directions_ + p) * size;
          for (std::size_t k = 0; k < size; ++k)
            a.gain[k] = {a.gain[k].real() + weight[k] * half[k].real(), a.gain[k].imag() + weight[k] * half[k].imag()};
          continue;
        }
        const bool is_opposite = p >= half_directions_;
        const std::size_t at = (n * half_directions_ + p % half_directions_) * size;
        const auto* first = reinterpret_cast<const Complex*>(table_[0].data()) + at;
        const auto* second = reinterpret_cast<const Complex*>(table_[1].data()) + at;
        const double sign = is_opposite ? -1.0 : 1.0;
        add_turned(size, first, sign, half, a.gain);
        add_turned(size, second, -sign, half, b.gain);
      }
    add_weighted(spectrum, loss_, b.modes, a.frequency);
    if (!setup_.is_same) add_weighted(spectrum, loss_, a.modes, b.frequency);
  }

 private:
  /// sums += weight half, the weight's imaginary part times `sign`.
  static void add_turned(std::size_t size, const Complex* weight, double sign, const Complex* half, Complex* sums) {
    for (std::size_t k = 0; k < size; ++k) {
      const double re = weight[k].real(), im = sign * weight[k].imag();
      sums[k] = {sums[k].real() + re * half[k].real() - im * half[k].imag(),
                 sums[k].imag() + re * half[k].imag() + im * half[k].real()};
    }
  }

  /// [radius][half of the directions][half spectrum], real parts alone for one species, times the weights of both
  /// directions there.
  void tabulate(double share, std::vector<double>& table) const {
    const auto& spectrum = *setup_.spectrum;
    const std::size_t radii = radial_.points.size(), size = static_cast<std::size_t>(spectrum.num_half());
    const int last = last_order(spectrum, share * setup_.reach);
    const auto orders = static_cast<std::size_t>(last) + 1;
    const auto coefficients = bessel_coefficients(share, last);
    const std::size_t numbers = setup_.is_same ? 1 : 2;
    table.resize(numbers * radii * half_directions_ * size);
    std::vector<double> legendre(orders);
    const int n = spectrum.points(), width = spectrum.half_row();
    for (std::size_t p = 0; p < half_directions_; ++p) {
      const auto& e = setup_.rule.points[p];
      const double weight = setup_.rule.weights[p] * (setup_.is_same ? 2.0 : 1.0);
      std::size_t at = 0;
      for (int x = 0; x < n; ++x)
        for (int y = 0; y < n; ++y)
          for (int z = 0; z < width; ++z, ++at) {
            const int kx = spectrum.frequency(x), ky = spectrum.frequency(y), square = kx * kx + ky * ky + z * z;
            const double length = std::sqrt(static_cast<double>(square));
            const double cosine = square == 0 ? 1.0 : (kx * e[0] + ky * e[1] + z * e[2]) / length;
            math::legendre_polynomials(std::clamp(cosine, -1.0, 1.0), last, legendre.data());
            for (std::size_t a = 0; a < radii; ++a) {
              const double* c = coefficients.data() + (static_cast<std::size_t>(square) * radii + a) * orders;
              double even = 0.0, odd = 0.0;
              for (std::size_t l = 0; l < orders; l += 2) even += c[l] * legendre[l];
              for (std::size_t l = 1; l < orders; l += 2) odd += c[l] * legendre[l];
              double* to = table.data() + numbers * ((a * half_directions_ + p) * size + at);
              to[0] = weight * even;
              if (numbers == 2) to[1] = weight * odd;
            }
          }
    }
  }

  /// [k^2][radius][order]: factors of P_l in the real part (even l) and the imaginary part (odd l).
  std::vector<double> bessel_coefficients(double share, int last) const {
    const auto& spectrum = *setup_.spectrum;
    const auto expansion = angular_expansion(setup_.kernel, last);
    std::vector<double> values(expansion.size()), result;
    const int squares = spectrum.largest_square() + 1;
    result.reserve(static_cast<std::size_t>(squares) * radial_.points.size() * expansion.size());
    for (int square = 0; square < squares; ++square) {
      const double k = spectrum.wave_number() * std::sqrt(static_cast<double>(square));
      for (std::size_t a = 0; a < radial_.points.size(); ++a) {
        const double r = radial_.points[a];
        const double factor = 4.0 * pi * spectrum.scale() * radial_.weights[a] * std::pow(r, 2.0 + setup_.kernel.gamma);
        math::spherical_bessel(share * r * k, last, values.data());
        for (int l = 0; l <= last; ++l) {
          // (-i)^l: 1, -i, -1, i
          const double sign = l % 4 == 0 || l % 4 == 3 ? 1.0 : -1.0;
          const auto at = static_cast<std::size_t>(l);
          result.push_back(sign * factor * expansion[at] * values[at]);
        }
      }
    }
    return result;
  }

  PairSetup setup_;
  math::QuadratureRule radial_;
  std::size_t half_directions_;
  ShiftedProducts products_;
  SquareTable loss_;
  std::vector<double> table_[2];  ///< of a, of b
};

}  // namespace

std::unique_ptr<const PairOperator> make_soft_spheres(PairSetup setup) {
  return std::make_unique<SoftSpheres>(std::move(setup));
}

}  // namespace tessera::sim::boltzmann
