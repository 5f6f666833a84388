#include "sim/boltzmann/diffusive/line_medium.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "deck/formula_program.hpp"

namespace tessera::sim::boltzmann::diffusive {

std::vector<double> evaluate_line(const LinearKineticParams& params, const std::string& what,
                                  const std::string& formula, const std::vector<double>& x, const double* v) {
  const auto program = deck::compile_formulas(line_names(params, v != nullptr), {formula});
  std::vector<double> values(x.size());
  double* const outputs[] = {values.data()};
  const deck::Program::Column inputs[] = {{x.data(), false}, {v, true}};
  program.evaluate(inputs, x.size(), outputs);
  for (std::size_t n = 0; n < x.size(); ++n)
    if (!std::isfinite(values[n]))
      throw Error::input(fmt::format("{} = \"{}\" is {} at x = {:.6g}{}; expected a number everywhere", what, formula,
                                     std::isnan(values[n]) ? "not a number" : "infinite", x[n],
                                     v != nullptr ? fmt::format(", v = {:.6g}", *v) : ""));
  return values;
}

LineMedium make_line_medium(const LinearKineticParams& params, std::int64_t first, std::int64_t count) {
  const double dx = params.spacing();
  LineMedium medium;
  std::vector<double> faces, middles;
  for (std::int64_t n = first; n <= first + count; ++n)
    faces.push_back(dx * static_cast<double>(params.is_periodic() ? n % params.cells : n));
  medium.rate = evaluate_line(params, "scattering", params.scattering, faces);
  for (std::size_t n = 0; n < faces.size(); ++n)
    if (medium.rate[n] <= 0.0)
      throw Error::input(
          fmt::format("scattering = \"{}\" is {:.6g} at x = {:.6g}; expected positive numbers: without "
                      "collisions there is no diffusion",
                      params.scattering, medium.rate[n], faces[n]));
  medium.potential.assign(static_cast<std::size_t>(count) + 2, 0.0);
  if (params.potential.empty()) return medium;
  for (std::int64_t n = first - 1; n <= first + count; ++n) {
    const std::int64_t cell =
        params.is_periodic() ? (n + params.cells) % params.cells : std::clamp<std::int64_t>(n, 0, params.cells - 1);
    middles.push_back(dx * (static_cast<double>(cell) + 0.5));
  }
  medium.potential = evaluate_line(params, "potential", params.potential, middles);
  return medium;
}

LineExtremes line_extremes(const LinearKineticParams& params) {
  constexpr std::int64_t at_once = 1 << 16;
  LineExtremes extremes;
  for (std::int64_t first = 0; first < params.cells; first += at_once) {
    const auto medium = make_line_medium(params, first, std::min(at_once, params.cells - first));
    const double least = *std::min_element(medium.rate.begin(), medium.rate.end());
    extremes.least_rate = first == 0 ? least : std::min(extremes.least_rate, least);
    for (std::size_t n = 0; n < medium.rate.size(); ++n)
      extremes.largest_force = std::max(extremes.largest_force, std::fabs(medium.difference(n)) / params.spacing());
  }
  return extremes;
}

}  // namespace tessera::sim::boltzmann::diffusive
