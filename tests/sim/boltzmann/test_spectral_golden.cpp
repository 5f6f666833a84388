// Collision operators as discretised, number by number.
#include "catch.hpp"
#include "sim/boltzmann/collisions/carleman.hpp"
#include "sim/boltzmann/collisions/direct.hpp"
#include "spectral_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

double relative_error(const CollisionKernel& kernel, const VelocityGrid& grid, const SpectralParams& params,
                      const Values& f, const std::string& dataset) {
  const Values exact = stored(dataset);
  return largest_difference(collide(kernel, 1.0, grid, params, f).rate, exact) / largest(exact);
}

}  // namespace

TEST_CASE("the classic operator is that of the tables", "[boltzmann][golden]") {
  const CollisionKernel maxwell{unit_strength, 0.0};
  const VelocityGrid narrow = cube(16, 5.4);
  CHECK(relative_error(maxwell, narrow, finely(3.0, 16, 12), stored("bkw3d_N16/f"), "bkw3d_N16/Q_discrete") < 1e-12);

  const VelocityGrid grid = cube(16, 7.2);
  const Values f = stored("bimodal_hs_N16/f");
  CHECK(largest_difference(f, bimodal(grid)) < 1e-15);
  const CollisionKernel spheres{unit_strength, 1.0}, soft{unit_strength, 0.5};
  CHECK(relative_error(spheres, grid, finely(3.6, 16, 12), f, "bimodal_hs_N16/Q_classic_M12_Nr16") < 1e-12);
  CHECK(relative_error(spheres, grid, finely(3.6, 32, 50), f, "bimodal_hs_N16/Q_classic_M50_Nr32") < 1e-12);
  CHECK(relative_error(soft, grid, finely(3.6, 16, 12), f, "bimodal_g05_N16/Q_classic_M12_Nr16") < 1e-12);
}

TEST_CASE("Carleman's form is that of the tables", "[boltzmann][golden]") {
  const CollisionKernel spheres{unit_strength, 1.0};
  CHECK(relative_error(spheres, cube(16, 7.2), finely(3.6, 1, 50, SpectralMethod::carleman), stored("bimodal_hs_N16/f"),
                       "bimodal_hs_N16/Q_carleman_M50") < 1e-10);
}

TEST_CASE("weights of pairs of modes are those of the tables", "[boltzmann][golden]") {
  const auto spectrum = std::make_shared<const Spectrum>(comm(), cube(32, 6.6), 0.0);
  const Values l = stored("kernel_modes/l"), m = stored("kernel_modes/m");
  for (const auto& [gamma, name] : {std::pair{0.0, "0"}, {0.5, "0.5"}, {1.0, "1"}}) {
    const PairSetup setup{spectrum, {unit_strength, gamma}, 0.5, 0.5, true, 6.0, 60, math::sphere_rule(6)};
    const Values gain = stored(std::string("kernel_modes/classic_gamma_") + name + "/gain");
    const Values loss = stored(std::string("kernel_modes/classic_gamma_") + name + "/loss");
    const auto losses = loss_modes(setup);
    for (std::size_t n = 0; n < gain.size(); ++n) {
      std::array<int, 3> kl{}, km{};
      for (std::size_t d = 0; d < 3; ++d) {
        kl[d] = static_cast<int>(l[3 * n + d]);
        km[d] = static_cast<int>(m[3 * n + d]);
      }
      // Fractional powers of the radius converge as powers of the number of points.
      const double tolerance = (gamma == 0.5 ? 1e-8 : 1e-12) * gain[0];
      CHECK(std::abs(gain_mode(setup, kl, km) - gain[n]) < tolerance);
      const auto square = static_cast<std::size_t>(km[0] * km[0] + km[1] * km[1] + km[2] * km[2]);
      CHECK(std::abs(losses[square] - loss[n]) < tolerance);
    }
  }
}

TEST_CASE("weights of Carleman's form are those of the tables", "[boltzmann][golden]") {
  const Values l = stored("kernel_modes/l"), m = stored("kernel_modes/m");
  const Values beta = stored("kernel_modes/carleman_hard_sphere/beta");
  const auto rule = math::product_rule(40);
  const double reach = 6.0 / std::numbers::sqrt2, wave = pi / 6.6;
  for (std::size_t n = 0; n < beta.size(); ++n) {
    double sum = 0.0;
    for (std::size_t p = 0; p < rule.points.size(); ++p) {
      double along = 0.0, mine = 0.0, square = 0.0;
      for (std::size_t d = 0; d < 3; ++d) {
        along += wave * l[3 * n + d] * rule.points[p][d];
        mine += wave * m[3 * n + d] * rule.points[p][d];
      }
      for (std::size_t d = 0; d < 3; ++d) {
        const double k = wave * m[3 * n + d] - mine * rule.points[p][d];
        square += k * k;
      }
      sum += unit_strength * rule.weights[p] * carleman_along(3, reach, along) *
             carleman_across(3, reach, std::sqrt(square));
    }
    CHECK(std::abs(sum - beta[n]) < 1e-9 * std::abs(beta[0]));
  }
}
