#include "learn/comparison/trajectory_reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "learn/comparison/quantities.hpp"

namespace tessera::learn::comparison {

namespace {

using Values = std::vector<std::pair<std::string, std::vector<double>>>;  // by name

std::vector<double> density_of(const std::vector<double>& values, double low, double high, int bins) {
  std::vector<double> density(static_cast<std::size_t>(bins), 0.0);
  const double width = (high - low) / bins;
  for (const double value : values) {
    const int bin = std::clamp(static_cast<int>((value - low) / width), 0, bins - 1);
    density[static_cast<std::size_t>(bin)] += 1.0 / (static_cast<double>(values.size()) * width);
  }
  return density;
}

/// Columns low, high, and the density of each.
sim::Report histogram_report(const std::string& file, const std::string& unit, const Values& all, int bins) {
  double low = all.front().second.front(), high = low;
  for (const auto& [name, values] : all) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    low = std::min(low, *least);
    high = std::max(high, *most);
  }
  if (!(high > low)) {
    const double margin = std::max(1e-6 * std::abs(low), 1e-300);
    low -= margin;
    high += margin;
  }
  sim::Report report{file, {{"low", unit}, {"high", unit}}, {}};
  const auto edge = [&](int n) { return low + (high - low) * n / bins; };
  for (int bin = 0; bin < bins; ++bin) report.rows.push_back({edge(bin), edge(bin + 1)});
  for (const auto& [name, values] : all) {
    report.columns.push_back({name, "1/" + unit});
    const auto density = density_of(values, low, high, bins);
    for (std::size_t bin = 0; bin < density.size(); ++bin) report.rows[bin].push_back(density[bin]);
  }
  return report;
}

/// Mean over each bin of the density of a Gaussian.
void add_gaussian(sim::Report& report, double mean, double spread) {
  report.columns.push_back({"canonical", report.columns.back().unit});
  for (auto& row : report.rows) {
    const auto below = [&](double x) { return 0.5 * std::erfc((mean - x) / (spread * std::numbers::sqrt2)); };
    row.push_back((below(row[1]) - below(row[0])) / (row[1] - row[0]));
  }
}

}  // namespace

sim::Report comparison_report(const std::vector<std::string>& names, const std::vector<Compared>& compared) {
  sim::Report report{"comparison.csv",
                     {{"reference", ""},
                      {"reference_error", ""},
                      {"reference_again", ""},
                      {"reference_again_error", ""},
                      {"value", ""},
                      {"error", ""},
                      {"difference", ""},
                      {"floor", ""}},
                     {},
                     {"data", "quantity", "unit"}};
  for (std::size_t n = 0; n < compared.size(); ++n)
    for (const auto& row : compared[n].rows) {
      report.words.push_back({names[n], row.label, row.unit});
      report.rows.push_back({row.reference.value, row.reference.error, row.again.value, row.again.error, row.data.value,
                             row.data.error, row.difference, row.floor});
    }
  return report;
}

std::vector<sim::Report> histogram_reports(const std::vector<NamedTrajectory>& trajectories, double discard, int bins) {
  const Trajectory& reference = *trajectories.front().trajectory;
  Values temperatures, energies;
  for (const auto& [name, trajectory] : trajectories) {
    temperatures.emplace_back(name, temperatures_between(*trajectory, discard, 1.0));
    if (trajectory->has_potential()) energies.emplace_back(name, energies_between(*trajectory, discard, 1.0));
  }
  std::vector<sim::Report> reports{
      histogram_report("temperature.csv", reference.units().temperature_unit, temperatures, bins)};
  const double mean = math::series_mean(temperatures.front().second).value;
  add_gaussian(reports.back(), mean, mean * std::sqrt(2.0 / reference.degrees_of_freedom()));
  if (reference.has_potential())
    reports.push_back(histogram_report("potential_energy.csv", reference.units().energy_unit, energies, bins));
  return reports;
}

std::vector<sim::Report> curve_reports(const std::vector<NamedTrajectory>& trajectories) {
  static constexpr struct {
    const char *file, *prefix;
    std::optional<CsvColumns> TrajectoryCurves::*table;
  } kinds[] = {{"rdf.csv", "g_", &TrajectoryCurves::rdf},
               {"vdos.csv", "vdos_", &TrajectoryCurves::vdos},
               {"msd.csv", "msd_", &TrajectoryCurves::msd}};
  std::vector<sim::Report> reports;
  for (const auto& kind : kinds) {
    const auto& reference = trajectories.front().trajectory->curves().*kind.table;
    if (!reference || reference->num_rows() == 0) continue;
    const auto& axis = reference->names().front();
    sim::Report report{kind.file, {{axis, reference->unit(axis)}}, {}};
    for (const double x : reference->values(axis)) report.rows.push_back({x});
    for (const auto& column : curves_in(*reference, kind.prefix))
      for (const auto& [name, trajectory] : trajectories) {
        const auto& table = trajectory->curves().*kind.table;
        if (!table || table->num_rows() == 0) continue;
        const auto curve = curve_of(*table, column);
        report.columns.push_back({fmt::format("{}: {}", name, column), reference->unit(column)});
        for (auto& row : report.rows) {
          const bool is_known = row[0] >= curve.x.front() && row[0] <= curve.x.back();
          row.push_back(is_known ? math::value_at(curve, row[0]) : not_known.value);
        }
      }
    if (report.columns.size() > 1) reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace tessera::learn::comparison
