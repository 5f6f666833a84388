#include "sim/md/md_stage.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/log.hpp"
#include "base/region.hpp"
#include "sim/md/constraints/constraints.hpp"
#include "sim/md/create.hpp"
#include "sim/md/forces/make_field.hpp"
#include "sim/md/forces/many_body.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/md/granular/contacts.hpp"
#include "sim/md/granular/gravity.hpp"
#include "sim/md/observables/temperature.hpp"
#include "sim/md/observables/time_origins.hpp"
#include "sim/md/overlap.hpp"
#include "sim/velocities.hpp"

namespace tessera::sim::md {

namespace {

NeighbourParams to_engine(const NeighbourDeckParams& deck) {
  return {.skin = deck.skin.value(), .every = deck.every, .check = deck.check, .inner_skin = deck.inner_skin.value()};
}

/// Lengths of the cell vectors, and angles between b and c, a and c, a and b in degrees.
std::array<double, 6> shape_of(const data::Box& box) {
  const auto dot = [&](int d, int e) {
    return box.cell[d][0] * box.cell[e][0] + box.cell[d][1] * box.cell[e][1] + box.cell[d][2] * box.cell[e][2];
  };
  const double length[3] = {std::sqrt(dot(0, 0)), std::sqrt(dot(1, 1)), std::sqrt(dot(2, 2))};
  const auto angle = [&](int d, int e) {
    return std::acos(dot(d, e) / (length[d] * length[e])) * 180.0 / std::numbers::pi;
  };
  return {length[0], length[1], length[2], angle(1, 2), angle(0, 2), angle(0, 1)};
}

}  // namespace

Thermo thermo_of(const Totals& totals, const Tail& tail, const Units& units, double freedom, double volume) {
  Thermo thermo;
  thermo.temperature = freedom > 0.0 ? 2.0 * totals.kinetic / (freedom * units.boltzmann) : 0.0;
  thermo.potential = totals.potential + tail.energy;
  thermo.kinetic = totals.kinetic;
  for (int n = 0; n < 6; ++n)
    thermo.pressure_tensor[n] =
        units.pressure * ((totals.kinetic_tensor[n] + totals.virial[n]) / volume + (n < 3 ? tail.pressure : 0.0));
  thermo.pressure = (thermo.pressure_tensor[0] + thermo.pressure_tensor[1] + thermo.pressure_tensor[2]) / 3.0;
  for (int c = 0; c < 3; ++c) thermo.momentum[c] = totals.momentum[c];
  return thermo;
}

MdStage::MdStage(const StageContext& context, const MdParams& params, std::uint32_t motion_seed,
                 MakeCoupling make_coupling)
    : context_(context),
      params_(params),
      motion_seed_(motion_seed),
      make_coupling_(std::move(make_coupling)),
      units_(make_units(params.units, params.constants)) {}

void MdStage::make_engine(data::System system) {
  if (params_.pair) table_ = make_pair_table(*params_.pair, system.species);
  if (table_.tail_corrections && !(system.box.is_periodic[0] && system.box.is_periodic[1] && system.box.is_periodic[2]))
    throw Error::input("tail corrections need a box that is periodic in all directions; use tail = false");
  const auto even = process_grid(params_, system.box, context_.comm.size());
  own_columns_ = own_columns(system.particles);
  const bool is_rigid = system.particles.has_column(cluster_column);
  if (is_rigid && params_.granular) throw Error::input("granular particles have no rigid bonds; leave out their table");
  if (is_rigid && params_.temperature_by_type)
    throw Error::input(
        "temperature_by_type: rigid bonds take degrees of freedom from pairs of types, whose share is not known; leave "
        "it out");
  const auto rigid = is_rigid ? rigid_types(params_.molecules, system) : RigidTypes{};
  Grains grains;
  if (params_.granular) grains = make_grains(*params_.granular, system, units_);
  ForceField forces = make_force_field(params_, system, units_, charges_, std::move(grains.contacts));
  check_halo(context_.comm, system.box, even, forces.cutoff() + params_.neighbours.skin.value());
  const data::Int3 grid = params_.grid.empty() ? data::Int3{0, 0, 0} : even;
  engine_ = std::make_unique<Engine>(std::move(system), units_, std::move(forces), to_engine(params_.neighbours),
                                     params_.dt, grid, params_.balance);
  if (params_.balance.by == BalanceBy::time && context_.comm.is_root())
    log::warning(
        fmt::format("stage \"{}\": balance.by = \"time\" gives up that runs can be repeated, or taken up "
                    "again, bit for bit",
                    context_.name));
  unit_tail_ = {};
  if (table_.tail_corrections) unit_tail_ = tail_corrections(table_, count_types(engine_->system()), 1.0);
  warn_of_berendsen();
  auto ensemble =
      make_ensemble(params_.thermostat, params_.barostat, params_.steps, units_, unit_tail_.pressure, motion_seed_);
  if (params_.minimise) ensemble.add(make_minimiser(*params_.minimise));
  if (is_rigid) add_constraints(ensemble, rigid);
  if (make_coupling_) ensemble.add(make_coupling_());
  if (grains.rotation) ensemble.add(std::move(grains.rotation));
  if (params_.gravity) ensemble.add(make_gravity_remark());
  engine_->set_ensemble(std::move(ensemble));
  observables_.clear();
  if (params_.rdf) observables_.push_back(make_rdf(*params_.rdf, *engine_));
  if (params_.msd) observables_.push_back(make_msd(*params_.msd, *engine_));
  if (params_.vacf) observables_.push_back(make_vacf(*params_.vacf, *engine_));
  if (params_.structure_factor) observables_.push_back(make_structure_factor(*params_.structure_factor, *engine_));
  if (params_.adf) observables_.push_back(make_adf(*params_.adf, *engine_));
  if (params_.coordination) observables_.push_back(make_coordination(*params_.coordination, *engine_));
  if (params_.bond_order) observables_.push_back(make_bond_order(*params_.bond_order, *engine_));
  if (params_.centro_symmetry) observables_.push_back(make_centro_symmetry(*params_.centro_symmetry, *engine_));
  if (params_.viscosity) observables_.push_back(make_viscosity(*params_.viscosity, *engine_));
  if (params_.thermal_conductivity)
    observables_.push_back(make_thermal_conductivity(*params_.thermal_conductivity, *engine_));
  if (params_.vdos) observables_.push_back(make_vdos(*params_.vdos, *engine_));
  if (params_.self_scattering) observables_.push_back(make_self_scattering(*params_.self_scattering, *engine_));
}

void MdStage::add_constraints(Ensemble& ensemble, const RigidTypes& rigid) const {
  if (params_.minimise)
    throw Error::input(
        "a search for the lowest energy cannot keep bonds rigid: give their types the kind \"harmonic\" in this stage");
  std::optional<double> temperature;
  if (params_.velocity) temperature = params_.velocity->temperature;
  ensemble.add(make_constraints(params_.constraints.value_or(ConstraintParams{}), rigid, temperature));
}

/// Once a stage.
void MdStage::warn_of_berendsen() const {
  const bool thermostat = params_.thermostat && params_.thermostat->kind == ThermostatKind::berendsen;
  const bool barostat = params_.barostat && params_.barostat->kind == BarostatKind::berendsen;
  if (!context_.comm.is_root()) return;
  if (thermostat)
    log::warning(fmt::format(
        "stage \"{}\": Berendsen's thermostat does not sample the canonical ensemble; use it to equilibrate, "
        "and csvr or nose_hoover to measure",
        context_.name));
  if (barostat)
    log::warning(
        fmt::format("stage \"{}\": Berendsen's barostat does not sample the ensemble of constant pressure; use it to "
                    "equilibrate, and stochastic_cell or mtk to measure",
                    context_.name));
}

Tail MdStage::tail() const {
  const double volume = engine_->system().box.volume();
  return {unit_tail_.energy / volume, unit_tail_.pressure / (volume * volume)};
}

double MdStage::conserved_energy(const Thermo& now) const {
  return now.energy() + engine_->ensemble().energy(*engine_);
}

void MdStage::start() {
  data::System system = make_system(context_, params_, units_, motion_seed_);
  if (params_.charges) {
    set_charges(system, *params_.charges);
    charges_ = charge_sums(system.particles);
  }
  if (params_.pair) check_packing(make_pair_table(*params_.pair, system.species), count_types(system), system.box);
  if (params_.constraints && !system.particles.has_column(cluster_column))
    throw Error::input(
        "there is a table [stage.constraints], but no bond is rigid: give the types of bonds that should be the kind "
        "\"rigid\" and a length, in [[stage.bond]]");
  make_engine(std::move(system));
  engine_->start();
  if (params_.pair && !params_.minimise) check_overlaps(*engine_, table_);
  first_energy_ = conserved_energy(thermo());
  if (params_.msd) warn_of_drift();
  measure();
}

/// Mean squared displacements would grow with the square of time.
void MdStage::warn_of_drift() const {
  const Kinetic kinetic = engine_->kinetic();
  double momentum2 = 0.0;
  for (const double p : kinetic.momentum) momentum2 += p * p;
  const double mass = total_mass(engine_->system().particles, engine_->masses());
  const double share = 0.5 * momentum2 / mass * units_.mass_velocity2 / kinetic.energy;
  if (!(share > 1e-6) || !context_.comm.is_root()) return;
  log::warning(
      fmt::format("stage \"{}\": the particles move as a whole, with {:.2g} of their kinetic energy, and mean squared "
                  "displacements count that; stop_drift = true in this stage takes it away",
                  context_.name, share));
}

void MdStage::step(Agreement& agreement) { engine_->step(agreement); }

void MdStage::agreed(const Agreement& agreement) {
  engine_->agreed(agreement);
  measure();
}

void MdStage::measure() {
  for (auto& observable : observables_)
    if (observable->wants(engine_->num_steps_done())) observable->sample(*engine_);
}

Thermo MdStage::thermo() const {
  return thermo_of(engine_->totals(), tail(), units_, engine_->degrees_of_freedom(), engine_->system().box.volume());
}

std::vector<SeriesColumn> MdStage::series_columns() const {
  const auto& u = units_;
  std::vector<SeriesColumn> columns{{"time", u.time_unit},
                                    {"temperature", u.temperature_unit},
                                    {"potential_energy", u.energy_unit},
                                    {"kinetic_energy", u.energy_unit},
                                    {"total_energy", u.energy_unit}};
  for (const char* name :
       {"pressure", "pressure_xx", "pressure_yy", "pressure_zz", "pressure_xy", "pressure_xz", "pressure_yz"})
    columns.push_back({name, u.pressure_unit});
  columns.push_back({"density", "1/" + u.length_unit + "^3"});
  for (const char* name : {"momentum_x", "momentum_y", "momentum_z"})
    columns.push_back({name, u.mass_unit + " " + u.length_unit + "/" + u.time_unit});
  if (params_.temperature_by_type)
    for (const auto& name : type_names(*engine_)) columns.push_back({"temperature_" + name, u.temperature_unit});
  if (params_.granular) columns.push_back({"rotational_energy", u.energy_unit});
  const auto& ensemble = engine_->ensemble();
  if (!ensemble.is_empty() && ensemble.has_energy()) columns.push_back({"conserved_energy", u.energy_unit});
  if (params_.thermostat) columns.push_back({"target_temperature", u.temperature_unit});
  if (!params_.barostat) return columns;
  columns.push_back({"volume", u.length_unit + "^3"});
  for (const char* name : {"length_a", "length_b", "length_c"}) columns.push_back({name, u.length_unit});
  if (params_.barostat->coupling == BoxCoupling::triclinic)
    for (const char* name : {"angle_alpha", "angle_beta", "angle_gamma"}) columns.push_back({name, "degree"});
  return columns;
}

std::vector<double> MdStage::series_values() {
  const Thermo now = thermo();
  const auto count = static_cast<double>(engine_->num_global());
  const std::int64_t step = engine_->num_steps_done();
  if (2 * step > params_.steps && step > last_summed_) {
    last_summed_ = step;
    means_[0].add(now.temperature);
    means_[1].add(now.pressure);
    means_[2].add(now.potential / count);
    means_[3].add(engine_->system().box.volume());
  }
  std::vector<double> values{engine_->time(), now.temperature, now.potential, now.kinetic, now.energy(), now.pressure};
  values.insert(values.end(), now.pressure_tensor, now.pressure_tensor + 6);
  values.push_back(count / engine_->system().box.volume());
  values.insert(values.end(), now.momentum, now.momentum + 3);
  if (params_.temperature_by_type) {
    const auto temperatures = temperatures_by_type(*engine_);
    values.insert(values.end(), temperatures.begin(), temperatures.end());
  }
  const auto& ensemble = engine_->ensemble();
  if (params_.granular) values.push_back(ensemble.energy(*engine_));
  if (!ensemble.is_empty() && ensemble.has_energy()) values.push_back(conserved_energy(now));
  if (params_.thermostat) values.push_back(ramp_of(*params_.thermostat, params_.steps).at(step));
  if (!params_.barostat) return values;
  const auto& box = engine_->system().box;
  const auto shape = shape_of(box);
  values.push_back(box.volume());
  const std::size_t numbers = params_.barostat->coupling == BoxCoupling::triclinic ? 6 : 3;
  values.insert(values.end(), shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(numbers));
  return values;
}

std::vector<Report> MdStage::reports() {
  std::vector<Report> reports;
  for (const auto& observable : observables_) reports.push_back(observable->report());
  return reports;
}

std::vector<Stage::Result> MdStage::results() {
  const double energy = conserved_energy(thermo());
  std::vector<Result> rows;
  if (means_[0].count() > 0) {
    const auto add = [&](const char* label, const char* error_label, const BlockAverage& mean,
                         const std::string& unit) {
      rows.push_back({label, mean.mean(), unit});
      if (mean.count() > 1) rows.push_back({error_label, mean.uncertainty().error, unit});
    };
    add("temperature (mean of second half)", "error of temperature", means_[0], units_.temperature_unit);
    add("pressure (mean of second half)", "error of pressure", means_[1], units_.pressure_unit);
    add("potential energy per particle (likewise)", "error of potential energy per particle", means_[2],
        units_.energy_unit);
    if (params_.barostat) add("volume (likewise)", "error of volume", means_[3], units_.length_unit + "^3");
  }
  const auto& ensemble = engine_->ensemble();
  if (first_energy_ != 0.0 && ensemble.has_energy())
    rows.push_back({ensemble.is_empty() ? "relative drift of total energy" : "relative drift of conserved energy",
                    std::abs(energy - first_energy_) / std::abs(first_energy_), ""});
  for (const auto& observable : observables_)
    for (auto& row : observable->results()) rows.push_back(std::move(row));
  if (params_.minimise) {
    rows.push_back({"steps of the search", static_cast<double>(engine_->num_steps_done()), ""});
    rows.push_back({"evaluations of all forces", static_cast<double>(engine_->num_evaluations()), ""});
    if (!ensemble.is_finished() && context_.comm.is_root())
      log::warning(fmt::format(
          "stage \"{}\": after {} steps there are still forces above {:g} {}/{}; give it more steps", context_.name,
          engine_->num_steps_done(), params_.minimise->force, units_.energy_unit, units_.length_unit));
  }
  rows.push_back({"list rebuilds", static_cast<double>(engine_->num_builds()), ""});
  rows.push_back({"list prunes", static_cast<double>(engine_->num_prunes()), ""});
  if (context_.comm.size() > 1) {
    const auto& balancer = engine_->balancer();
    const auto& particles = engine_->system().particles;
    rows.push_back({"imbalance of work at first (max/mean)", balancer.first_imbalance(), ""});
    rows.push_back({"imbalance of work at last", Balancer::imbalance(particles, engine_->neighbourhood()), ""});
    rows.push_back({"moves of the cuts", static_cast<double>(balancer.num_moves()), ""});
  }
  if (engine_->num_outdated() > 0) {
    rows.push_back({"steps with outdated lists", static_cast<double>(engine_->num_outdated()), ""});
    if (context_.comm.is_root())
      log::warning(
          fmt::format("stage \"{}\": in {} steps particles had moved further than the skin allows, and pairs may "
                      "be missing; rebuild lists more often (neighbours.every, neighbours.check) or widen the skin",
                      context_.name, engine_->num_outdated()));
  }
  return rows;
}

void MdStage::save(data::StateWriter& writer) {
  save_frame(writer, engine_->system(), own_columns_);
  engine_->save(writer);
  for (const auto& observable : observables_) observable->save(writer);
  writer.put("charges", std::vector<double>{charges_.sum, charges_.sum_of_squares});
  writer.put("num_charges", charges_.count);
  writer.put("first_energy", first_energy_);
  writer.put("last_summed", last_summed_);
  md::save(writer, "means", means_);
}

void MdStage::restore(data::StateReader& reader) {
  std::vector<double> charges;
  reader.get("charges", charges);
  reader.get("num_charges", charges_.count);
  if (charges.size() != 2) throw Error::input("the checkpoint of this stage has charges of the wrong size");
  charges_.sum = charges[0];
  charges_.sum_of_squares = charges[1];
  make_engine(restore_frame(reader, context_.comm));
  engine_->restore(reader);
  for (auto& observable : observables_) observable->restore(reader);
  reader.get("first_energy", first_energy_);
  reader.get("last_summed", last_summed_);
  md::restore(reader, "means", means_);
}

}  // namespace tessera::sim::md
