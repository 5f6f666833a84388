#include "sim/md/params.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "data/formats/elements.hpp"
#include "sim/md/forces/many_body.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

constexpr deck::Limits cell_count{.low = 1, .high = 1 << 20};
constexpr double default_cutoff_over_sigma = 2.5;
constexpr double default_skin = 0.4, default_inner_skin = 0.1;  // in cutoffs, taken to be at least so many sigma:
constexpr double least_cutoff_for_skin = 2.5;

void check_cutoffs(Binder& b, const std::optional<double>& cutoff, const std::optional<double>& cutoff_over_sigma) {
  b.check(!(cutoff && cutoff_over_sigma), "cutoff_over_sigma", "give either cutoff or cutoff_over_sigma, not both");
}

bool is_wca_cutoff(double cutoff_over_sigma) { return std::abs(cutoff_over_sigma - wca_cutoff_over_sigma) < 1e-12; }

bool has_masses(const LatticeParams& lattice) {
  return !lattice.masses.empty() || std::all_of(lattice.types.begin(), lattice.types.end(),
                                                [](const auto& name) { return data::atomic_weight(name).has_value(); });
}

/// What the system is made from, and what follows from that.
void check_source(Binder& b, MdParams& p) {
  const int sources = (p.lattice ? 1 : 0) + (p.file.empty() ? 0 : 1) + (p.data.empty() ? 0 : 1);
  b.check(sources == 1,
          p.lattice        ? "lattice"
          : p.file.empty() ? "data"
                           : "file",
          fmt::format("the particles come from exactly one of [stage.lattice], file and data; the deck gives {}",
                      sources == 0 ? "none" : "more than one"));
  b.check(!p.reading || !p.file.empty(), "reading", "[stage.reading] says how to read a file, but there is none");
  b.check(
      p.replicate.empty() || p.replicate.size() == 3, "replicate",
      fmt::format("three numbers are needed, copies along each vector of the box; there are {}", p.replicate.size()));
  b.check(p.replicate.empty() || !p.lattice, "replicate",
          "copies are made of a file or of an earlier stage; a lattice has as many cells as it is given: use cells");
  if (!p.lattice) return;
  if (!p.velocity && p.minimise) p.velocity = VelocityParams{0.0};
  if (!p.velocity && p.units == "lj") p.velocity.emplace();
  b.check(p.velocity.has_value(), "lattice",
          fmt::format("a lattice in {} units needs [stage.velocity] with a temperature (0 for particles at rest)",
                      p.units));
  if (p.units == "lj") return;
  b.check(p.units != "si" || !p.lattice->masses.empty(), "lattice", "a lattice in si units needs masses (kg)");
  b.check(has_masses(*p.lattice), "lattice",
          "types that are not chemical elements need masses; give [stage.lattice] masses, one a type");
}

bool has_forces(const MdParams& p) {
  return p.pair || p.buckingham || p.morse || p.yukawa || p.table || p.charges || p.eam || p.stillinger_weber ||
         p.tersoff || p.granular;
}

void check_many_body(Binder& b, const MdParams& p) {
  b.check(!p.eam || p.units == "metal", "eam",
          "tables of the embedded atom method are in eV and A: use units = \"metal\"");
  const bool fits = p.units == "metal" || p.units == "lj";
  b.check(!p.stillinger_weber || fits, "stillinger_weber", "the parameters are in metal or lj units: use those");
  b.check(!p.tersoff || fits, "tersoff", "the parameters are in metal or lj units: use those");
}

/// What the deck itself says against a heat flux of pairs; molecules may also come from a file.
void check_heat_flux(Binder& b, const MdParams& p) {
  if (!p.thermal_conductivity) return;
  const auto refuse = [&](bool is_there, const std::string& term) {
    b.check(!is_there, "thermal_conductivity",
            fmt::format("the heat flux is known of forces between pairs alone, but the deck has {}", term));
  };
  refuse(p.eam.has_value(), "[stage.eam]");
  refuse(p.stillinger_weber.has_value(), "[stage.stillinger_weber]");
  refuse(p.tersoff.has_value(), "[stage.tersoff]");
  refuse(p.granular.has_value(), "[stage.granular]");
  refuse(p.gravity.has_value(), "[stage.gravity]");
  if (!p.charges) return;
  refuse(is_long_range(p.charges->method), "[stage.charges] with waves or a mesh (ewald, pppm)");
  refuse(p.charges->method == ChargeMethod::wolf || p.charges->method == ChargeMethod::dsf,
         "[stage.charges] with self-energies (wolf, dsf)");
}

