#include "sim/md/ensembles/langevin.hpp"

#include <cmath>

#include "base/normals.hpp"
#include "base/region.hpp"
#include "sim/md/engine.hpp"

namespace tessera::sim::md {

namespace {

/// v = decay v + noise xi / sqrt(m) on blocks of rows. Adds sum m (v_old^2 - v_new^2) / 2.
struct FrictionAndNoise {
  Array2<double> velocity;
  Array2<std::int64_t> id;
  Array2<int> type;
  Array1<double> mass;
  Random random;
  std::uint64_t step;
  double decay, noise;
  int num_rows;

  KOKKOS_FUNCTION void operator()(int block, ExactSums<1>& taken) const {
    constexpr int size = normal_blocks_at_once;
    const int first = block * size;
    std::uint64_t ids[size], steps[size];
    std::uint32_t draws[size];
    double xi[4][size];
    for (int n = 0; n < size; ++n) {
      ids[n] = first + n < num_rows ? static_cast<std::uint64_t>(id(first + n, 0)) : 0;
      steps[n] = step;
      draws[n] = 0;
    }
    draw_normals(random, ids, steps, draws, xi, 3);
    for (int n = 0; n < size && first + n < num_rows; ++n) {
      const int i = first + n;
      const double m = mass(type(i, 0)), scale = noise / kmath::sqrt(m);
      double change = 0.0;
      for (int c = 0; c < 3; ++c) {
        const double before = velocity(i, c), after = decay * before + scale * xi[c][n];
        velocity(i, c) = after;
        change += (before - after) * (before + after);
      }
      taken.part[0].add(0.5 * m * change);
    }
  }
};

class Langevin final : public Coupling {
 public:
  Langevin(const Ramp& temperature, double friction, std::uint32_t seed)
      : temperature_(temperature), friction_(friction), random_(seed, RandomPurpose::md_langevin) {}

  bool splits_drift() const override { return true; }
  bool conserves_momentum() const override { return false; }

  void between_drifts(Engine& engine) override {
    const Region region("md/langevin");
    const auto& particles = engine.system().particles;
    const double kt = engine.units().boltzmann * temperature_.at(engine.num_steps_done());
    const double decay = std::exp(-friction_ * engine.dt());
    const double variance = -std::expm1(-2.0 * friction_ * engine.dt()) * kt / engine.units().mass_velocity2;
    const int rows = particles.num_owned();
    const FrictionAndNoise kernel{particles.get<double>("velocity"),
                                  particles.get<std::int64_t>("id"),
                                  particles.get<int>("type"),
                                  engine.masses(),
                                  random_,
                                  static_cast<std::uint64_t>(engine.num_steps_done()),
                                  decay,
                                  std::sqrt(variance),
                                  rows};
    ExactSums<1> taken;
    const int blocks = (rows + normal_blocks_at_once - 1) / normal_blocks_at_once;
    Kokkos::parallel_reduce("md/langevin", Range(0, blocks), kernel, Kokkos::Sum<ExactSums<1>>(taken));
    taken_ += taken.part[0];
  }

  void change_temperature(const Engine& engine, double temperature, double given) override {
    temperature_ = Ramp::constant(temperature);
    if (engine.system().particles.comm().is_root()) taken_.add(-given / engine.units().mass_velocity2);
  }

  double energy(const Engine& engine) const override {
    ExactSum sum = taken_;
    all_reduce(engine.system().particles.comm(), &sum, 1);
    return sum.value() * engine.units().mass_velocity2;
  }

  void save(const Engine& engine, data::StateWriter& writer) const override {
    ExactSum sum = taken_;
    all_reduce(engine.system().particles.comm(), &sum, 1);
    writer.put("thermostat_energy", std::vector<double>{sum.high, sum.low});
  }
  /// The first rank goes on with the sum of all.
  void restore(const Engine& engine, data::StateReader& reader) override {
    std::vector<double> parts;
    reader.get("thermostat_energy", parts);
    if (parts.size() != 2) throw Error::input("the checkpoint of this stage has a thermostat of another kind");
    taken_ = engine.system().particles.comm().is_root() ? ExactSum{parts[0], parts[1]} : ExactSum{};
  }

 private:
  Ramp temperature_;
  double friction_;
  Random random_;
  ExactSum taken_;  // of this rank, mass * velocity^2
};

}  // namespace

std::unique_ptr<Coupling> make_langevin(const Ramp& temperature, double friction, std::uint32_t seed) {
  return std::make_unique<Langevin>(temperature, friction, seed);
}

}  // namespace tessera::sim::md
