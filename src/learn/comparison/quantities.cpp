#include "learn/comparison/quantities.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace tessera::learn::comparison {

namespace {

constexpr std::size_t least_rows = 4;

std::vector<double> column_between(const Trajectory& trajectory, const std::string& name, double from, double to,
                                   double factor = 1.0) {
  const auto& all = trajectory.series().values(name);
  const auto [first, end] = rows_between(all.size(), from, to);
  std::vector<double> values;
  for (std::size_t n = first; n < end; ++n) values.push_back(factor * all[n]);
  return values;
}

void check_rows(const Trajectory& trajectory, std::size_t rows, const std::vector<double>& times) {
  if (rows >= least_rows && times.back() > times.front()) return;
  throw Error::input(fmt::format(
      "{}: {} rows of {} are compared; expected at least {}, at several times: let it write more (output.series)",
      trajectory.who(), rows, trajectory.series().where(), least_rows));
}

}  // namespace

std::vector<double> temperatures_between(const Trajectory& trajectory, double from, double to) {
  return column_between(trajectory, "temperature", from, to);
}

std::vector<double> energies_between(const Trajectory& trajectory, double from, double to) {
  return column_between(trajectory, "potential_energy", from, to, 1.0 / trajectory.num_particles());
}

std::vector<Quantity> quantities_of(const Trajectory& trajectory, double from, double to) {
  const auto& units = trajectory.units();
  const auto times = column_between(trajectory, "time", from, to);
  const auto temperatures = temperatures_between(trajectory, from, to);
  check_rows(trajectory, times.size(), times);
  std::vector<Quantity> found;
  const auto mean = math::series_mean(temperatures), spread = math::series_spread(temperatures);
  const double canonical = mean.value * std::sqrt(2.0 / trajectory.degrees_of_freedom());
  found.push_back({"temperature", units.temperature_unit, mean});
  found.push_back({"temperature spread", units.temperature_unit, spread});
  found.push_back({"temperature spread / canonical", "", {spread.value / canonical, spread.error / canonical}});
  found.push_back({"temperature drift", units.temperature_unit + "/" + units.time_unit,
                   math::series_slope(times, temperatures), true});
  for (const auto& name : trajectory.temperatures_of_types())
    found.push_back({name, units.temperature_unit, math::series_mean(column_between(trajectory, name, from, to))});
  if (!trajectory.has_potential()) return found;
  const auto energies = energies_between(trajectory, from, to);
  const auto total = column_between(trajectory, "total_energy", from, to, 1.0 / trajectory.num_particles());
  found.push_back({"potential energy/N", units.energy_unit, math::series_mean(energies)});
  found.push_back({"potential energy/N spread", units.energy_unit, math::series_spread(energies)});
  found.push_back(
      {"total energy/N drift", units.energy_unit + "/" + units.time_unit, math::series_slope(times, total), true});
  if (trajectory.series().has("pressure"))
    found.push_back(
        {"pressure", units.pressure_unit, math::series_mean(column_between(trajectory, "pressure", from, to))});
  return found;
}

}  // namespace tessera::learn::comparison