/// Contacts take energy and angular momentum away, which nothing but the integrator of grains knows of.
void check_granular(Binder& b, const MdParams& p) {
  if (!p.granular) return;
  const auto refuse = [&](bool is_there, const char* what) {
    b.check(!is_there, "granular", fmt::format("granular particles go without {}", what));
  };
  refuse(
      p.pair || p.buckingham || p.morse || p.yukawa || p.table || p.charges || p.eam || p.stillinger_weber || p.tersoff,
      "other potentials");
  refuse(p.thermostat || p.barostat, "thermostat and barostat");
  refuse(p.minimise.has_value(), "[stage.minimise]");
  refuse(p.replicas.has_value(), "[stage.replicas]");
  refuse(p.constraints.has_value(), "[stage.constraints]");
}

/// Without any potential, a fluid of Lennard-Jones in its own units.
void check_pair(Binder& b, MdParams& p) {
  if (!has_forces(p) && p.units == "lj") {
    p.pair.emplace();
    p.pair->cutoff_over_sigma = default_cutoff_over_sigma;
  }
  b.check(has_forces(p) || !p.lattice, "lattice",
          fmt::format("in {} units a deck must say what acts between particles: [stage.pair], [stage.buckingham], "
                      "[stage.charges], [stage.eam]... (tessera describe md names all of them)",
                      p.units));
  if (!p.pair) return;
  auto& pair = *p.pair;
  if (p.units == "lj") {
    if (!pair.epsilon) pair.epsilon = 1.0;
    if (!pair.sigma) pair.sigma = 1.0;
  }
  b.check(
      (pair.epsilon && pair.sigma) || !pair.types.empty(), "pair",
      fmt::format("[stage.pair] needs epsilon and sigma in {} units, or [[stage.pair.type]] for every type", p.units));
}

double longest_sigma(const PairParams& params) {
  double sigma = params.sigma.value_or(0.0);
  for (const auto& type : params.types) sigma = std::max(sigma, type.sigma);
  for (const auto& pair : params.between) sigma = std::max(sigma, pair.sigma.value_or(0.0));
  return sigma;
}

void complete_neighbours(Binder& b, MdParams& p) {
  // Cutoffs of many bodies stand in files; what they are for is mostly solid and does not move far.
  const double solid_skin = p.units == "lj" ? 0.3 : 1.0;
  // How far particles move between list builds depends on their size: a short cutoff needs no thinner skin.
  const double cutoff = std::max(reference_cutoff(p), p.pair ? least_cutoff_for_skin * longest_sigma(*p.pair) : 0.0);
  if (!p.neighbours.skin) p.neighbours.skin = cutoff > 0.0 ? default_skin * cutoff : solid_skin;
  if (!p.neighbours.inner_skin)
    p.neighbours.inner_skin =
        std::min(cutoff > 0.0 ? default_inner_skin * cutoff : 0.5 * solid_skin, *p.neighbours.skin);
  b.check(
      *p.neighbours.inner_skin <= *p.neighbours.skin, "neighbours",
      fmt::format("inner_skin ({}) must not be larger than skin ({})", *p.neighbours.inner_skin, *p.neighbours.skin));
}

}  // namespace

void bind(Binder& b, SphereParams& p) {
  b.list("centre", p.centre, 0, deck::any, {"its place; left out: the middle of the box", "length"});
  b.required("radius");
  b.value("radius", p.radius, deck::positive, {"sites no further from the centre are kept", "length"});
  b.check(p.centre.empty() || p.centre.size() == 3, "centre", "a centre needs three numbers");
}

