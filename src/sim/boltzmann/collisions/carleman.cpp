// Hard spheres in space, Maxwell molecules in the plane, without radii (Mouhot and Pareschi 2006; Carleman's form).
//
// For equal masses v' = v + x, v*' = v + y with x.y = 0, and there B times the Jacobian is constant: with |x|, |y| <
// R_c Q+(v) = C int de [phi f](v) [psi h](v), in modes phi(k.e) and psi(|k - (k.e) e|),
//   space: phi(s) = int_-R_c^R_c |r| e^(i r s) dr = R_c^2 (2 sinc(R_c s) - sinc^2(R_c s / 2)),
//          psi(s) = int_0^2pi phi(s cos t) dt = 4 pi R_c^2 J_1(R_c s) / (R_c s);
//   plane: phi(s) = psi(s) = 2 R_c sinc(R_c s).
// R_c = R / sqrt 2, so that no pair of velocities is farther apart than R: without that energy drifts by percents.
#include <fmt/format.h>
#include <math.h>  // j1, which C++ has not

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/ivdep.hpp"
#include "base/memory.hpp"
#include "math/spherical_bessel.hpp"
#include "sim/boltzmann/collisions/carleman.hpp"
#include "sim/boltzmann/collisions/wave_loops.hpp"

namespace tessera::sim::boltzmann {

double carleman_along(int dimensions, double reach, double s) {
  const double x = reach * s;
  if (dimensions == 2) return 2.0 * reach * math::sinc(x);
  const double half = math::sinc(0.5 * x);
  return reach * reach * (2.0 * math::sinc(x) - half * half);
}

double carleman_across(int dimensions, double reach, double s) {
  const double x = reach * s;
  if (dimensions == 2) return 2.0 * reach * math::sinc(x);
  const double ratio = x < 1e-4 ? 0.5 * (1.0 - 0.125 * x * x) : ::j1(x) / x;
  return 4.0 * std::numbers::pi * reach * reach * ratio;
}

namespace {

/// out = F along + i H across
void weigh_two_rows(std::int64_t n, const double* __restrict along, const double* __restrict across,
                    const double* __restrict f_re, const double* __restrict f_im, const double* __restrict h_re,
                    const double* __restrict h_im, double* __restrict out) {
  TESSERA_IVDEP
  for (std::int64_t z = 0; z < n; ++z) {
    out[2 * z] = f_re[z] * along[z] - h_im[z] * across[z];
    out[2 * z + 1] = f_im[z] * along[z] + h_re[z] * across[z];
  }
}

class Carleman : public PairOperator {
 public:
  explicit Carleman(PairSetup setup)
      : setup_(std::move(setup)),
        directions_(static_cast<std::size_t>(setup_.rule.size() / 2)),
        size_(static_cast<std::size_t>(setup_.spectrum->size())) {
    const int d = setup_.spectrum->grid().dimensions;
    const double wanted = d == 3 ? 1.0 : 0.0;
    if (setup_.kernel.gamma != wanted || !setup_.kernel.is_isotropic() || setup_.share_a != setup_.share_b)
      throw Error::input(
          fmt::format("Carleman's form of the collision operator, in {} dimensions; expected {} of equal "
                      "masses, or another method",
                      d, d == 3 ? "hard spheres" : "Maxwell molecules"));
    if (!setup_.rule.is_antipodal)
      throw Error::input(
          fmt::format("a rule of {} directions without their opposites, for Carleman's form; expected an "
                      "antipodal rule",
                      setup_.rule.size()));
    if (const double bytes = 16.0 * static_cast<double>(directions_ * size_);
        bytes > static_cast<double>(memory_available()))
      throw Error::input(
          fmt::format("weights of Carleman's form take {:.2g} GB, which this host has not left; expected "
                      "fewer points or sphere_points",
                      1e-9 * bytes));
    tabulate();
  }

