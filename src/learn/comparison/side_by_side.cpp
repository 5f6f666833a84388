#include "learn/comparison/side_by_side.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "base/error.hpp"
#include "learn/comparison/quantities.hpp"

namespace tessera::learn::comparison {

namespace {

void check_units(const Trajectory& reference, const Trajectory& other) {
  if (reference.units().name != other.units().name)
    throw Error::input(fmt::format("{} is in {} units, and {} in {}: use the same ones for both", reference.who(),
                                   reference.units().name, other.who(), other.units().name));
}

void add_quantities(Compared& compared, const Trajectory& reference, const Trajectory* again, const Trajectory& data,
                    double discard) {
  using Quantities = std::vector<Quantity>;
  const double half = 0.5 * (1.0 + discard);
  const auto of_reference = quantities_of(reference, discard, 1.0), of_data = quantities_of(data, discard, 1.0);
  // Halves of a short series have too few rows.
  const bool has_halves = again == nullptr && reference.series().num_rows() >= 12;
  const auto other = again != nullptr ? quantities_of(*again, discard, 1.0)
                     : has_halves     ? quantities_of(reference, half, 1.0)
                                      : Quantities{};
  const auto one = has_halves ? quantities_of(reference, discard, half) : of_reference;
  const auto find = [](const Quantities& all, const std::string& label) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Quantity& q) { return q.label == label; });
    return found == all.end() ? nullptr : &*found;
  };
  for (const auto& quantity : of_reference) {
    const auto* found = find(of_data, quantity.label);
    if (found == nullptr) continue;
    ComparedRow row{quantity.label, quantity.unit, quantity.measured};
    row.data = found->measured;
    row.difference = found->measured.value - quantity.measured.value;
    const auto *first = find(one, quantity.label), *second = find(other, quantity.label);
    if (second != nullptr && again != nullptr) row.again = second->measured;
    if (second != nullptr && !(has_halves && quantity.is_drift))
      row.floor = std::abs(second->measured.value - first->measured.value);
    compared.rows.push_back(std::move(row));
  }
  if (reference.has_potential() != data.has_potential())
    compared.remarks.push_back(fmt::format("no energies: {} has none, as no potential is given there",
                                           (data.has_potential() ? reference : data).who()));
}

/// A kind of table that holds curves.
struct Kind {
  const char *file, *prefix;
  std::optional<CsvColumns> TrajectoryCurves::*table;
};
constexpr Kind vdos{"vdos.csv", "vdos_", &TrajectoryCurves::vdos};
constexpr Kind rdf{"rdf.csv", "g_", &TrajectoryCurves::rdf};
constexpr Kind msd{"msd.csv", "msd_", &TrajectoryCurves::msd};

const CsvColumns* table_of(const Trajectory& trajectory, const Kind& kind) {
  const auto& table = trajectory.curves().*kind.table;
  return table && table->num_rows() >= 2 ? &*table : nullptr;
}

void check_tables(const CsvColumns& reference, const CsvColumns& other, const Kind& kind) {
  const auto names = curves_in(reference, kind.prefix), others = curves_in(other, kind.prefix);
  if (names.empty()) throw Error::input(fmt::format("{}: there are no columns {}...", reference.where(), kind.prefix));
  if (names != others)
    throw Error::input(fmt::format("{} has {}, and {} has {}: both need the same types of particles, in one order",
                                   reference.where(), fmt::join(names, ", "), other.where(), fmt::join(others, ", ")));
  const auto &axis = reference.names().front(), &other_axis = other.names().front();
  if (axis != other_axis || reference.unit(axis) != other.unit(other_axis))
    throw Error::input(fmt::format("{} is over {} [{}], and {} over {} [{}]", reference.where(), axis,
                                   reference.unit(axis), other.where(), other_axis, other.unit(other_axis)));
}

math::CurvePair pair_of(const CsvColumns& one, const CsvColumns& other, const std::string& column) {
  auto pair = math::on_common_range(curve_of(one, column), curve_of(other, column));
  if (pair.x.size() < 2)
    throw Error::input(
        fmt::format("{} and {} have no range of {} in common", one.where(), other.where(), one.names().front()));
  return pair;
}

/// Rows about curves of one kind: `add` gets the tables of reference and data, and that of the second reference.
void add_curves(Compared& compared, const Kind& kind, const Trajectory& reference, const Trajectory* again,
                const Trajectory& data,
                const std::function<void(const CsvColumns&, const CsvColumns*, const CsvColumns&)>& add) {
  const auto *first = table_of(reference, kind), *second = table_of(data, kind);
  const auto* other = again != nullptr ? table_of(*again, kind) : nullptr;
  if (first == nullptr && second == nullptr) return;
  if (first == nullptr || second == nullptr) {
    compared.remarks.push_back(
        fmt::format("no {}: {} has none", kind.file, (first == nullptr ? reference : data).who()));
    return;
  }
  check_tables(*first, *second, kind);
  if (other != nullptr) check_tables(*first, *other, kind);
  if (again != nullptr && other == nullptr)
    compared.remarks.push_back(fmt::format("no floor of {}: {} has none", kind.file, again->who()));
  add(*first, other, *second);
}

