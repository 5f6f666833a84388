#include "sim/boltzmann/records.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/sum.hpp"

namespace tessera::sim::boltzmann {

namespace {

std::vector<int> known_directions(const PhaseGrid& phase) {
  const int count = phase.reduction() == Reduction::axial    ? 1
                    : phase.reduction() == Reduction::planar ? 2
                                                             : phase.grid().dimensions;
  std::vector<int> all;
  for (int d = 0; d < count; ++d) all.push_back(d);
  return all;
}

std::vector<int> known_stresses(const PhaseGrid& phase) {
  if (phase.is_reduced()) return {0, 1, 2, 3};
  if (phase.grid().dimensions == 1) return {0};
  if (phase.grid().dimensions == 2) return {0, 1, 3};
  return {0, 1, 2, 3, 4, 5};
}

constexpr const char* stress_names[6] = {"xx", "yy", "zz", "xy", "xz", "yz"};

}  // namespace

CellFields::CellFields(const Species& species, const data::Mesh& mesh, double boltzmann, const std::string& suffix)
    : boltzmann_(boltzmann),
      directions_(known_directions(species.phase())),
      stresses_(known_stresses(species.phase())),
      heats_(species.phase().is_reduced() ? 1 : static_cast<int>(directions_.size())),
      density_(mesh, "density" + suffix, 1, 0),
      velocity_(mesh, "velocity" + suffix, static_cast<int>(directions_.size()), 0, "velocity"),
      temperature_(mesh, "temperature" + suffix, 1, 0, "temperature"),
      stress_(mesh, "stress" + suffix, static_cast<int>(stresses_.size()), 0, "pressure"),
      heat_(mesh, "heat_flux" + suffix, heats_, 0) {}

void CellFields::fill(const Species& species) {
  species.integrate(0, num_with_heat);
  const auto& sums = species.sums();
  const CellBlock density(density_), velocity(velocity_), temperature(temperature_), stress(stress_), heat(heat_);
  const auto& phase = species.phase();
  const auto& grid = phase.grid();
  const double mass = species.mass(), inverse_boltzmann = 1.0 / boltzmann_;
  const int dimensions = phase.dimensions(), length = density.count[0];
  Kokkos::Array<double, 3> centre{grid.centre[0], grid.centre[1], grid.centre[2]};
  Kokkos::Array<int, 6> pairs{};
  for (std::size_t n = 0; n < stresses_.size(); ++n) pairs[n] = stresses_[n];
  const int num_pairs = static_cast<int>(stresses_.size()), num_directions = static_cast<int>(directions_.size()),
            num_heats = heats_;
  Kokkos::parallel_for(
      "boltzmann/fields", Range(0, species.cells()), KOKKOS_LAMBDA(int cell) {
        double raw[num_with_heat];
        for (int k = 0; k < num_with_heat; ++k) raw[k] = sums(cell, k);
        const double from[3] = {centre[0], centre[1], centre[2]};
        const CellState s = cell_state(raw, mass, dimensions, from);
        const int row = cell / length, i = cell % length;
        density.row(row, 0)[i] = s.density;
        temperature.row(row, 0)[i] = s.temperature * inverse_boltzmann;
        for (int d = 0; d < num_directions; ++d) velocity.row(row, d)[i] = s.velocity[d];
        for (int p = 0; p < num_pairs; ++p) stress.row(row, p)[i] = s.stress[pairs[static_cast<std::size_t>(p)]];
        for (int d = 0; d < num_heats; ++d) heat.row(row, d)[i] = s.heat[d];
      });
}

std::vector<SeriesColumn> CellFields::columns(const std::string& suffix) const {
  std::vector<SeriesColumn> all{{"density" + suffix, ""}};
  for (const int d : directions_) all.push_back({fmt::format("velocity_{}{}", "xyz"[d], suffix), ""});
  all.push_back({"temperature" + suffix, ""});
  for (const int p : stresses_) all.push_back({fmt::format("stress_{}{}", stress_names[p], suffix), ""});
  for (int d = 0; d < heats_; ++d) all.push_back({fmt::format("heat_flux_{}{}", "xyz"[d], suffix), ""});
  return all;
}

std::vector<double> CellFields::values(int cell) const {
  std::vector<double> row;
  for (const auto* field : all()) {
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field->values());
    for (int c = 0; c < field->components(); ++c) row.push_back(host(cell, 0, 0, c));
  }
  return row;
}