  void add(const SpeciesSums& a, const SpeciesSums& b, Scratch& scratch) const override {
    add_gain(a.modes, setup_.is_same ? a.modes : b.modes, a.values, scratch);
    add_loss(setup_.is_same ? a.modes : b.modes, a.frequency);
    if (setup_.is_same) return;
    add_gain(b.modes, a.modes, b.values, scratch);
    add_loss(a.modes, b.frequency);
  }

 private:
  void add_gain(const Modes& f, const Modes& h, double* values, Scratch& scratch) const {
    const auto& spectrum = *setup_.spectrum;
    const std::int64_t plane = spectrum.plane(), columns = spectrum.num_columns();
    for (std::size_t p = 0; p < directions_; ++p) {
      const double* along = along_.data() + p * size_;
      const double* across = across_.data() + p * size_;
      const double weight = 2.0 * setup_.kernel.strength * setup_.rule.weights[p];
      const auto fill = [&](int x, double* out) {
        const std::ptrdiff_t at = x * plane;
        weigh_two_rows(plane, along + at, across + at, f.re + at, f.im + at, h.re + at, h.im + at, out);
      };
      const auto use = [&](std::int64_t first, const double* waves) {
        for (int x = 0; x < spectrum.points(); ++x)
          product_of_parts<true>(columns, weight, waves + 2 * columns * x, values + x * plane + first);
      };
      spectrum.for_waves(scratch, fill, use);
    }
  }

  void add_loss(const Modes& h, Complex* frequency) const {
    const int n = setup_.spectrum->points(), width = setup_.spectrum->half_row();
    const std::size_t rows = size_ / static_cast<std::size_t>(n);
    for (std::size_t row = 0, from = 0, to = 0; row < rows; ++row, from += static_cast<std::size_t>(n))
      for (std::size_t z = 0; z < static_cast<std::size_t>(width); ++z, ++to)
        frequency[to] = {frequency[to].real() + loss_[to] * h.re[from + z],
                         frequency[to].imag() + loss_[to] * h.im[from + z]};
  }

  /// Of every mode in every direction, and their sums for the loss.
  void tabulate() {
    const auto& spectrum = *setup_.spectrum;
    const int n = spectrum.points(), d = spectrum.grid().dimensions, outer = d == 3 ? n : 1;
    const double reach = setup_.reach / std::numbers::sqrt2;
    along_.reserve(directions_ * size_);
    across_.reserve(directions_ * size_);
    loss_.assign(static_cast<std::size_t>(spectrum.num_half()), 0.0);
    for (std::size_t p = 0; p < directions_; ++p) {
      const auto& e = setup_.rule.points[p];
      const double weight = 2.0 * setup_.kernel.strength * setup_.rule.weights[p];
      std::size_t to = 0;
      for (int x = 0; x < outer; ++x)
        for (int y = 0; y < n; ++y)
          for (int z = 0; z < n; ++z) {
            const int kx = spectrum.frequency(x), ky = spectrum.frequency(y), kz = spectrum.frequency(z);
            const double k[3] = {static_cast<double>(d == 3 ? kx : ky), static_cast<double>(d == 3 ? ky : kz),
                                 static_cast<double>(d == 3 ? kz : 0)};
            const double s = k[0] * e[0] + k[1] * e[1] + k[2] * e[2];
            double rest = 0.0;
            for (int i = 0; i < 3; ++i)
              rest += (k[i] - s * e[static_cast<std::size_t>(i)]) * (k[i] - s * e[static_cast<std::size_t>(i)]);
            along_.push_back(carleman_along(d, reach, spectrum.wave_number() * s));
            across_.push_back(carleman_across(d, reach, spectrum.wave_number() * std::sqrt(rest)));
            if (z < spectrum.half_row()) loss_[to++] += weight * along_.back() * across_.back();
          }
    }
  }

  PairSetup setup_;
  std::size_t directions_, size_;
  std::vector<double> along_, across_;  ///< phi and psi, [half of the directions][size]
  std::vector<double> loss_;            ///< [num_half]
};

}  // namespace

std::unique_ptr<const PairOperator> make_carleman(PairSetup setup) {
  return std::make_unique<Carleman>(std::move(setup));
}

}  // namespace tessera::sim::boltzmann