void add_distance(Compared& compared, const std::string& label, const std::string& unit, double distance,
                  double floor) {
  ComparedRow row{label, unit};
  row.difference = distance;
  row.floor = floor;
  row.is_distance = true;
  compared.rows.push_back(std::move(row));
}

/// Lines are as wide as the time is short over which velocities were correlated.
void remark_on_grids(Compared& compared, const CsvColumns& reference, const CsvColumns& data) {
  const auto &one = reference.values("frequency"), &other = data.values("frequency");
  const double width = one[1] - one[0], other_width = other[1] - other[0];
  if (std::abs(one.back() - other.back()) > 0.01 * one.back())
    compared.remarks.push_back(fmt::format(
        "vdos.csv: compared, and normalised, up to {:.4g} {}; one of them goes on to {:.4g}",
        std::min(one.back(), other.back()), reference.unit("frequency"), std::max(one.back(), other.back())));
  if (std::abs(width - other_width) > 0.1 * width)
    compared.remarks.push_back(fmt::format(
        "vdos.csv: lines are wider in one of them, whose frequencies are {:.4g} apart, not {:.4g}: give both the same "
        "lags times every times dt",
        std::max(width, other_width), std::min(width, other_width)));
}

void add_vdos(Compared& compared, const CsvColumns& reference, const CsvColumns* again, const CsvColumns& data) {
  remark_on_grids(compared, reference, data);
  for (const auto& name : curves_in(reference, vdos.prefix)) {
    const double floor = again == nullptr ? not_known.value : math::overlap(pair_of(reference, *again, name));
    add_distance(compared, name + ": overlap", "", math::overlap(pair_of(reference, data, name)), floor);
  }
}

void add_rdf(Compared& compared, const CsvColumns& reference, const CsvColumns* again, const CsvColumns& data) {
  for (const auto& name : curves_in(reference, rdf.prefix)) {
    if (name == "g_total") continue;  // the mean of the pairs
    const auto pair = pair_of(reference, data, name);
    const auto other = again == nullptr ? math::CurvePair{} : pair_of(reference, *again, name);
    const auto floor = [&](double value) { return again == nullptr ? not_known.value : value; };
    add_distance(compared, name + ": largest difference", "", math::largest_difference(pair),
                 floor(math::largest_difference(other)));
    add_distance(compared, name + ": integrated difference", reference.unit("r"), math::integrated_difference(pair),
                 floor(math::integrated_difference(other)));
  }
}

/// A sixth of the slope between half that time and that time; not known of fewer than two points.
double diffusion(const CsvColumns& table, const std::string& column, double end) {
  const auto curve = curve_of(table, column);
  std::vector<double> times, values;
  const double nothing = 1e-9 * end;
  for (std::size_t n = 0; n < curve.x.size(); ++n) {
    if (curve.x[n] < 0.5 * end - nothing || curve.x[n] > end + nothing) continue;
    times.push_back(curve.x[n]);
    values.push_back(curve.y[n]);
  }
  return times.size() < 2 ? not_known.value : math::series_slope(times, values).value / 6.0;
}

void add_diffusion(Compared& compared, const CsvColumns& reference, const CsvColumns* again, const CsvColumns& data) {
  double end = std::min(reference.values("time").back(), data.values("time").back());
  if (again != nullptr) end = std::min(end, again->values("time").back());
  const std::string unit = fmt::format("{}/{}", reference.unit("msd_total"), reference.unit("time"));
  for (const auto& name : curves_in(reference, msd.prefix)) {
    const auto measured = [&](const CsvColumns& table) {
      return math::Measured{diffusion(table, name, end), not_known.error};
    };
    ComparedRow row{"D_" + name.substr(std::string(msd.prefix).size()), unit, measured(reference)};
    row.data = measured(data);
    row.difference = row.data.value - row.reference.value;
    if (again != nullptr) {
      row.again = measured(*again);
      row.floor = std::abs(row.again.value - row.reference.value);
    }
    compared.rows.push_back(std::move(row));
  }
}

}  // namespace

std::vector<std::string> curves_in(const CsvColumns& table, const std::string& prefix) {
  std::vector<std::string> found;
  for (const auto& name : table.names())
    if (name.starts_with(prefix)) found.push_back(name);
  if (found.size() == 2) std::erase(found, prefix + "total");
  return found;
}

math::Curve curve_of(const CsvColumns& table, const std::string& column) {
  const auto& axis = table.values(table.names().front());
  for (std::size_t n = 1; n < axis.size(); ++n)
    if (!(axis[n] > axis[n - 1]))
      throw Error::input(
          fmt::format("{}: column \"{}\" does not ascend in line {}", table.where(), table.names().front(), n + 2));
  return {axis, table.values(column)};
}

Compared put_side_by_side(const Trajectory& reference, const Trajectory* again, const Trajectory& data,
                          double discard) {
  check_units(reference, data);
  if (again != nullptr) check_units(reference, *again);
  Compared compared;
  add_quantities(compared, reference, again, data, discard);
  const auto add = [&](const Kind& kind, const auto& rows) {
    add_curves(compared, kind, reference, again, data,
               [&](const CsvColumns& first, const CsvColumns* other, const CsvColumns& second) {
                 rows(compared, first, other, second);
               });
  };
  add(msd, add_diffusion);
  add(vdos, add_vdos);
  add(rdf, add_rdf);
  return compared;
}

}  // namespace tessera::learn::comparison
