// Regulators of partial differential equations against those of controlgym.
#include "learn/control/lqr.hpp"

#include <cmath>

#include "base/error.hpp"
#include "spectral.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;
using math::Matrix;

namespace {

std::vector<double> golden_numbers(const std::string& name) { return numbers(read_golden(regulators_path(), name)); }

struct Pde {
  std::string name;
  sim::SpectralModel model;
  int steps;
};

Pde pde(const std::string& name) {
  if (name == "cdr") return {name, convection_diffusion_reaction({}), 100};
  if (name == "wave") return {name, wave({.num_points = 73, .num_actions = 6, .width = 0.12, .sample_time = 0.1}), 50};
  if (name == "schrodinger")
    return {name, schrodinger({.num_points = 73, .num_actions = 7, .width = 0.12, .sample_time = 0.001}, 40.0), 50};
  Pde target{name, convection_diffusion_reaction({.num_points = 120}), 40};
  target.model.q = 2.0;
  target.model.r = 0.5;
  target.model.target = golden_numbers("cdr_target/target");
  return target;
}

}  // namespace

TEST_CASE("regulated partial differential equations end where those of controlgym do", "[control]") {
  for (const std::string name : {"cdr", "cdr_target", "wave", "schrodinger"}) {
    CAPTURE(name);
    const auto golden_pde = pde(name);
    DenseEnvironment environment(comm(), dense(golden_pde.model), {.num_rows = comm().size()});
    LqrController lqr(environment, {});
    CHECK(lqr.design().residual < 1e-11);
    CHECK_THAT(lqr.design().radius, WithinAbs(golden_numbers(name + "/lqr/radius")[0], 1e-8));
    environment.begin_in(golden_numbers(name + "/initial_state"));
    const auto episode = run(environment, lqr, golden_pde.steps);
    CHECK_THAT(episode.total, WithinRel(golden_numbers(name + "/lqr/total")[0], 1e-8));
    CHECK(largest_difference(episode.state, golden_numbers(name + "/lqr/final_state")) < 1e-8);
  }
}

TEST_CASE("gains are those of controlgym", "[control]") {
  for (const std::string name : {"cdr_target", "wave"}) {
    CAPTURE(name);
    const auto tracker = design_tracker(dense(pde(name).model), math::UnseenModes::refuse);
    const auto expected = read_golden(regulators_path(), name + "/lqr/gain");
    CHECK(math::largest(tracker.regulator.gain - expected) < 1e-7 * math::largest(expected));
    CHECK(tracker.offset.empty() == (name != "cdr_target"));
  }
}
