// What a deck says about a molecular dynamics stage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "deck/binder.hpp"
#include "sim/balancer.hpp"
#include "sim/md/charges/charge_params.hpp"
#include "sim/md/constraints/params.hpp"
#include "sim/md/ensembles/params.hpp"
#include "sim/md/forces/formula_params.hpp"
#include "sim/md/forces/many_body_params.hpp"
#include "sim/md/forces/tabulated_params.hpp"
#include "sim/md/granular/params.hpp"
#include "sim/md/observables/adf.hpp"
#include "sim/md/observables/bond_order.hpp"
#include "sim/md/observables/centro_symmetry.hpp"
#include "sim/md/observables/coordination.hpp"
#include "sim/md/observables/msd.hpp"
#include "sim/md/observables/rdf.hpp"
#include "sim/md/observables/self_scattering.hpp"
#include "sim/md/observables/structure_factor.hpp"
#include "sim/md/observables/thermal_conductivity.hpp"
#include "sim/md/observables/vacf.hpp"
#include "sim/md/observables/vdos.hpp"
#include "sim/md/observables/viscosity.hpp"
#include "sim/md/replicas/params.hpp"
#include "sim/md/topology/params.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim::md {

enum class LatticeKind { sc, bcc, fcc, diamond };

/// Sites no further from the centre than the radius.
struct SphereParams {
  std::vector<double> centre;  ///< empty: the middle of the box
  double radius = 0.0;
};
void bind(deck::Binder& binder, SphereParams& params);

/// The lowest cells along z, whatever the composition.
struct BottomParams {
  std::string type;
  std::int64_t cells = 1;
};
void bind(deck::Binder& binder, BottomParams& params);

/// Cubic cells from the origin; either density or spacing is set once a deck is read.
struct LatticeParams {
  LatticeKind kind = LatticeKind::fcc;
  std::optional<double> density;  ///< particles / length^3
  std::optional<double> spacing;  ///< edge of a cell
  std::vector<std::int64_t> cells{10, 10, 10};
  std::vector<std::string> types{"A"};
  std::vector<double> composition;  ///< relative amounts of the types; empty for one type
  std::vector<double> masses;       ///< by type; empty: 1 in lj units, atomic weights in metal and real
  std::optional<SphereParams> sphere;
  std::optional<BottomParams> bottom;
  std::string periodic = "xyz";
};
void bind(deck::Binder& binder, LatticeParams& params);

/// How the file is read (data::ReadOptions has the details).
struct ReadingParams {
  std::optional<std::int64_t> frame, step;
  std::string atom_style, group;
  std::vector<std::string> species;
  std::string periodic = "xyz";
  std::optional<double> margin;
};
void bind(deck::Binder& binder, ReadingParams& params);

struct VelocityParams {
  double temperature = 1.44;
};
void bind(deck::Binder& binder, VelocityParams& params);

enum class PairKind { lj };
enum class Mixing { geometric, lorentz_berthelot };

/// Values of one type, instead of those for all.
struct PairTypeParams {
  std::string name;
  double epsilon = 1.0, sigma = 1.0;
};
void bind(deck::Binder& binder, PairTypeParams& params);

/// Values of one pair of types, instead of mixed ones.
struct PairBetweenParams {
  std::vector<std::string> types;
  std::optional<double> epsilon, sigma, cutoff, cutoff_over_sigma;
};
void bind(deck::Binder& binder, PairBetweenParams& params);

struct PairParams {
  PairKind kind = PairKind::lj;
  std::optional<double> epsilon, sigma;             ///< of all types that are not named below
  std::optional<double> cutoff, cutoff_over_sigma;  ///< one of them is set once a deck is read
  Truncation truncation = Truncation::none;
  bool tail = false;
  Mixing mixing = Mixing::geometric;
  std::vector<PairTypeParams> types;
  std::vector<PairBetweenParams> between;
};
void bind(deck::Binder& binder, PairParams& params);

/// Where Lennard-Jones's potential is lowest, in sigma: the cutoff of Truncation::wca.
inline constexpr double wca_cutoff_over_sigma = 1.122462048309373;

/// Largest cutoff between any two types that the deck could mean.
double reference_cutoff(const PairParams& params);

struct NeighbourDeckParams {
  std::optional<double> skin, inner_skin;  ///< set once a deck is read
  std::int64_t every = 1;
  bool check = true;
};
void bind(deck::Binder& binder, NeighbourDeckParams& params);

struct MdParams {
  std::int64_t steps = 1000;
  double dt = 0.005;
  std::string units = "lj";
  Constants constants = Constants::codata2018;
  std::optional<LatticeParams> lattice;  ///< one of these three
  std::string file;
  std::string data;
  std::optional<ReadingParams> reading;  ///< of the file
  std::vector<std::int64_t> replicate;   ///< copies of file or data along the vectors of the box; empty: one
  std::optional<VelocityParams> velocity;
  bool stop_drift = false;         ///< of velocities that come with the particles
  std::optional<PairParams> pair;  ///< Lennard-Jones; without any potential in lj units, one is made up
  std::optional<BuckinghamParams> buckingham;
  std::optional<MorseParams> morse;
  std::optional<YukawaParams> yukawa;
  std::optional<TabulatedParams> table;
  std::optional<ChargeParams> charges;
  std::optional<EamParams> eam;
  std::optional<StillingerWeberParams> stillinger_weber;
  std::optional<TersoffParams> tersoff;
  // No keys, for who builds on this stage: lists hold pairs this close; velocities are drawn without rotation.
  double reach = 0.0;
  bool stops_rotation = false;
  std::optional<GranularParams> granular;
  std::optional<GravityParams> gravity;
  MoleculeParams molecules;
  std::optional<ConstraintParams> constraints;
  NeighbourDeckParams neighbours;
  std::vector<std::int64_t> grid;  ///< process grid; empty: the one with the least surface, until balance needs another
  BalanceParams balance;
  std::optional<ThermostatParams> thermostat;
  std::optional<BarostatParams> barostat;
  std::optional<MinimiseParams> minimise;
  std::optional<ReplicaParams> replicas;
  bool temperature_by_type = false;
  std::optional<RdfParams> rdf;
  std::optional<MsdParams> msd;
  std::optional<VacfParams> vacf;
  std::optional<StructureFactorParams> structure_factor;
  std::optional<AdfParams> adf;
  std::optional<CoordinationParams> coordination;
  std::optional<BondOrderParams> bond_order;
  std::optional<CentroSymmetryParams> centro_symmetry;
  std::optional<ViscosityParams> viscosity;
  std::optional<ThermalConductivityParams> thermal_conductivity;
  std::optional<VdosParams> vdos;
  std::optional<SelfScatteringParams> self_scattering;
};
/// Of all potentials that act within one; 0 where a file says it.
double reference_cutoff(const MdParams& params);
/// Reading fills in what follows from other values, so that the effective deck holds everything that was used.
void bind(deck::Binder& binder, MdParams& params);

}  // namespace tessera::sim::md
