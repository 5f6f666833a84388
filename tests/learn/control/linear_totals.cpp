#include "linear_totals.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/linear/system.hpp"
#include "stage_run.hpp"

namespace tessera::test {

namespace {

const double none = std::nan("");

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

const std::vector<LinearTotals>& small_systems() {
  static const std::vector<LinearTotals> systems{
      {"toy", 0.955533, 0.0362232, 0.0224698, -2.1519},     {"ac1", 1.000000, 0.0279037, 2.83637e-05, none},
      {"ac2", 1.000000, 0.0697073, 2.56649e-05, none},      {"ac3", 0.766727, 0.435783, 0.0460709, -19.1239},
      {"ac4", 0.986294, 0.0264156, 6.35179e-06, -0.868188}, {"ac5", 0.971231, 0.121661, 0.0141518, -1.72856},
      {"ac6", 0.999955, 1.46142, 0.103843, -30.4963},       {"ac7", 0.997889, 0.499777, 2.04403, -474.997},
      {"ac8", 0.961836, 17.7981, 0.110975, -67.4055},       {"ac9", 0.999375, 8914.57, 0.40079, -81906.1},
      {"ac10", 0.809594, 8.81841, 0.672898, -549.688},      {"bdt1", 0.999770, 2.67052, 8.84344e-07, -36.8121},
      {"bdt2", 0.999608, 0.118579, 0.0012802, none},        {"cdp", 0.997569, 9090.54, 56125.6, -4.90766e+06},
      {"cm1", 0.999623, 1.67065, 0.00883125, -11.1543},     {"cm2", 0.999630, 1.81359, 0.00886206, -4.6397},
      {"cm3", 0.999633, 1.06196, 0.00886361, -4.34163},     {"dis1", 0.955264, 1.29118, 0.0716412, -10.9834},
      {"dis2", 0.925499, 1246.85, 14.2047, -1.54301e+06},   {"dlr", 0.978266, 2.78128e+08, 348.121, -2.85577e+09},
      {"he1", 0.989580, 0.0238769, 1.41535e-05, -0.393636}, {"he2", 0.983173, 3.76049, 0.00680652, -315.453},
      {"he3", 0.927623, 4.95594, 3.83362, -686.559},        {"he4", 0.983735, 0.32765, 0.0141698, -32.5595},
      {"he5", 0.999857, 8.71013, 0.45259, -235.286},        {"he6", 0.999857, 8.71013, 0.568754, -318.308},
      {"je1", 0.981925, 1586.31, 418.363, -136357},         {"je2", 0.720685, 1.31265, 1.57324, -218.144},
      {"lah", 0.974159, 7.92822, 1.75502e-11, -105.475},    {"pas", 0.962945, 0.000816483, 5.35354e-06, -0.0165726},
      {"psm", 0.885761, 0.0788659, 0.0213131, -3.84492},
  };
  return systems;
}

const std::vector<LinearTotals>& large_systems() {
  static const std::vector<LinearTotals> systems{
      {"cbm", 0.999247, 0.438364, 0.00416888, -2.98617},
      {"cm4", 0.999634, 0.570389, 0.00886393, -4.23878},
      {"cm5", 0.999634, 0.161503, 0.00886402, -4.07349},
      {"iss", 0.999297, 9.6718e+08, 0.0387318, -1.85085e+10},
  };
  return systems;
}

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