void bind(Binder& b, BottomParams& p) {
  b.required("type");
  b.value("type", p.type, {"name of the type, one of types"});
  b.value("cells", p.cells, cell_count, {"how many layers of cells, from z = 0 on"});
}

void bind(Binder& b, LatticeParams& p) {
  b.choice("kind", p.kind,
           {{"sc", LatticeKind::sc},
            {"bcc", LatticeKind::bcc},
            {"fcc", LatticeKind::fcc},
            {"diamond", LatticeKind::diamond}},
           {"cubic lattice: simple, body-centred, face-centred, diamond"});
  b.value("density", p.density, deck::positive, {"particles a volume; either this or spacing", "1/length^3"});
  b.value("spacing", p.spacing, deck::positive, {"edge of the cubic cell; either this or density", "length"});
  b.list("cells", p.cells, 3, cell_count, {"number of cells along x, y and z"});
  b.list("types", p.types, 0, {"names of the types of particles (elements, or any words)"});
  b.list("composition", p.composition, 0, deck::non_negative,
         {"relative amounts of the types, placed at random with exact counts; for one type it may be left out"});
  b.list("masses", p.masses, 0, deck::positive,
         {"mass of each type; left out: 1 in lj units, atomic weights in metal and real", "mass"});
  b.table("bottom", p.bottom, {"the lowest cells are all of one type: a bottom that the others lie on"});
  b.value("periodic", p.periodic, {"periodic directions of the box, out of x, y and z"});
  b.table("sphere", p.sphere, {"only this sphere is filled, and the rest of the box is empty: a droplet"});
  b.check(p.density.has_value() != p.spacing.has_value(), p.spacing ? "spacing" : "kind",
          "a lattice needs either density or spacing");
  b.check(p.periodic.find_first_not_of("xyz") == std::string::npos, "periodic",
          fmt::format("'{}' holds letters other than x, y and z", p.periodic));
  b.check(!p.bottom || std::find(p.types.begin(), p.types.end(), p.bottom->type) != p.types.end(), "bottom",
          fmt::format("the type of the bottom, \"{}\", is not one of types", p.bottom ? p.bottom->type : ""));
  double sites = 8.0;
  for (const auto count : p.cells) sites *= static_cast<double>(count);
  b.check(sites < 0x1p53, "cells",
          fmt::format("{:.3g} particles are more than can be numbered; use fewer cells", sites));
  b.check(!p.types.empty(), "types", "at least one type is needed");
  b.check(std::set<std::string>(p.types.begin(), p.types.end()).size() == p.types.size(), "types",
          "a type is named twice");
  const bool has_amounts = p.composition.size() == p.types.size() || (p.composition.empty() && p.types.size() < 2);
  b.check(has_amounts, "composition",
          fmt::format("{} types need as many amounts; there are {}", p.types.size(), p.composition.size()));
  b.check(
      p.composition.empty() || std::any_of(p.composition.begin(), p.composition.end(), [](double x) { return x > 0; }),
      "composition", "all amounts are zero");
  b.check(p.masses.empty() || p.masses.size() == p.types.size(), "masses",
          fmt::format("{} types need as many masses; there are {}", p.types.size(), p.masses.size()));
}

void bind(Binder& b, ReadingParams& p) {
  constexpr auto any = deck::any;
  b.value("frame", p.frame, any, {"which frame of a trajectory, from 0; negative or left out: the last"});
  b.value("step", p.step, deck::non_negative, {"the frame of this step instead (H5MD and snapshots)"});
  b.value("atom_style", p.atom_style,
          {"of a LAMMPS data file that does not say it: atomic, charge, bond, angle, "
           "molecular, full or sphere"});
  b.value("group", p.group, {"of an H5MD file with several groups of particles"});
  b.list("species", p.species, 0, {"names of types 1, 2...; a file with names may use these only"});
  b.value("periodic", p.periodic, {"periodic directions for a file that does not say it, out of x, y and z"});
  b.value("margin", p.margin, deck::positive,
          {"for extxyz without Lattice: an open box this much larger than the particles on each side", "length"});
  b.check(p.periodic.find_first_not_of("xyz") == std::string::npos, "periodic",
          fmt::format("'{}' holds letters other than x, y and z", p.periodic));
  b.check(!(p.frame && p.step), "step", "give either frame or step, not both");
}

