// Isotropic scattering (Mouhot and Pareschi 2006; Gamba, Haack, Hauck and Hu 2017): radii times directions.
//
// Q+_ab(v) = C int_0^R dr r^(d-1+gamma) int de K_r * [ f_a(. + b r e) f_b(. - a r e) ](v), a and b the shares of the
// masses, K_r the mean over a sphere of radius b r. With a and b exchanged, and e replaced by -e, the products of Q+_ba
// are the same: over all directions both operators share them.
#include <cmath>

#include "math/quadrature.hpp"
#include "sim/boltzmann/collisions/pair_operator.hpp"
#include "sim/boltzmann/collisions/shifted_products.hpp"

namespace tessera::sim::boltzmann {

namespace {

std::vector<std::array<double, 3>> visited(const PairSetup& setup) {
  return {setup.rule.points.begin(), setup.rule.points.begin() + num_visited(setup)};
}

class Classic : public PairOperator {
 public:
  explicit Classic(PairSetup setup)
      : setup_(std::move(setup)),
        radial_(math::gauss_legendre(setup_.radial_points, 0.0, setup_.reach)),
        products_(*setup_.spectrum, setup_.share_b, setup_.share_a, setup_.is_same, radial_.points, visited(setup_)),
        loss_(loss_modes(setup_)) {
    for (int side = 0; side < (setup_.is_same ? 1 : 2); ++side)
      for (std::size_t n = 0; n < radial_.points.size(); ++n)
        gain_[side].push_back(gain_modes(side == 0 ? setup_.share_b : setup_.share_a, n));
  }

  void add(const SpeciesSums& a, const SpeciesSums& b, Scratch& scratch) const override {
    const auto& spectrum = *setup_.spectrum;
    const auto directions = static_cast<std::size_t>(num_visited(setup_));
    const auto* half = reinterpret_cast<const Complex*>(scratch.half.data());
    const double factor = setup_.is_same ? 2.0 : 1.0;
    for (std::size_t n = 0; n < radial_.points.size(); ++n) {
      products_.set(n, 0, factor * setup_.rule.weights[0], a.modes, b.modes, scratch);
      for (std::size_t p = 1; p < directions; ++p)
        products_.add(n, p, factor * setup_.rule.weights[p], a.modes, b.modes, scratch);
      spectrum.transform_product(scratch);
      add_weighted(spectrum, gain_[0][n], half, a.gain);
      if (!setup_.is_same) add_weighted(spectrum, gain_[1][n], half, b.gain);
    }
    add_weighted(spectrum, loss_, b.modes, a.frequency);
    if (!setup_.is_same) add_weighted(spectrum, loss_, a.modes, b.frequency);
  }

 private:
  /// Of radius n; with what makes a transform of values modes.
  SquareTable gain_modes(double share, std::size_t n) const {
    const auto& spectrum = *setup_.spectrum;
    const int d = spectrum.grid().dimensions;
    const double r = radial_.points[n], factor = spectrum.scale() * setup_.kernel.strength * radial_.weights[n] *
                                                 std::pow(r, d - 1 + setup_.kernel.gamma);
    SquareTable table(static_cast<std::size_t>(spectrum.largest_square()) + 1);
    for (std::size_t square = 0; square < table.size(); ++square)
      table[square] =
          factor * mean_wave(d, share * r * spectrum.wave_number() * std::sqrt(static_cast<double>(square)));
    return table;
  }

  PairSetup setup_;
  math::QuadratureRule radial_;
  ShiftedProducts products_;
  SquareTable loss_;
  std::vector<SquareTable> gain_[2];  ///< of a, of b; by radius
};

}  // namespace

std::unique_ptr<const PairOperator> make_classic(PairSetup setup) {
  return std::make_unique<Classic>(std::move(setup));
}

}  // namespace tessera::sim::boltzmann
