// Particles moved by a trained model: new samples of what it was trained on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/action/integrator.hpp"
#include "learn/action/rates.hpp"

namespace tessera::learn::action {

enum class Integrator {
  automatic,  ///< heun, or what noise or a score ask for
  euler,
  heun,
  rk4,
  dp5,
  euler_maruyama,     ///< dx = v dt + sigma dW
  annealed_langevin,  ///< of a score: some steps of Langevin dynamics at each time
};

enum class GrowthAs { weights, branching };

struct LangevinSteps {
  std::int64_t steps = 5;  ///< at each time
  double size = 1.0;       ///< epsilon of x += epsilon/2 score + sqrt(epsilon) z, length^2
};

struct PropagationParams {
  std::int64_t steps = 100;
  std::int64_t frames = 11;                    ///< times that are recorded, the first and the last among them
  std::optional<double> begin = {}, end = {};  ///< absent: those of the model; set once a model is known
  Integrator integrator = Integrator::automatic;
  StepControl control = {};
  LangevinSteps langevin = {};
  bool backward = false;
  bool log_density = false;
  GrowthAs growth_as = GrowthAs::weights;
  std::optional<double> resample_below = {};  ///< of (sum w)^2/sum w^2 over the number of particles
  Precision precision = Precision::double_;
};
void bind(deck::Binder& binder, StepControl& control);
void bind(deck::Binder& binder, LangevinSteps& steps);
void bind(deck::Binder& binder, PropagationParams& params);

struct PropagationMoments {
  double mass = 1.0;             ///< mean weight, in terms of the first
  double effective_count = 0.0;  ///< (sum w)^2/sum w^2
  std::vector<double> mean, variance;
};

/// Particles are rows, split over the ranks; noise is keyed by their numbers and the step, so that nothing depends on
/// the number of ranks.
class Propagation {
 public:
  /// Collective. `start`: column "position" (and "log_weight", "log_density" where there are such), rows balanced.
  /// Throws Error (input) where the model cannot do what is asked.
  Propagation(const Comm& comm, TrainedModel model, const PropagationParams& params, const data::Table& start,
              std::uint32_t seed);

  /// Collective. Returns the number (from 1) of a particle that is no longer finite; 0 if there is none.
  std::int64_t step();

  double time() const { return time_at(step_); }
  std::int64_t num_steps_done() const { return step_; }
  std::int64_t num_global() const { return particles_.num_global(); }
  const data::Table& particles() const { return particles_; }
  StateLayout layout() const { return rates_->layout(); }
  bool has_growth() const { return has_growth_; }
  std::int64_t num_evaluations() const { return ode_.num_evaluations(); }

  /// Collective. The same on any number of ranks.
  PropagationMoments moments() const;

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  double time_at(std::int64_t step) const;
  void diffuse(double t, double dt);
  void langevin(double t);
  void branch();
  void resample_if_due();
  /// copies[n] of each row, in the same order.
  void replace(const std::vector<std::int64_t>& copies);
  std::int64_t first_strange() const;
  /// Room for the rates of all particles here.
  const data::RowArray<double>& rate_room();

  Comm comm_;
  std::unique_ptr<TrainedModel> model_;
  PropagationParams params_;
  std::uint32_t seed_;
  std::unique_ptr<Rates> rates_;
  Dynamics dynamics_;
  OdeIntegrator ode_;
  bool has_growth_ = false;
  data::Table particles_;                // column "state"
  Array1<double> box_low_, box_length_;  ///< of the model, in the units of positions; empty: open
  data::RowArray<double> rate_;
  double first_weight_ = 1.0;  // sum
  std::int64_t step_ = 0;
};

}  // namespace tessera::learn::action