namespace {

/// Exact sums over the cells of all ranks.
template <int Count, class Add>
void sum_cells(const Comm& comm, int cells, double (&sums)[Count], const Add& add) {
  ExactSums<Count> total;
  Kokkos::parallel_reduce(
      "boltzmann/totals", Range(0, cells),
      KOKKOS_LAMBDA(int cell, ExactSums<Count>& part) {
        double values[Count] = {};
        add(cell, values);
        for (int k = 0; k < Count; ++k) part.part[k].add(values[k]);
      },
      Kokkos::Sum<ExactSums<Count>>(total));
  all_reduce(comm, total.part, Count);
  for (int k = 0; k < Count; ++k) sums[k] = total.part[k].value();
}

/// The conserved sums of a cell with velocities from 0 and not from the grid's centre.
KOKKOS_INLINE_FUNCTION void from_rest(const CellSums& sums, int cell, const Kokkos::Array<double, 3>& centre,
                                      double (&values)[num_conserved]) {
  values[0] = sums(cell, 0);
  values[4] = sums(cell, 4);
  for (std::size_t d = 0; d < 3; ++d) {
    const double momentum = sums(cell, 1 + static_cast<int>(d));
    values[1 + d] = momentum + centre[d] * values[0];
    values[4] += centre[d] * (2.0 * momentum + centre[d] * values[0]);
  }
}

Kokkos::Array<double, 3> centre_of(const PhaseGrid& phase) {
  const auto& centre = phase.grid().centre;
  return {centre[0], centre[1], centre[2]};
}

}  // namespace

Totals totals_of(const Species& species, const data::Mesh& mesh, bool measures_signs) {
  species.integrate(0, num_conserved);
  const auto& sums = species.sums();
  const auto centre = centre_of(species.phase());
  double all[num_conserved];
  sum_cells(
      mesh.comm(), species.cells(), all,
      KOKKOS_LAMBDA(int cell, double(&values)[num_conserved]) { from_rest(sums, cell, centre, values); });
  const double volume = mesh.cell_volume(), mass = species.mass() * volume;
  Totals totals{
      .mass = mass * all[0], .momentum = {mass * all[1], mass * all[2], mass * all[3]}, .energy = 0.5 * mass * all[4]};
  if (!measures_signs) return totals;
  const double density = all[0] / static_cast<double>(mesh.total_cells());
  measure_signs(species.phase(), species.block(0), sums);
  double signs[2];
  sum_cells(
      mesh.comm(), species.cells(), signs, KOKKOS_LAMBDA(int cell, double(&values)[2]) {
        values[0] = sums(cell, 0);
        values[1] = sums(cell, 1);
      });
  double lowest = 0.0;
  Kokkos::parallel_reduce(
      "boltzmann/lowest", Range(0, species.cells()),
      KOKKOS_LAMBDA(int cell, double& least) {
        if (sums(cell, 2) < least) least = sums(cell, 2);
      },
      Kokkos::Min<double>(lowest));
  const int dimensions = species.phase().dimensions();
  const double spread =
      (all[4] - (all[1] * all[1] + all[2] * all[2] + all[3] * all[3]) / all[0]) / (dimensions * all[0]);
  totals.entropy = signs[0] * volume;
  totals.negative = signs[1];
  totals.lowest = mesh.comm().all_reduce(lowest < 0.0 ? lowest : 0.0, Op::min) / density *
                  std::pow(spread, 0.5 * species.phase().grid().dimensions);
  return totals;
}

void keep_sums(const Species& species, const CellSums& kept) {
  species.integrate(0, num_conserved);
  const auto columns = std::make_pair(std::size_t{0}, static_cast<std::size_t>(num_conserved));
  Kokkos::deep_copy(kept, Kokkos::subview(species.sums(), Kokkos::ALL(), columns));
}

double change_since(const Species& species, const data::Mesh& mesh, const CellSums& kept) {
  species.integrate(0, num_conserved);
  const auto& sums = species.sums();
  double all[5];
  sum_cells(
      mesh.comm(), species.cells(), all, KOKKOS_LAMBDA(int cell, double(&values)[5]) {
        values[0] = sums(cell, 0);
        values[1] = sums(cell, 4);
        values[2] = kmath::fabs(sums(cell, 0) - kept(cell, 0));
        for (int d = 1; d < 4; ++d) values[3] += kmath::fabs(sums(cell, d) - kept(cell, d));
        values[4] = kmath::fabs(sums(cell, 4) - kept(cell, 4));
      });
  return std::max({all[2] / all[0], all[3] / std::sqrt(all[0] * all[1]), all[4] / all[1]});
}

Report profile_report(const std::vector<CellFields>& fields, const data::Mesh& mesh,
                      const std::vector<std::string>& suffixes) {
  Report report{"profile.csv", {{"x", ""}}, {}};
  for (std::size_t n = 0; n < fields.size(); ++n) {
    const auto columns = fields[n].columns(suffixes[n]);
    report.columns.insert(report.columns.end(), columns.begin(), columns.end());
  }
  const auto cells = static_cast<std::size_t>(mesh.num_cells()[0]);
  const std::size_t width = report.columns.size();
  std::vector<double> all(cells * width, 0.0);  // one rank has each row, the others zeros
  for (int i = 0; i < mesh.count()[0]; ++i) {
    const auto row = static_cast<std::size_t>(mesh.first()[0] + i) * width;
    std::size_t column = row;
    all[column++] = mesh.coordinate(0, mesh.first()[0] + i);
    for (const auto& field : fields)
      for (const double value : field.values(i)) all[column++] = value;
  }
  mesh.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  for (std::size_t n = 0; n < cells; ++n)
    report.rows.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(n * width),
                             all.begin() + static_cast<std::ptrdiff_t>((n + 1) * width));
  return report;
}

}  // namespace tessera::sim::boltzmann
