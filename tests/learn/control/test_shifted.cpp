// Regulators of translation-invariant equations against dense ones, at sizes that those cannot reach, and refusals.
#include <fmt/core.h>

#include <string>

#include "base/error.hpp"
#include "learn/control/lqr.hpp"
#include "learn/control/spectral_modes.hpp"
#include "math/control.hpp"
#include "math/diagonal_riccati.hpp"
#include "spectral.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;
using math::Matrix;

namespace {

Matrix whole_gain(const ShiftedRegulator& shifted, std::int64_t actions) {
  const auto n = static_cast<std::int64_t>(shifted.row.size());
  Matrix gain(static_cast<int>(actions), static_cast<int>(n));
  for (std::int64_t a = 0; a < actions; ++a)
    for (std::int64_t j = 0; j < n; ++j)
      gain(static_cast<int>(a), static_cast<int>(j)) =
          shifted.row[static_cast<std::size_t>((j - a * shifted.spacing + n) % n)];
  return gain;
}

void compare_with_dense(const sim::SpectralModel& model, double tolerance) {
  const auto shifted = shifted_regulator(model);
  const auto tracker = design_tracker(dense(model), math::UnseenModes::refuse);
  const Matrix& expected = tracker.regulator.gain;
  CHECK(math::largest(whole_gain(shifted, model.num_actions) - expected) < tolerance * math::largest(expected));
  CHECK(shifted.design.residual < 1e-11);
  CHECK(shifted.gain_error < 1e-10);
  CHECK_THAT(shifted.design.radius, WithinAbs(tracker.regulator.closed_loop_radius, 2e-3));
  CHECK(largest_difference(shifted.offset, tracker.offset) < tolerance);
}

}  // namespace

TEST_CASE("regulators of one shape, shifted, are the dense ones", "[control]") {
  compare_with_dense(convection_diffusion_reaction({}), 1e-9);
  compare_with_dense(convection_diffusion_reaction({.num_points = 105, .num_actions = 5, .width = 0.15}), 1e-9);
  compare_with_dense(convection_diffusion_reaction({.num_points = 40, .num_actions = 1, .width = 0.2}), 1e-9);
  // Without reaction the mean neither grows nor dies out; without convection, modes share eigenvalues.
  compare_with_dense(convection_diffusion_reaction({.num_points = 60, .num_actions = 6}, 0.002, 0.1, 0.0), 1e-9);
  compare_with_dense(convection_diffusion_reaction({.num_points = 60, .num_actions = 6}, 0.002, 0.0, 0.05), 1e-9);
  // Hardly any diffusion: most modes are slow.
  compare_with_dense(convection_diffusion_reaction({.num_points = 96, .num_actions = 8}, 1e-5, 0.1, 0.0005), 1e-8);
}

TEST_CASE("a target asks for the same constant actions", "[control]") {
  auto model = convection_diffusion_reaction({.num_points = 120});
  model.q = 2.0;
  model.r = 0.5;
  model.target = numbers(read_golden(regulators_path(), "cdr_target/target"));
  compare_with_dense(model, 1e-9);
  const Matrix expected = read_golden(regulators_path(), "cdr_target/lqr/gain");
  const auto shifted = shifted_regulator(model);
  CHECK(math::largest(whole_gain(shifted, 8) - expected) < 1e-7 * math::largest(expected));
  const Matrix tracking = read_golden(regulators_path(), "cdr_target/lqr/tracking");
  for (int a = 0; a < 8; ++a) {
    double sum = 0.0;
    for (int j = 0; j < 120; ++j) sum += tracking(a, j) * model.target[static_cast<std::size_t>(j)];
    CHECK_THAT(shifted.offset[static_cast<std::size_t>(a)], WithinAbs(sum, 1e-7));
  }
  // A mean that stays by itself, and a target for it.
  auto still = convection_diffusion_reaction({.num_points = 60, .num_actions = 6}, 0.002, 0.1, 0.0);
  still.target.assign(60, 0.7);
  compare_with_dense(still, 1e-9);
}

TEST_CASE("100000 states are regulated", "[control]") {
  const auto shifted = shifted_regulator(convection_diffusion_reaction({.num_points = 100000}));
  CHECK(shifted.design.residual < 1e-8);
  CHECK(shifted.gain_error < 1e-8);
  CHECK_THAT(shifted.design.radius, WithinAbs(0.7516, 5e-3));
  // With the cost as an integral over the domain, the answer to a constant is nearly that of a coarse grid.
  const auto answer = [](std::int64_t points) {
    auto model = convection_diffusion_reaction({.num_points = points});
    model.q = 200.0 / static_cast<double>(points);
    double sum = 0.0;
    for (const double value : shifted_regulator(model).row) sum += value;
    return sum;
  };
  CHECK_THAT(answer(100000), WithinRel(answer(400), 1e-3));
}

TEST_CASE("the modes that actuators miss are those of their shape", "[control]") {
  // 10 points of 100: no tenth wave; every 12 points: one phase of the 25th.
  const auto of_wave = unreached_modes(wave({.num_points = 100}));
  std::string found;
  for (const auto& mode : of_wave) found += fmt::format("{}{} ", mode.mode, mode.in_one_phase ? "'" : "");
  CHECK(found == "10 20 25' 30 40 50 ");
  // 8 actuators of 13 points, evenly over 128: one phase of every mode that they cannot tell from its mirror image
  // (the 64th has none).
  found.clear();
  for (const auto& mode : unreached_modes(schrodinger({.num_points = 128, .sample_time = 0.001})))
    found += fmt::format("{}{} ", mode.mode, mode.in_one_phase ? "'" : "");
  CHECK(found == "0' 4' 8' 12' 16' 20' 24' 28' 32' 36' 40' 44' 48' 52' 56' 60' ");
  CHECK(unreached_modes(wave({.num_points = 73, .num_actions = 6, .width = 0.12})).empty());
  CHECK(unreached_modes(convection_diffusion_reaction({})).empty());
}

TEST_CASE("what cannot be regulated, or not this way, says why", "[control]") {
  CHECK_THROWS_WITH(shifted_regulator(wave({.num_points = 100})), Contains("10, 20, 25 (in one phase), 30, 40, 50"));
  CHECK_THROWS_WITH(shifted_regulator(wave({.num_points = 73, .num_actions = 6, .width = 0.12})),
                    Contains("2 fields, not one"));
  CHECK_THROWS_WITH(shifted_regulator(convection_diffusion_reaction({.num_points = 100})),
                    Contains("8 actuators do not divide 100 points"));
  auto uneven = convection_diffusion_reaction({});
  uneven.actuators[3 * 200 + 85] += 0.5;
  CHECK_THROWS_WITH(shifted_regulator(uneven), Contains("actuator 3 is not the first one, shifted by 75 points"));
  CHECK_THROWS_WITH(math::diagonal_regulator({0.5}, {1.0}, 0.0, 1.0), Contains("expected positive"));
}
