#include "learn/comparison/trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/io/file.hpp"
#include "data/io/snapshot.hpp"

namespace tessera::learn::comparison {

namespace {

constexpr const char* prefix = "temperature_";

CsvColumns read_series(const Comm& comm, const std::string& folder, const std::string& who) {
  auto series = read_csv(comm, folder + "/series.csv");
  if (!series) throw Error::input(fmt::format("{}: there is no {}/series.csv", who, folder));
  return std::move(*series);
}

/// Collective.
std::int64_t count_particles(const Comm& comm, const std::string& folder, const std::string& who) {
  const std::string path = folder + "/particles.h5";
  if (!agree(comm, [&] { return data::path_exists(path); }))
    throw Error::input(fmt::format("{}: there is no {}, which holds the particles", who, path));
  return data::read_snapshot(comm, path).particles.num_global();
}

Units units_of(const CsvColumns& series) {
  for (const char* name : {"lj", "metal", "real", "si"}) {
    const auto units = make_units(name);
    if (units.energy_unit == series.unit("kinetic_energy") && units.temperature_unit == series.unit("temperature") &&
        units.time_unit == series.unit("time"))
      return units;
  }
  throw Error::input(fmt::format("{}: energies in {} with temperatures in {} belong to no system of units",
                                 series.where(), series.unit("kinetic_energy"), series.unit("temperature")));
}

}  // namespace

Trajectory::Trajectory(const Comm& comm, const std::string& folder, const std::string& who)
    : Trajectory(who, read_series(comm, folder, who), count_particles(comm, folder, who),
                 {read_csv(comm, folder + "/rdf.csv"), read_csv(comm, folder + "/vdos.csv"),
                  read_csv(comm, folder + "/msd.csv")}) {}

Trajectory::Trajectory(std::string who, CsvColumns series, std::int64_t num_particles, TrajectoryCurves curves)
    : who_(std::move(who)), series_(std::move(series)), num_particles_(num_particles), curves_(std::move(curves)) {
  for (const char* name : {"time", "temperature", "potential_energy", "kinetic_energy", "total_energy"})
    if (!series_.has(name))
      throw Error::input(
          fmt::format("{}: {} has no column \"{}\"; trajectories come from stages of type md or forecast", who_,
                      series_.where(), name));
  units_ = units_of(series_);
  for (const auto& name : series_.names())
    if (const auto& values = series_.values(name);
        !std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
      throw Error::input(
          fmt::format("{}: {} has numbers that are not finite in column \"{}\"", who_, series_.where(), name));
  const auto& potential = series_.values("potential_energy");
  has_potential_ = std::any_of(potential.begin(), potential.end(), [](double value) { return value != 0.0; });
  double kinetic = 0.0, temperature = 0.0;
  for (std::size_t n = 0; n < series_.num_rows(); ++n) {
    kinetic += series_.values("kinetic_energy")[n];
    temperature += series_.values("temperature")[n];
  }
  if (!(temperature > 0.0))
    throw Error::input(fmt::format("{}: {} has no temperature above zero", who_, series_.where()));
  freedom_ = std::round(2.0 * kinetic / (units_.boltzmann * temperature));
}

std::vector<std::string> Trajectory::temperatures_of_types() const {
  std::vector<std::string> found;
  for (const auto& name : series_.names())
    if (name.starts_with(prefix)) found.push_back(name);
  return found;
}

std::pair<std::size_t, std::size_t> rows_between(std::size_t rows, double from, double to) {
  const auto place = [&](double fraction) {
    return std::min(rows, static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(rows) - 1e-9)));
  };
  return {place(from), place(to)};
}

}  // namespace tessera::learn::comparison
