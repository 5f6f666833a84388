// What decks and programs ask of collision operators that cannot be.
#include "base/error.hpp"
#include "catch.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "sim/boltzmann/collisions/positivity.hpp"
#include "spectral_samples.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

std::string about(const std::string& keys) { return complaint_about<SpectralParams>(keys); }

std::string refusal(const CollisionKernel& kernel, const VelocityGrid& grid, const SpectralParams& params) {
  try {
    make_collision_operator(comm(), kernel, 1.0, grid, params);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("parameters of collisions in decks", "[boltzmann][bad]") {
  CHECK(about("") == "no error");
  CHECK_THAT(about("points = 31\n"), Contains("expected an even number"));
  CHECK_THAT(about("half_width = 6.0\nsupport = 4.5\n"),
             Contains("a support of 4.5") && Contains("expected at most 4"));
  CHECK_THAT(about("sphere_points = 13\n"), Contains("there is no rule of 13 directions"));
  CHECK_THAT(about("dimensions = 2\nsphere_points = 13\n"), Contains("expected an even number"));
  CHECK(about("dimensions = 2\nsphere_points = 16\n") == "no error");
  CHECK_THAT(about("dimensions = 1\n"), Contains("dimensions"));
  CHECK_THAT(about("method = \"fast\"\n"), Contains("carleman"));
  CHECK_THAT(about("filter = -1.0\n"), Contains("filter"));
  const auto params =
      read_stage<SpectralParams>("points = 24\nmethod = \"classic\"\nradial_points = 10\nfilter = 2.0\n");
  CHECK(params.grid().points == 24);
  CHECK(params.grid().half_width == 6.0);
  CHECK(radii_of(params, 24) == 10);
  CHECK(params.filter == 2.0);
  const SpectralParams plain;
  CHECK(radii_of(plain, 24) == 12);
  CHECK(directions_of(plain, 3, 24, false) == 32);
  CHECK(directions_of(plain, 3, 24, true) == 50);
  CHECK(directions_of(plain, 2, 24, true) == 24);
}

TEST_CASE("operators that cannot be", "[boltzmann][bad]") {
  const VelocityGrid grid = cube(8, 6.0);
  const SpectralParams plain;
  CHECK(refusal({0.1, 0.5}, grid, plain) == "no error");
  CHECK_THAT(refusal({0.1, -0.5}, grid, plain), Contains("expected 0 (Maxwell molecules) to 1"));
  CHECK_THAT(refusal({0.1, 1.5}, grid, plain), Contains("expected 0 (Maxwell molecules) to 1"));
  CHECK_THAT(refusal({0.1, 0.5}, cube(9, 6.0), plain), Contains("expected an even number"));
  CHECK_THAT(refusal({0.1, 0.5}, cube(8, 6.0, 0.0, 1), plain), Contains("expected 2 or 3"));
  CHECK_THAT(refusal({0.1, 0.5, 1.2}, cube(8, 6.0, 0.0, 2), plain), Contains("or three dimensions"));
  CHECK_THAT(refusal({0.1, 0.5}, grid, finely(5.0, 4, 12)), Contains("a support of 5"));
  CHECK_THAT(refusal({0.1, 0.5}, grid, finely(3.0, 4, 13)), Contains("no rule of 13 directions"));
  CHECK_THAT(refusal({0.1, 0.5}, cube(8, 6.0, 0.0, 2), finely(3.0, 4, 13)), Contains("without their opposites"));
  CHECK_THAT(refusal({0.1, 0.5}, grid, finely(3.0, 4, 12, SpectralMethod::carleman)),
             Contains("expected hard spheres of equal masses"));
  CHECK_THAT(refusal({0.1, 0.5, 1.2}, grid, finely(3.0, 4, 12, SpectralMethod::direct)),
             Contains("all directions alike"));
  const auto collisions = make_collision_operator(comm(), {0.1, 0.5}, 1.0, grid, plain);
  Values f(100), rate(100), frequency(100);
  CHECK_THROWS_WITH(collisions->evaluate(f, rate, frequency), Contains("a multiple of 512"));
}

TEST_CASE("a box that is too small for its gas", "[boltzmann][bad]") {
  const VelocityGrid grid = cube(16, 8.0);
  CHECK_NOTHROW(require_support(grid, 4.0, 1.0, {1.0, {0.0, 0.0, 0.0}, 0.4}, "left wall"));
  CHECK_THROWS_WITH(require_support(grid, 4.0, 1.0, {1.0, {0.0, 0.0, 0.0}, 1.0}, "left wall"),
                    Contains("left wall") && Contains("expected at most 1e-6"));
  CHECK_THROWS_AS(require_support(grid, 4.0, 1.0, {1.0, {2.0, 0.0, 0.0}, 0.4}, "left wall"), Error);
  // The part outside is that of Maxwell's distribution of speeds: at two widths 0.2615.
  const VelocityGrid fine = cube(96, 6.0, 0.5);
  Values f = zeros(fine);
  sample_maxwellian(fine, 1.0, {1.0, {0.0, 0.0, 0.0}, 1.0}, f);
  CHECK_THAT(fraction_outside(fine, 2.0, f), WithinRel(0.261464, 1e-2));
}
