// What a deck may say about an equation, and what it is told where it is wrong.
#include "catch.hpp"
#include "golden.hpp"
#include "sim/pde/environment.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string message_of(const std::string& keys) { return complaint_about<sim::pde::PdeParams>(keys); }

}  // namespace

TEST_CASE("defaults are those of each equation", "[pde]") {
  const auto burgers = read_params("");
  CHECK(burgers.points == std::vector<std::int64_t>{256});
  CHECK(*burgers.sample_time == 0.05);
  CHECK(burgers.values_of_constants().diffusivity == 1e-3);
  const auto schrodinger = read_params("id = \"schrodinger\"\n");
  CHECK(schrodinger.points == std::vector<std::int64_t>{128});
  CHECK(*schrodinger.steps == 500);
  CHECK(schrodinger.values_of_constants().mass == 1.0);
}

TEST_CASE("mistakes are told", "[pde]") {
  CHECK_THAT(message_of("id = \"burger\"\n"), Contains("burgers") && Contains("kuramoto_sivashinsky"));
  CHECK_THAT(message_of("points = [255]\n"), Contains("odd number of points"));
  CHECK_THAT(message_of("points = [8, 8, 8, 8]\n"), Contains("one, two or three"));
  CHECK_THAT(message_of("points = [16, 16]\nlength = [1.0]\n"), Contains("1 lengths for 2 directions"));
  CHECK_THAT(message_of("id = \"korteweg_de_vries\"\npoints = [16, 16]\n"), Contains("in one dimension"));
  CHECK_THAT(message_of("fidelity = \"reference\"\npoints = [16, 16]\n"), Contains("the reference has one dimension"));
  CHECK_THAT(message_of("actuators = [20]\n"), Contains("overlap"));
  CHECK_THAT(message_of("actuators = [2, 2]\n"), Contains("2 numbers for 1 directions"));
  CHECK_THAT(message_of("sensors = [300]\n"), Contains("300 sensors on 256 grid points"));
  CHECK_THAT(message_of("substep = 0.03\n"), Contains("whole number"));
  CHECK_THAT(message_of("surface_tension = 0.1\n"), Contains("surface_tension"));
  CHECK_THAT(message_of("clip_actions = true\n"), Contains("action_limit"));
  CHECK_THAT(message_of("[stage.start]\nformulas = [\"sin(2*pi*q)\"]\n"), Contains("unknown name 'q'"));
  CHECK_THAT(message_of("[stage.start]\nformulas = [\"x\", \"1\"]\n"), Contains("2 formulas for 1 field"));
}

TEST_CASE("a state that overflows is noticed and not passed on", "[pde]") {
  // Half of the domain lies below 0, from where u runs to minus infinity in a finite time.
  const auto params = read_params("id = \"fisher\"\nreaction = 2.0\nsteps = 100\nsensor_noise = 0\n");
  const auto environment = sim::pde::make_environment(comm(), params, 1, 2);
  environment->reset({});
  const sim::Environment::Rows actions("actions", 2, 8);
  for (int n = 0; n < 100; ++n) environment->step(actions);
  for (std::int64_t row = 0; row < 2; ++row) {
    CHECK(environment->ending()(row) == static_cast<std::int64_t>(sim::Ending::out_of_bounds));
    for (std::int64_t n = 0; n < 256; ++n) REQUIRE(std::isfinite(environment->state()(row, n)));
  }
}
