#include "sim/boltzmann/collisions/pair_operator.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/ivdep.hpp"
#include "math/quadrature.hpp"

namespace tessera::sim::boltzmann {

void check(const PairSetup& setup) {
  const auto& kernel = setup.kernel;
  if (!(kernel.gamma >= 0.0 && kernel.gamma <= 1.0))
    throw Error::input(
        fmt::format("the spectral collision operator with a cross-section that makes collision rates "
                    "grow as the relative speed to the power {}; expected 0 (Maxwell molecules) to 1 "
                    "(hard spheres)",
                    kernel.gamma));
  if (!kernel.is_isotropic() && setup.spectrum->grid().dimensions != 3)
    throw Error::input(
        fmt::format("scattering of exponent {} in two dimensions; expected 1 (all directions alike), or "
                    "three dimensions",
                    kernel.alpha));
  if (setup.is_same && !setup.rule.is_antipodal)
    throw Error::input(
        fmt::format("a rule of {} directions without their opposites, for collisions within one "
                    "species; expected an antipodal rule (in the plane: an even number)",
                    setup.rule.size()));
  if (setup.radial_points < 1)
    throw Error::input(
        fmt::format("{} radial points of the collision operator; expected at least one", setup.radial_points));
}

SquareTable loss_modes(const PairSetup& setup) {
  const auto& spectrum = *setup.spectrum;
  const int d = spectrum.grid().dimensions;
  const auto radial = math::gauss_legendre(setup.radial_points, 0.0, setup.reach);
  SquareTable table(static_cast<std::size_t>(spectrum.largest_square()) + 1);
  for (std::size_t square = 0; square < table.size(); ++square) {
    const double k = spectrum.wave_number() * std::sqrt(static_cast<double>(square));
    double sum = 0.0;
    for (std::size_t n = 0; n < radial.points.size(); ++n) {
      const double r = radial.points[n];
      sum += radial.weights[n] * std::pow(r, d - 1 + setup.kernel.gamma) * mean_wave(d, r * k);
    }
    table[square] = setup.kernel.strength * mean_wave(d, 0.0) * sum;
  }
  return table;
}

void add_weighted(const Spectrum& spectrum, const SquareTable& table, const Complex* half, Complex* sums) {
  const int width = spectrum.half_row();
  for (const int row_square : spectrum.row_squares()) {
    const double* row = table.data() + row_square;
    for (int z = 0; z < width; ++z) {
      const double factor = row[z * z];
      sums[z] = {sums[z].real() + factor * half[z].real(), sums[z].imag() + factor * half[z].imag()};
    }
    half += width;
    sums += width;
  }
}

void add_weighted(const Spectrum& spectrum, const SquareTable& table, const Modes& modes, Complex* sums) {
  const int n = spectrum.points(), width = spectrum.half_row();
  std::ptrdiff_t full = 0;
  for (const int row_square : spectrum.row_squares()) {
    const double* row = table.data() + row_square;
    for (int z = 0; z < width; ++z) {  // the last one is zero
      const double factor = row[z * z];
      sums[z] = {sums[z].real() + factor * modes.re[full + z], sums[z].imag() + factor * modes.im[full + z]};
    }
    full += n;
    sums += width;
  }
}

}  // namespace tessera::sim::boltzmann
