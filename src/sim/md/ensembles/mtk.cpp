// The barostat of Martyna, Tobias and Klein.
#include <cmath>

#include "base/error.hpp"
#include "sim/md/ensembles/barostat.hpp"
#include "sim/md/ensembles/integrate.hpp"
#include "sim/md/ensembles/nose_hoover_chain.hpp"

namespace tessera::sim::md {

namespace {

using data::Matrix3;

Matrix3 times(double factor, const Matrix3& a) {
  Matrix3 result;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) result.m[r][c] = factor * a.m[r][c];
  return result;
}

double square(const Matrix3& a) {
  double sum = 0.0;
  for (const auto& row : a.m)
    for (const double value : row) sum += value * value;
  return sum;
}

int num_strains(BoxCoupling coupling) {
  return coupling == BoxCoupling::isotropic ? 1 : coupling == BoxCoupling::anisotropic ? 3 : 6;
}

class Mtk final : public Coupling {
 public:
  Mtk(const PressureTarget& target, const Ramp& temperature, int chain, int parts)
      : target_(target), temperature_(temperature), chain_(chain, target.time, parts) {
    chain_.set_freedom(num_strains(target.coupling));
    rate_ = Matrix3::diagonal(0.0, 0.0, 0.0);
  }

  bool changes_box() const override { return true; }
  void start(Engine& engine) override { first_volume_ = engine.system().box.volume(); }
  void prepare(Engine& engine) override {
    virial_ = engine.virial();
    if (mass_ == 0.0) set_mass(engine);
  }

  void before_kick(Engine& engine) override {
    set_mass(engine);
    advance_chain(engine);
    advance_rate(engine);
    couple_velocities(engine);
  }
  void before_drift(Engine& engine) override { engine.deform(exponential(times(0.5 * engine.dt(), rate_))); }
  void after_drift(Engine& engine) override { engine.deform(exponential(times(0.5 * engine.dt(), rate_))); }
  void after_kick(Engine& engine) override {
    couple_velocities(engine);
    virial_ = engine.virial();
    advance_rate(engine);
    advance_chain(engine);
  }

  double energy(const Engine& engine) const override {
    return 0.5 * mass_ * square(rate_) + chain_.energy() + mass_energy_ +
           target_.pressure * (engine.system().box.volume() - first_volume_);
  }

  void save(const Engine&, data::StateWriter& writer) const override {
    std::vector<double> state{first_volume_, mass_, mass_energy_};
    for (const auto& row : rate_.m) state.insert(state.end(), row, row + 3);
    writer.put("barostat", state);
    chain_.save(writer, "barostat_chain");
  }
  void restore(const Engine&, data::StateReader& reader) override {
    std::vector<double> state;
    reader.get("barostat", state);
    if (state.size() != 12) throw Error::input("the checkpoint of this stage has a barostat of another kind");
    first_volume_ = state[0];
    mass_ = state[1];
    mass_energy_ = state[2];
    for (std::size_t n = 0; n < 9; ++n) rate_.m[n / 3][n % 3] = state[3 + n];
    chain_.restore(reader, "barostat_chain");
  }

 private:
  double kt(const Engine& engine) const { return engine.units().boltzmann * temperature_.at(engine.num_steps_done()); }
  /// Follows the temperature; the kinetic energy that the cell gains by that is counted.
  void set_mass(const Engine& engine) {
    const double mass = static_cast<double>(engine.num_global() + 1) * kt(engine) * target_.time * target_.time;
    mass_energy_ -= 0.5 * (mass - mass_) * square(rate_);
    mass_ = mass;
  }
  void advance_chain(const Engine& engine) {
    rate_ = times(chain_.half_step(mass_ * square(rate_), kt(engine), engine.dt()), rate_);
  }
  void advance_rate(const Engine& engine) {
    const Kinetic kinetic = engine.kinetic();
    Matrix3 force = cell_force(engine, target_, kinetic, virial_);
    const double step = 0.5 * engine.dt() / mass_, more = 2.0 * kinetic.energy / engine.degrees_of_freedom();
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) rate_.m[r][c] += step * (force.m[r][c] + (r == c ? more : 0.0));
  }
  void couple_velocities(Engine& engine) const {
    Matrix3 slowing = times(-0.5 * engine.dt(), rate_);
    const double all = slowing.trace() / engine.degrees_of_freedom();
    for (int d = 0; d < 3; ++d) slowing.m[d][d] += all;
    map_velocities(engine.system().particles, exponential(slowing));
  }

  PressureTarget target_;
  Ramp temperature_;
  NoseHooverChain chain_;
  Matrix3 rate_;  // of strain, symmetric
  double mass_ = 0.0, mass_energy_ = 0.0, first_volume_ = 0.0;
  std::array<double, 6> virial_{};  // of the places as they are
};

}  // namespace

std::unique_ptr<Coupling> make_mtk(const PressureTarget& target, const Ramp& temperature, int chain, int parts) {
  return std::make_unique<Mtk>(target, temperature, chain, parts);
}

}  // namespace tessera::sim::md
