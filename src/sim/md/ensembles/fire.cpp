#include "sim/md/ensembles/fire.hpp"

#include <algorithm>
#include <cmath>

#include "base/largest.hpp"
#include "base/region.hpp"
#include "sim/md/engine.hpp"

namespace tessera::sim::md {

namespace {

// Bitzek and others: what to try first.
constexpr double faster = 1.1, slower = 0.5, first_turn = 0.1, turn_decay = 0.99, largest_pace = 10.0;
constexpr std::int64_t patience = 5;

/// Of all particles.
struct Slopes {
  double power = 0.0;                 ///< sum of f . v
  double force2 = 0.0, speed2 = 0.0;  ///< sums of squares
  double largest_force2 = 0.0, largest_speed2 = 0.0;
};

/// Collective.
Slopes slopes_of(const data::Particles& particles) {
  const auto force = particles.get<double>("force"), velocity = particles.get<double>("velocity");
  ExactSums<3> sums;
  double largest[2] = {};
  Kokkos::parallel_reduce(
      "md/slopes", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSums<3>& sum, double& largest_force, double& largest_speed) {
        double power = 0.0, force2 = 0.0, speed2 = 0.0;
        for (int c = 0; c < 3; ++c) {
          power += force(i, c) * velocity(i, c);
          force2 += force(i, c) * force(i, c);
          speed2 += velocity(i, c) * velocity(i, c);
        }
        sum.part[0].add(power);
        sum.part[1].add(force2);
        sum.part[2].add(speed2);
        largest_force = larger_or_nan(largest_force, force2);
        largest_speed = larger_or_nan(largest_speed, speed2);
      },
      Kokkos::Sum<ExactSums<3>>(sums), MaxOrNan(largest[0]), MaxOrNan(largest[1]));
  const Comm& comm = particles.comm();
  if (particles.num_owned() == 0) largest[0] = largest[1] = 0.0;
  all_reduce(comm, sums.part, 3);
  comm.all_reduce(largest, 2, Op::max);
  return {sums.part[0].value(), sums.part[1].value(), sums.part[2].value(), largest[0], largest[1]};
}

/// v = a v + b f
void mix(const data::Particles& particles, double a, double b) {
  const auto force = particles.get<double>("force"), velocity = particles.get<double>("velocity");
  Kokkos::parallel_for(
      "md/mix_velocities", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) velocity(i, c) = a * velocity(i, c) + b * force(i, c);
      });
}

class Fire final : public Coupling {
 public:
  explicit Fire(const MinimiseParams& params) : params_(params) {}

  void start(Engine& engine) override {
    mix(engine.system().particles, 0.0, 0.0);
    is_finished_ = is_flat(slopes_of(engine.system().particles));
  }
  void prepare(Engine& engine) override { keep_short(engine); }

  void after_kick(Engine& engine) override {
    const Region region("md/fire");
    const auto& particles = engine.system().particles;
    Slopes now = slopes_of(particles);
    is_finished_ = is_flat(now);
    if (is_finished_) return mix(particles, 0.0, 0.0);
    if (now.power > 0.0) {
      mix(particles, 1.0 - turn_, turn_ * std::sqrt(now.speed2 / now.force2));
      if (++downhill_ > patience) {
        pace_ = std::min(pace_ * faster, largest_pace);
        turn_ *= turn_decay;
      }
    } else {
      mix(particles, 0.0, 0.0);
      pace_ *= slower;
      turn_ = first_turn;
      downhill_ = 0;
    }
    keep_short(engine);
  }

  bool has_energy() const override { return false; }
  bool limits_drift() const override { return true; }
  bool is_finished() const override { return is_finished_; }

  void save(const Engine&, data::StateWriter& writer) const override {
    writer.put("fire", std::vector<double>{pace_, turn_});
    writer.put("fire_steps", std::vector<std::int64_t>{downhill_, is_finished_ ? 1 : 0});
  }
  void restore(const Engine&, data::StateReader& reader) override {
    std::vector<double> numbers;
    std::vector<std::int64_t> steps;
    reader.get("fire", numbers);
    reader.get("fire_steps", steps);
    if (numbers.size() != 2 || steps.size() != 2)
      throw Error::input("the checkpoint of this stage has a minimiser of the wrong size");
    pace_ = numbers[0];
    turn_ = numbers[1];
    downhill_ = steps[0];
    is_finished_ = steps[1] != 0;
  }

 private:
  bool is_flat(const Slopes& slopes) const { return slopes.largest_force2 <= params_.force * params_.force; }

  /// No particle goes further than it may in the next step, whose way has a part that grows with the pace (velocities)
  /// and one with its square (forces).
  void keep_short(Engine& engine) const {
    constexpr int tries = 8;
    const double most = params_.longest_move;
    double pace = pace_, longest = 0.0;
    for (int n = 0; n <= tries; ++n) {
      engine.set_pace(pace);
      longest = engine.longest_next_drift();
      if (longest <= most) return;
      if (n < tries) pace *= std::sqrt(most / longest);
    }
    engine.set_pace(pace * most / longest);
  }

  MinimiseParams params_;
  double pace_ = 1.0, turn_ = first_turn;
  std::int64_t downhill_ = 0;
  bool is_finished_ = false;
};

}  // namespace

std::unique_ptr<Coupling> make_fire(const MinimiseParams& params) { return std::make_unique<Fire>(params); }

}  // namespace tessera::sim::md