void bind(Binder& b, VelocityParams& p) {
  b.required("temperature");
  b.value("temperature", p.temperature, deck::non_negative,
          {"of Maxwell-Boltzmann velocities, met exactly, without total momentum", "temperature"});
}

void bind(Binder& b, PairTypeParams& p) {
  b.required("name");
  b.value("name", p.name, {"name of the type"});
  b.required("epsilon");
  b.value("epsilon", p.epsilon, deck::non_negative, {"depth of the potential", "energy"});
  b.required("sigma");
  b.value("sigma", p.sigma, deck::positive, {"distance at which it is zero", "length"});
}

void bind(Binder& b, PairBetweenParams& p) {
  b.required("types");
  b.list("types", p.types, 2, {"names of the two types"});
  b.value("epsilon", p.epsilon, deck::non_negative, {"instead of the mixed one", "energy"});
  b.value("sigma", p.sigma, deck::positive, {"instead of the mixed one", "length"});
  b.value("cutoff", p.cutoff, deck::positive, {"instead of that of all pairs", "length"});
  b.value("cutoff_over_sigma", p.cutoff_over_sigma, deck::positive, {"the same in units of this pair's sigma"});
  check_cutoffs(b, p.cutoff, p.cutoff_over_sigma);
}

void bind(Binder& b, PairParams& p) {
  b.choice("kind", p.kind, {{"lj", PairKind::lj}}, {"Lennard-Jones, 4 epsilon [(sigma/r)^12 - (sigma/r)^6]"});
  b.value("epsilon", p.epsilon, deck::non_negative, {"depth of the potential; 1 in lj units", "energy"});
  b.value("sigma", p.sigma, deck::positive, {"distance at which it is zero; 1 in lj units", "length"});
  b.value("cutoff", p.cutoff, deck::positive,
          {"distance beyond which the force is zero; 2.5 sigma if it is left out", "length"});
  b.value("cutoff_over_sigma", p.cutoff_over_sigma, deck::positive, {"the same in units of each pair's sigma"});
  b.choice(
      "truncation", p.truncation,
      {{"none", Truncation::none},
       {"energy", Truncation::energy},
       {"force", Truncation::force},
       {"wca", Truncation::wca}},
      {"at the cutoff: nothing (the energy jumps), the energy shifted to zero, or energy and force shifted to zero; "
       "wca: the repulsion of Weeks, Chandler and Andersen, cut at the minimum, 2^(1/6) sigma, and shifted in "
       "energy"});
  b.value("tail", p.tail, {"add to energy and pressure what lies beyond the cutoff in a fluid of even density"});
  b.choice("mixing", p.mixing, {{"geometric", Mixing::geometric}, {"lorentz_berthelot", Mixing::lorentz_berthelot}},
           {"of unlike types: epsilon geometric; sigma geometric or (lorentz_berthelot) arithmetic"});
  b.tables("type", p.types, {"values of one type, instead of those above"});
  b.tables("between", p.between, {"values of one pair of types, instead of mixed ones"});
  check_cutoffs(b, p.cutoff, p.cutoff_over_sigma);
  const bool is_wca = p.truncation == Truncation::wca;
  const bool has_own_cutoffs =
      std::any_of(p.between.begin(), p.between.end(), [](const auto& q) { return q.cutoff || q.cutoff_over_sigma; });
  b.check(!is_wca || (!p.cutoff && !has_own_cutoffs && (!p.cutoff_over_sigma || is_wca_cutoff(*p.cutoff_over_sigma))),
          "truncation", "wca is cut off at 2^(1/6) sigma: leave cutoff and cutoff_over_sigma out");
  if (!p.cutoff && !p.cutoff_over_sigma && !b.is_describing())
    p.cutoff_over_sigma = is_wca ? wca_cutoff_over_sigma : default_cutoff_over_sigma;
  b.check(!p.tail || p.truncation == Truncation::none, "tail",
          "tail corrections lead from the plainly truncated to the full potential; a shifted one differs inside the "
          "cutoff too, and is a model of its own: use truncation = \"none\", or tail = false");
}

