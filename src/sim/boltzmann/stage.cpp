#include "sim/boltzmann/stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/region.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Below this part of a typical value, a negative one is no rounding.
constexpr double noticeable = -1e-5;

bool has_signs(const Species& species) { return !species.phase().is_reduced(); }

std::vector<std::string> momentum_names(const PhaseGrid& phase) {
  const int count = phase.reduction() == Reduction::axial    ? 1
                    : phase.reduction() == Reduction::planar ? 2
                                                             : phase.grid().dimensions;
  std::vector<std::string> names;
  for (int d = 0; d < count; ++d) names.emplace_back(1, "xyz"[d]);
  return names;
}

bool is_open(const BoltzmannParams& params, std::size_t side) {
  return side / 2 < params.cells.size() && params.sides[side].kind != SideKind::periodic;
}

}  // namespace

BoltzmannStage::BoltzmannStage(const StageContext& context, const BoltzmannParams& params)
    : params_(params), evolution_(params, make_mesh(params, context.comm)), dt_(params.step_length()) {
  for (const auto& species : evolution_.species()) {
    suffixes_.push_back(params.num_species() > 1 ? "_" + species.name() : "");
    fields_.emplace_back(species, evolution_.mesh(), params.boltzmann, suffixes_.back());
    kept_.emplace_back("kept", padded(species.cells()), num_conserved);
  }
}

void BoltzmannStage::start() { evolution_.fill_initial(); }

void BoltzmannStage::step(Agreement& agreement) {
  auto& species = evolution_.species();
  const bool measures = wants_change();
  if (measures)
    for (std::size_t n = 0; n < species.size(); ++n) keep_sums(species[n], kept_[n]);
  evolution_.step(dt_);
  ++steps_;
  if (evolution_.fault()) agreement.fail(*evolution_.fault());
  if (!measures) return;
  change_ = 0.0;
  for (std::size_t n = 0; n < species.size(); ++n)
    change_ = std::max(change_, change_since(species[n], evolution_.mesh(), kept_[n]) / dt_);
  is_steady_ = params_.steady && change_ < *params_.steady;
}

std::vector<SeriesColumn> BoltzmannStage::series_columns() const {
  std::vector<SeriesColumn> columns{{"time", ""}};
  const auto& species = evolution_.species();
  for (std::size_t n = 0; n < species.size(); ++n) {
    const auto& suffix = suffixes_[n];
    const auto names = momentum_names(species[n].phase());
    columns.push_back({"mass" + suffix, ""});
    for (const auto& d : names) columns.push_back({fmt::format("momentum_{}{}", d, suffix), ""});
    columns.push_back({"energy" + suffix, ""});
    if (has_signs(species[n])) {
      columns.push_back({"entropy" + suffix, ""});
      columns.push_back({"negative_values" + suffix, ""});
    }
    for (std::size_t side = 0; side < side_names.size(); ++side) {
      if (!is_open(params_, side)) continue;
      columns.push_back({fmt::format("{}_mass_flux{}", side_names[side], suffix), ""});
      for (const auto& d : names) columns.push_back({fmt::format("{}_stress_{}{}", side_names[side], d, suffix), ""});
      columns.push_back({fmt::format("{}_energy_flux{}", side_names[side], suffix), ""});
    }
  }
  columns.push_back({"change", ""});
  return columns;
}

std::vector<double> BoltzmannStage::series_values() {
  const Region region("boltzmann/series");
  std::vector<double> values{time()};
  for (auto& species : evolution_.species()) {
    const Totals totals = totals_of(species, evolution_.mesh(), has_signs(species));
    const auto directions = momentum_names(species.phase()).size();
    values.push_back(totals.mass);
    values.insert(values.end(), totals.momentum, totals.momentum + directions);
    values.push_back(totals.energy);
    if (has_signs(species)) {
      values.push_back(totals.entropy);
      values.push_back(totals.negative);
      warn_of_negative(totals.lowest);
    }
    if (!params_.cells.empty()) species.fill_ghosts(0);
    for (std::size_t side = 0; side < side_names.size(); ++side) {
      if (!is_open(params_, side)) continue;
      const auto flux = species.sides().flux(species.copy(0), static_cast<int>(side / 2), static_cast<int>(side % 2));
      values.push_back(flux.mass);
      values.insert(values.end(), flux.momentum, flux.momentum + directions);
      values.push_back(flux.energy);
    }
  }
  values.push_back(change_);
  return values;
}

/// Nothing is clipped.
void BoltzmannStage::warn_of_negative(double lowest) {
  if (has_warned_ || !(lowest < noticeable) || !evolution_.mesh().comm().is_root()) return;
  has_warned_ = true;
  log::warning(fmt::format(
      "distributions have negative values, down to {:.2g} of a typical one: more velocity.points, or a scheme with a "
      "limiter (van_leer, mc), would help; series.csv counts them",
      lowest));
}

std::int64_t BoltzmannStage::num_items() const {
  std::int64_t items = 0;
  for (const auto& species : evolution_.species())
    items += evolution_.mesh().total_cells() * species.phase().components();
  return items;
}

std::vector<const data::Field*> BoltzmannStage::fields() {
  std::vector<const data::Field*> all;
  for (std::size_t n = 0; n < fields_.size(); ++n) {
    fields_[n].fill(evolution_.species()[n]);
    const auto of_species = fields_[n].all();
    all.insert(all.end(), of_species.begin(), of_species.end());
  }
  return all;
}

std::vector<Report> BoltzmannStage::reports() {
  if (params_.dimensions() != 1) return {};
  fields();
  return {profile_report(fields_, evolution_.mesh(), suffixes_)};
}

std::vector<Stage::Result> BoltzmannStage::results() {
  return {{"change a time at the end", change_, ""}, {"step", dt_, ""}};
}

/// Values that a step streams, from what its kernels read and write; the operator of a collision integral is not
/// counted.
StepCost BoltzmannStage::step_cost() const {
  double values = 0.0;
  switch (params_.chosen_integrator()) {
    case Integrator::imex:
      values = 2.0 + 1.0 + 4.0 + 3.0 + 1.0 + 2.0;  // fly, sums, relax and base, fly, sums, relax
      break;
    case Integrator::rk2:
      values = 2.0 * (1.0 + 3.0) + 2.0 + 3.0;
      break;
    case Integrator::rk3:
      values = 3.0 * (1.0 + 3.0) + 2.0 + 2.0 + 3.0 + 3.0;
      break;
    default:
      return {};
  }
  return {0.0, 8.0 * values * static_cast<double>(num_items())};
}

void BoltzmannStage::save(data::StateWriter& writer) {
  writer.put("steps", steps_);
  writer.put("change", change_);
  writer.put("is_steady", std::int64_t{is_steady_});
  for (const auto& species : evolution_.species()) writer.put_field("f_" + species.name(), species.copy(0));
}

void BoltzmannStage::restore(data::StateReader& reader) {
  std::int64_t steady = 0;
  reader.get("steps", steps_);
  reader.get("change", change_);
  reader.get("is_steady", steady);
  is_steady_ = steady != 0;
  for (auto& species : evolution_.species()) reader.get_field("f_" + species.name(), species.copy(0));
}

}  // namespace tessera::sim::boltzmann
