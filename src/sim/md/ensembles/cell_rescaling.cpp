// Barostats of first order in time: the box follows the pressure, with noise or without.
//
// With the strain s (dh = ds h), places that ds takes along and velocities that it takes back, the volume measure of
// the constant-pressure ensemble, and a diffusion D = beta k_B T / (3 V tau) of each component of s, the drift that
// leaves the ensemble as it is comes out as (beta / 3 tau) (P - P_0): what the gradient of D adds takes the place of
// k_B T / V. Off the diagonal the noise has half the variance: it is the same in all directions of space.
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/random.hpp"
#include "sim/md/ensembles/barostat.hpp"
#include "sim/md/ensembles/integrate.hpp"

namespace tessera::sim::md {

namespace {

using data::Matrix3;

class CellRescaling final : public Coupling {
 public:
  CellRescaling(const PressureTarget& target, const std::optional<Ramp>& temperature, double compressibility,
                std::int64_t every, std::uint32_t seed)
      : target_(target),
        temperature_(temperature),
        compressibility_(compressibility),
        every_(every),
        random_(seed, RandomPurpose::md_cell) {}

  bool changes_box() const override { return true; }
  /// What passes between the cell and the particles is not counted.
  bool has_energy() const override { return false; }

  /// The pressure of the whole step is that of its beginning: the error is of the order of its length over `time`.
  void before_kick(Engine& engine) override {
    if (is_due(engine)) force_ = cell_force(engine, target_, engine.kinetic(), engine.virial());
  }
  /// Behind the drift, so that forces are those of the places as they have been taken along.
  void after_drift(Engine& engine) override {
    if (!is_due(engine)) return;
    const double volume = engine.system().box.volume();
    const double rate = compressibility_ * static_cast<double>(every_) * engine.dt() / (3.0 * target_.time * volume);
    Matrix3 strain = temperature_ ? noise(engine, rate) : Matrix3::diagonal(0.0, 0.0, 0.0);
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) strain.m[r][c] += rate * force_.m[r][c];
    engine.deform(exponential(strain));
    if (!temperature_) return;
    for (auto& row : strain.m)
      for (double& value : row) value = -value;
    map_velocities(engine.system().particles, exponential(strain));
  }

 private:
  bool is_due(const Engine& engine) const { return engine.num_steps_done() % every_ == 0; }

  Matrix3 noise(const Engine& engine, double rate) const {
    const auto step = static_cast<std::uint64_t>(engine.num_steps_done());
    const double kt = engine.units().boltzmann * temperature_->at(engine.num_steps_done());
    const double size = std::sqrt(2.0 * rate * kt);
    const auto xy = random_.normal(0, step, 0), z = random_.normal(0, step, 1);
    if (target_.coupling == BoxCoupling::isotropic) {
      const double all = size * xy.first / std::sqrt(3.0);
      return Matrix3::diagonal(all, all, all);
    }
    auto strain = Matrix3::diagonal(size * xy.first, size * xy.second, size * z.first);
    if (target_.coupling == BoxCoupling::anisotropic) return strain;
    const auto shear = random_.normal(0, step, 2);
    const double off = size / std::sqrt(2.0);
    strain.m[0][1] = strain.m[1][0] = off * shear.first;
    strain.m[0][2] = strain.m[2][0] = off * shear.second;
    strain.m[1][2] = strain.m[2][1] = off * z.second;
    return strain;
  }

  PressureTarget target_;
  std::optional<Ramp> temperature_;  // of the noise
  double compressibility_;
  std::int64_t every_;
  Random random_;
  Matrix3 force_;  // from before_kick to after_drift
};

}  // namespace

std::unique_ptr<Coupling> make_stochastic_cell(const PressureTarget& target, const Ramp& temperature,
                                               double compressibility, std::int64_t every, std::uint32_t seed) {
  return std::make_unique<CellRescaling>(target, temperature, compressibility, every, seed);
}

std::unique_ptr<Coupling> make_berendsen_barostat(const PressureTarget& target, double compressibility,
                                                  std::int64_t every) {
  return std::make_unique<CellRescaling>(target, std::nullopt, compressibility, every, 0);
}

}  // namespace tessera::sim::md