void bind(Binder& b, NeighbourDeckParams& p) {
  b.value("skin", p.skin, deck::non_negative,
          {"lists hold pairs within cutoff + skin; left out: 0.4 times the longest cutoff or, if that is "
           "more, 2.5 sigma; 1 A (0.3 in lj units) where no table gives a cutoff",
           "length"});
  b.value("inner_skin", p.inner_skin, deck::non_negative,
          {"between rebuilds lists are thinned out to cutoff + inner_skin; left out: 0.1 times the same length, or "
           "half of that "
           "1 A",
           "length"});
  b.value("every", p.every, {.low = 1}, {"lists may be rebuilt at multiples of this many steps"});
  b.value("check", p.check, {"rebuild only when a particle may have moved half the skin; false: every time"});
}

double reference_cutoff(const PairParams& params) {
  const double sigma = longest_sigma(params);
  double cutoff = params.cutoff ? *params.cutoff : params.cutoff_over_sigma.value_or(0.0) * sigma;
  for (const auto& pair : params.between)
    cutoff = std::max({cutoff, pair.cutoff.value_or(0.0), pair.cutoff_over_sigma.value_or(0.0) * sigma});
  return cutoff;
}

double reference_cutoff(const MdParams& p) {
  double longest = p.pair ? reference_cutoff(*p.pair) : 0.0;
  if (p.buckingham) longest = std::max(longest, longest_cutoff(*p.buckingham));
  if (p.morse) longest = std::max(longest, longest_cutoff(*p.morse));
  if (p.yukawa) longest = std::max(longest, longest_cutoff(*p.yukawa));
  if (p.table) longest = std::max(longest, longest_cutoff(*p.table));
  if (p.charges) longest = std::max(longest, p.charges->cutoff);
  if (p.granular) longest = std::max(longest, longest_cutoff(*p.granular));
  return longest;
}

