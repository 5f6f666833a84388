// What a deck says about a stage of Langevin particles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/formula.hpp"
#include "deck/named_number.hpp"
#include "sim/coordinate_names.hpp"

namespace tessera::sim::particles {

inline constexpr int max_dimensions = 16;

/// Underdamped: letters are kicks (B), drifts (A) and exact friction with noise (O). Overdamped: the last three.
enum class Scheme { baoab, aboba, obabo, oabao, bbk, euler_maruyama, leimkuhler_matthews, heun };
bool is_overdamped(Scheme scheme);

enum class PotentialKind { none, harmonic, double_well, mueller_brown, gaussian_mixture, formula };

/// One Gaussian of a mixture; lists have a number for each coordinate once a deck is read.
struct ComponentParams {
  double weight = 1.0;
  std::vector<double> mean, variance;
};
void bind(deck::Binder& binder, ComponentParams& params);

struct PotentialParams {
  PotentialKind kind = PotentialKind::none;
  std::vector<double> stiffness, centre;                            // harmonic
  double height = 1.0, half_distance = 1.0, other_stiffness = 1.0;  // double well
  double scale = 1.0;                                               // Mueller-Brown
  std::optional<double> energy;                                     // Gaussian mixture; the temperature once read
  std::vector<ComponentParams> components;
  std::string formula;
};

enum class StartKind { gaussian, uniform, mixture, lattice, table };

struct StartParams {
  StartKind kind = StartKind::gaussian;
  std::vector<double> mean, variance;  // gaussian
  std::vector<double> low, high;       // uniform
  std::vector<ComponentParams> components;
  std::string data, file;      ///< table: the one of an earlier stage, or a file
  std::optional<double> time;  ///< table: of its rows; absent: the last
  /// Of the velocities; that of the bath once read. Absent if there are none, or if a table's are taken.
  std::optional<double> temperature;
};

/// Directions whose length is 0 are open.
struct BoxParams {
  std::vector<double> low, length;
};
void bind(deck::Binder& binder, BoxParams& params);

struct RecordParams {
  std::int64_t every = 1;                 ///< steps
  std::optional<std::int64_t> particles;  ///< that are drawn anew at each time; absent: all
};
void bind(deck::Binder& binder, RecordParams& params);

/// harmonic: W = x^2/2; cosine: W = (1 - cos(k x))/k^2, k = 2 pi/period.
enum class MeanFieldKind { harmonic, cosine };

struct MeanFieldParams {
  MeanFieldKind kind = MeanFieldKind::harmonic;
  double strength = 1.0;
  double period = 6.283185307179586;  ///< of cosine
};
void bind(deck::Binder& binder, MeanFieldParams& params);

/// u(r) of two particles; all but those of Lennard-Jones form are finite at r = 0.
enum class PairKind { none, gaussian, quadratic, wca, lennard_jones, formula };

/// lists: all pairs within the cutoff, by lists of neighbours. batches: pairs within random batches, drawn anew for
/// each force, stand for all.
enum class PairSum { lists, batches };

struct PairParams {
  PairKind kind = PairKind::none;
  double energy = 1.0, length = 1.0;
  std::string formula;
  std::optional<double> cutoff;  ///< set once read, unless batches do without
  bool is_mean_field = false;    ///< u/N instead of u
  PairSum sum = PairSum::lists;
  std::optional<double> skin;  ///< of lists; set once read
  std::int64_t batch = 2;
};

enum class GrowthKind { weights, branching };

struct LangevinParams {
  std::int64_t particles = 1000;
  int dimensions = 1;
  Scheme scheme = Scheme::baoab;
  std::int64_t steps = 1000;
  double dt = 0.01;
  double temperature = 1.0, friction = 1.0, mass = 1.0;
  std::vector<deck::NamedNumber> parameters;
  PotentialParams potential;
  std::vector<std::string> flow;  ///< formulas, one a coordinate; empty: at rest
  std::optional<BoxParams> box;
  std::optional<MeanFieldParams> mean_field;
  PairParams pair;
  std::string growth;  ///< formula of a rate; empty: particles are neither born nor die
  GrowthKind growth_as = GrowthKind::weights;
  StartParams start;
  std::optional<RecordParams> record;

  bool has_formulas() const {
    return potential.kind == PotentialKind::formula || pair.kind == PairKind::formula || !flow.empty() ||
           !growth.empty();
  }
  bool has_weights() const { return !growth.empty() && growth_as == GrowthKind::weights; }
  bool is_branching() const { return !growth.empty() && growth_as == GrowthKind::branching; }
  bool has_lists() const { return pair.kind != PairKind::none && pair.sum == PairSum::lists; }
  bool has_batches() const { return pair.kind != PairKind::none && pair.sum == PairSum::batches; }
};
void bind(deck::Binder& binder, LangevinParams& params);

/// The table [stage.pair]; the rest of `params` has been read.
void bind_pair(deck::Binder& binder, LangevinParams& params);

/// What formulas may speak of: coordinates (x1... in any dimension), the time t, and the deck's parameters.
deck::FormulaNames formula_names(const LangevinParams& params);

/// What the formula of a pair potential may speak of: r, the time t, and the deck's parameters.
deck::FormulaNames pair_formula_names(const LangevinParams& params);

}  // namespace tessera::sim::particles
