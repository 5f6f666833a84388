#include "linear_totals.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/linear/system.hpp"
#include "stage_run.hpp"

namespace tessera::test {

namespace {

/// The loops of ac1 and ac2 keep the eigenvalue 1 of a mode that the cost does not see.
bool has_drift(const LinearTotals& system) { return system.radius == 1.0; }

std::string stage(const LinearTotals& system, const std::string& name, std::int64_t steps, const std::string& keys,
                  const std::string& controller) {
  return fmt::format(
      "[[stage]]\nname = \"{}\"\ntype = \"rollout\"\nsteps = {}\ncontroller = [{}]\n{}"
      "linear = {{id = \"{}\", fidelity = \"reference\"",
      name, steps, controller, keys, system.id);
}

std::string lqr(const LinearTotals& system) {
  return fmt::format("{{kind = \"lqr\", lqr.unseen = \"{}\"}}", has_drift(system) ? "leave" : "refuse");
}

/// After so many steps, all but a millionth of what there is to pay has been paid.
std::int64_t steps_of_decay(const LinearTotals& system) {
  return has_drift(system) ? 20000 : 20 + std::lround(7.0 / (1.0 - system.radius));
}

std::string start_of(const LinearTotals& system) {
  std::string numbers;
  for (std::int64_t i = 0; i < sim::linear::system_info(system.id).num_states; ++i)
    numbers += fmt::format("{}{}", i > 0 ? ", " : "", 0.1 * std::cos(1.0 + static_cast<double>(i)));
  return numbers;
}

}  // namespace

void check_costs(const std::vector<LinearTotals>& systems) {
  std::string deck;
  for (const auto& system : systems)
    deck += stage(system, system.id, steps_of_decay(system), "", lqr(system)) +
            fmt::format(", init_state = [{}], random_init_state_cov = 0, noise_cov = 0}}\n", start_of(system));
  const auto folder = run_stages(run::standard_registry(), deck);
  for (const auto& system : systems) {
    CAPTURE(system.id);
    // Figures of six digits; the library's solution for ac7 leaves a residual of 2e-5.
    CHECK_THAT(result_of(folder, "mean return", system.id), WithinRel(-system.cost, system.id == "ac7" ? 1e-3 : 1e-5));
  }
}

/// What the second half of long episodes costs: by then, where they began is forgotten.
void check_averages(const std::vector<LinearTotals>& systems) {
  std::string deck;
  for (const auto& system : systems)
    for (const int halves : {1, 2})
      deck += stage(system, fmt::format("{}_{}", system.id, halves), halves * steps_of_decay(system),
                    "episodes = 200\n", lqr(system)) +
              ", random_init_state_cov = 0}\n";
  const auto folder = run_stages(run::standard_registry(), deck);
  for (const auto& system : systems) {
    CAPTURE(system.id);
    const auto steps = static_cast<double>(steps_of_decay(system));
    const auto half = [&](const std::string& label) { return result_of(folder, label, system.id + "_1") / steps; };
    const auto whole = [&](const std::string& label) { return result_of(folder, label, system.id + "_2") / steps; };
    const double found = half("mean return") - whole("mean return");
    const double error = std::hypot(half("standard error"), whole("standard error"));
    CHECK(error < 0.1 * system.average);
    CHECK_THAT(found, WithinAbs(system.average, 5.0 * error));
  }
}

/// The library's one episode had other noise: it must be as likely as one of ours.
void check_filtered(const std::vector<LinearTotals>& systems, int episodes) {
  std::string deck;
  for (const auto& system : systems)
    if (!std::isnan(system.lqg))
      deck += stage(system, system.id, 100, fmt::format("episodes = {}\n", episodes),
                    "{kind = \"lqg\", lqg.start = \"state\"}") +
              "}\n";
  const auto folder = run_stages(run::standard_registry(), deck);
  double squares = 0.0, count = 0.0;
  for (const auto& system : systems) {
    if (std::isnan(system.lqg)) continue;
    CAPTURE(system.id);
    const double mean = result_of(folder, "mean return without last reward", system.id);
    const double deviation =
        result_of(folder, "standard error without last reward", system.id) * std::sqrt(static_cast<double>(episodes));
    CAPTURE(mean, deviation, system.lqg);
    CHECK(result_of(folder, "episodes to the end", system.id) == episodes);
    CHECK(std::abs(system.lqg - mean) < 5.0 * deviation);
    squares += std::pow((system.lqg - mean) / deviation, 2);
    ++count;
  }
  CAPTURE(squares, count);
  // Of normal numbers, five deviations. Returns are sums of a few squares: few of them are much too low.
  CHECK(std::abs(squares / count - 1.0) < 5.0 * std::sqrt(2.0 / count));
}

}  // namespace tessera::test