void bind(Binder& b, MdParams& p) {
  b.value("steps", p.steps, deck::non_negative, {"number of time steps"});
  b.choice<std::string>(
      "units", p.units, {{"lj", "lj"}, {"metal", "metal"}, {"real", "real"}, {"si", "si"}},
      {"unit system: lj (epsilon, sigma, m), metal (eV, A, ps, g/mol, K, bar), real (kcal/mol, A, fs, "
       "g/mol, K, atm), si"});
  if (p.units != "lj") b.required("dt");
  b.value("dt", p.dt, deck::positive, {"time step of velocity Verlet", "time"});
  b.value("stop_drift", p.stop_drift,
          {"whether velocities of a file or an earlier stage lose what all particles have in common; Langevin dynamics "
           "leaves some of it, and mean squared displacements count it"});
  b.choice("constants", p.constants, {{"codata2018", Constants::codata2018}, {"lammps2021", Constants::lammps2021}},
           {"physical constants; lammps2021: those of that LAMMPS release, for comparisons"});
  b.table("lattice", p.lattice, {"the particles lie on a lattice in a periodic box"});
  b.file("file", p.file, {"the particles come from this file: extxyz, LAMMPS data, H5MD or a snapshot"});
  b.value("data", p.data, {"the particles are those that the earlier stage of this name ended with"});
  b.table("reading", p.reading, {"what the file leaves open"});
  b.list("replicate", p.replicate, 0, cell_count,
         {"of file or data so many copies side by side along the three vectors of the box, which grows; each copy has "
          "the same velocities, unless new ones are drawn"});
  b.table(
      "velocity", p.velocity,
      {"new velocities; without it those of file or stage are kept (zero where there are none), and a lattice in lj "
       "units gets temperature 1.44"});
  b.table(
      "pair", p.pair,
      {"Lennard-Jones between all types; the forces are the sum of what this and the tables below give (in lj units "
       "a deck without any of them has Lennard-Jones)"});
  b.table("buckingham", p.buckingham, {"exponential repulsion and r^-6 attraction between named types"});
  b.table("morse", p.morse, {"Morse's potential between named types"});
  b.table("yukawa", p.yukawa, {"screened Coulomb forces between named types"});
  b.table("table", p.table, {"a potential that a file tabulates, between named types"});
  b.table("charges", p.charges, {"Coulomb forces"});
  b.table("eam", p.eam, {"the embedded atom method, for metals"});
  b.table("stillinger_weber", p.stillinger_weber, {"the Stillinger-Weber potential, for silicon and its kin"});
  b.table("tersoff", p.tersoff, {"the Tersoff potential"});
  b.table("granular", p.granular, {"spheres that touch, rub and roll: Hooke's contacts with damping and friction"});
  b.table("gravity", p.gravity, {"a uniform acceleration, besides what acts between particles"});
  bind_molecules(b, p.molecules);
  b.table("constraints", p.constraints, {"how rigid bonds and angles are kept, where there are any"});
  b.table("neighbours", p.neighbours, {"lists of pairs"});
  b.list("grid", p.grid, 0, {.low = 1, .high = 1 << 20},
         {"tiles along x, y and z, as many as ranks; left out: those "
          "with the least surface, or others where these cannot be balanced"});
  b.table("balance", p.balance, {"equal work for all ranks where the density is uneven"});
  b.table("thermostat", p.thermostat, {"constant temperature; without it energy is conserved"});
  b.table("barostat", p.barostat, {"constant pressure; without it the box is conserved"});
  b.table("minimise", p.minimise,
          {"instead of dynamics a search for the lowest energy, by FIRE or L-BFGS; dt is the first step of FIRE, and "
           "time means nothing"});
  b.table("replicas", p.replicas,
          {"parallel tempering: copies of the system at a ladder of temperatures, which they exchange"});
  b.value("temperature_by_type", p.temperature_by_type,
          {"columns of series.csv with the kinetic temperature of each type, from its own particles"});
  b.table("rdf", p.rdf, {"radial distribution functions"});
  b.table("msd", p.msd, {"mean squared displacements"});
  b.table("vacf", p.vacf, {"velocity autocorrelation functions"});
  b.table("structure_factor", p.structure_factor, {"static structure factors"});
  b.table("adf", p.adf, {"distributions of the angles between bonds"});
  b.table("coordination", p.coordination, {"numbers of neighbours"});
  b.table("bond_order", p.bond_order, {"bond-orientational order of Steinhardt, q4 and q6"});
  b.table("centro_symmetry", p.centro_symmetry, {"how far particles are from centres of symmetry: faults in crystals"});
  b.table("viscosity", p.viscosity, {"shear viscosity from the fluctuations of stress (Green and Kubo)"});
  b.table(
      "thermal_conductivity", p.thermal_conductivity,
      {"thermal conductivity from the fluctuations of the heat flux (Green and Kubo), of one type of particles with "
       "pair potentials"});
  b.table("vdos", p.vdos, {"vibrational densities of states"});
  b.table("self_scattering", p.self_scattering, {"self-intermediate scattering functions"});
  b.check(!p.temperature_by_type || !p.replicas, "temperature_by_type",
          "the series of replicas have energies alone: leave this out");
  b.check(p.grid.empty() || p.grid.size() == 3, "grid", "three numbers are needed");
  b.check(!p.minimise || !(p.thermostat || p.barostat), "minimise",
          "a search for the lowest energy goes without thermostat and barostat");
  b.check(!p.stop_drift || !p.velocity, "stop_drift", "velocities that are drawn have no drift: leave this out");
  b.check(!p.minimise || !p.velocity || p.velocity->temperature == 0.0, "minimise",
          "a search for the lowest energy begins at rest: leave out [stage.velocity]");
  b.check(!p.barostat || p.thermostat || p.barostat->kind == BarostatKind::berendsen, "barostat",
          "this kind of barostat needs a temperature: give [stage.thermostat] as well");
  if (b.is_describing()) return;
  check_replicas(b, p);
  check_source(b, p);
  check_many_body(b, p);
  check_heat_flux(b, p);
  check_granular(b, p);
  check_pair(b, p);
  complete_neighbours(b, p);
}

}  // namespace tessera::sim::md
