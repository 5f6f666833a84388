// Molecular dynamics as a stage: an engine, what is measured on the way, and its place in a run.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/md/charges/charge_sums.hpp"
#include "sim/md/constraints/clusters.hpp"
#include "sim/md/engine.hpp"
#include "sim/md/forces/tail.hpp"
#include "sim/md/frame.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/observable.hpp"
#include "sim/md/params.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

/// Scalars of one state, tail corrections included.
struct Thermo {
  double temperature = 0.0, potential = 0.0, kinetic = 0.0, pressure = 0.0;
  double pressure_tensor[6] = {};  ///< xx yy zz xy xz yz
  double momentum[3] = {};
  double energy() const { return potential + kinetic; }
};

/// P = (2 K / 3 + W) / V with W a third of the virial's trace, T = 2 K / (N_dof k_B) of that many degrees of freedom.
Thermo thermo_of(const Totals& totals, const Tail& tail, const Units& units, double freedom, double volume);

/// What another module puts into the ensemble of a stage, made anew for each engine.
using MakeCoupling = std::function<std::unique_ptr<Coupling>()>;

class MdStage : public Stage {
 public:
  /// `motion_seed`: of velocities and thermostats; everything else is drawn with that of the context.
  MdStage(const StageContext& context, const MdParams& params, std::uint32_t motion_seed,
          MakeCoupling make_coupling = {});
  MdStage(const StageContext& context, const MdParams& params) : MdStage(context, params, context.seed) {}

  void start() override;
  std::int64_t num_steps() const override { return params_.steps; }
  void step(Agreement& agreement) override;
  bool is_finished() const override { return engine_->ensemble().is_finished(); }
  void agreed(const Agreement& agreement) override;
  double time() const override { return engine_->time(); }
  double dt() const override { return params_.dt; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return engine_->num_global(); }
  std::string item_name() const override { return "particle"; }
  Units units() const override { return units_; }
  const data::System* system() const override { return engine_ ? &engine_->system() : nullptr; }
  std::vector<Report> reports() override;
  std::vector<Result> results() override;
  StepCost step_cost() const override { return engine_->step_cost(); }
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const Engine& engine() const { return *engine_; }
  /// Collective. With tail corrections.
  double potential_energy() const { return engine_->potential_energy() + tail().energy; }
  /// Collective. See Engine::change_temperature.
  void change_temperature(double temperature, double factor) { engine_->change_temperature(temperature, factor); }

 private:
  void make_engine(data::System system);
  void add_constraints(Ensemble& ensemble, const RigidTypes& rigid) const;
  void measure();
  void warn_of_berendsen() const;
  void warn_of_drift() const;
  Tail tail() const;
  Thermo thermo() const;
  double conserved_energy(const Thermo& now) const;

  StageContext context_;
  MdParams params_;
  std::uint32_t motion_seed_;
  MakeCoupling make_coupling_;
  Units units_;
  PairTable table_;
  ChargeSums charges_;
  Tail unit_tail_;  // in the unit volume: it depends on nothing but the density
  std::vector<OwnColumn> own_columns_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::unique_ptr<Observable>> observables_;
  double first_energy_ = 0.0;
  // Over the output steps of the second half of the run.
  std::int64_t last_summed_ = -1;
  std::vector<BlockAverage> means_ =
      std::vector<BlockAverage>(4);  // temperature, pressure, potential energy a particle, volume
};

}  // namespace tessera::sim::md
