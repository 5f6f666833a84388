#include "sim/md/ensembles/rescaling.hpp"

#include <algorithm>
#include <cmath>

#include "sim/csvr.hpp"
#include "sim/md/engine.hpp"
#include "sim/md/ensembles/integrate.hpp"
#include "sim/md/ensembles/nose_hoover_chain.hpp"

namespace tessera::sim::md {

namespace {

/// Multiplies velocities by a factor that its kind finds from the kinetic energy, once a step.
class Rescaling : public Coupling {
 public:
  explicit Rescaling(const RescalingTarget& target) : target_(target) {}

  void start(Engine& engine) override { prepare_to_rescale(engine, target_.stop_drift); }
  void after_kick(Engine& engine) override {
    const double kinetic = engine.kinetic().energy;
    const double freedom = engine.degrees_of_freedom();
    const double target = 0.5 * freedom * engine.units().boltzmann * target_.temperature.at(engine.num_steps_done());
    const double scale = factor(kinetic, target, freedom, engine.dt(), engine.num_steps_done());
    scale_velocities(engine.system().particles, scale);
    taken_ += (1.0 - scale * scale) * kinetic;
  }
  void change_temperature(const Engine&, double temperature, double given) override {
    target_.temperature = Ramp::constant(temperature);
    taken_ -= given;
  }
  double energy(const Engine&) const override { return taken_; }
  void save(const Engine&, data::StateWriter& writer) const override { writer.put("thermostat_energy", taken_); }
  void restore(const Engine&, data::StateReader& reader) override { reader.get("thermostat_energy", taken_); }

 protected:
  virtual double factor(double kinetic, double target, double freedom, double dt, std::int64_t step) const = 0;
  double time() const { return target_.time; }

 private:
  RescalingTarget target_;
  double taken_ = 0.0;
};

class Csvr final : public Rescaling {
 public:
  Csvr(const RescalingTarget& target, std::uint32_t seed) : Rescaling(target), random_(seed, RandomPurpose::md_csvr) {}

 protected:
  double factor(double kinetic, double target, double freedom, double dt, std::int64_t step) const override {
    return csvr_factor(kinetic, target, freedom, std::exp(-dt / time()), random_, static_cast<std::uint64_t>(step));
  }

 private:
  Random random_;
};

class Berendsen final : public Rescaling {
 public:
  using Rescaling::Rescaling;

 protected:
  double factor(double kinetic, double target, double, double dt, std::int64_t) const override {
    return std::sqrt(1.0 + std::min(1.0, dt / time()) * (target / kinetic - 1.0));
  }
};

class NoseHoover final : public Coupling {
 public:
  NoseHoover(const RescalingTarget& target, int length, int parts)
      : target_(target), chain_(length, target.time, parts) {}

  void start(Engine& engine) override { prepare_to_rescale(engine, target_.stop_drift); }
  void prepare(Engine& engine) override { chain_.set_freedom(engine.degrees_of_freedom()); }
  void before_kick(Engine& engine) override { half_step(engine); }
  void after_kick(Engine& engine) override { half_step(engine); }
  void change_temperature(const Engine&, double temperature, double given) override {
    target_.temperature = Ramp::constant(temperature);
    chain_.give(-given);
  }
  double energy(const Engine&) const override { return chain_.energy(); }
  void save(const Engine&, data::StateWriter& writer) const override { chain_.save(writer, "thermostat_chain"); }
  void restore(const Engine&, data::StateReader& reader) override { chain_.restore(reader, "thermostat_chain"); }

 private:
  void half_step(Engine& engine) {
    const double kt = engine.units().boltzmann * target_.temperature.at(engine.num_steps_done());
    scale_velocities(engine.system().particles, chain_.half_step(2.0 * engine.kinetic().energy, kt, engine.dt()));
  }

  RescalingTarget target_;
  NoseHooverChain chain_;
};

}  // namespace

std::unique_ptr<Coupling> make_csvr(const RescalingTarget& target, std::uint32_t seed) {
  return std::make_unique<Csvr>(target, seed);
}

std::unique_ptr<Coupling> make_nose_hoover(const RescalingTarget& target, int length, int parts) {
  return std::make_unique<NoseHoover>(target, length, parts);
}

std::unique_ptr<Coupling> make_berendsen_thermostat(const RescalingTarget& target) {
  return std::make_unique<Berendsen>(target);
}

}  // namespace tessera::sim::md
