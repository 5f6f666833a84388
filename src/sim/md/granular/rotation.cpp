#include <utility>

#include "base/region.hpp"
#include "sim/md/engine.hpp"
#include "sim/md/granular/contacts.hpp"

namespace tessera::sim::md {

namespace {

using data::Column;

KOKKOS_INLINE_FUNCTION double inertia(double mass, double radius) { return 0.4 * mass * radius * radius; }

void kick_spins(const data::Particles& particles, const GrainTypes& types, double half_dt, double mass_velocity2) {
  const auto spin = particles.get<double>(spin_column), torque = particles.get<double>(torque_column);
  const auto type = particles.get<int>("type");
  const auto radius = types.radius, mass = types.mass;
  Kokkos::parallel_for(
      "md/kick_spins", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        const int kind = type(i, 0);
        const double factor = half_dt / (inertia(mass(kind), radius(kind)) * mass_velocity2);
        for (int c = 0; c < 3; ++c) spin(i, c) += factor * torque(i, c);
      });
}

void stop_frozen(const data::Particles& particles, const Array1<int>& frozen_types) {
  const auto velocity = particles.get<double>("velocity"), spin = particles.get<double>(spin_column);
  const auto type = particles.get<int>("type");
  Kokkos::parallel_for(
      "md/stop_frozen", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        if (frozen_types(type(i, 0)) == 0) return;
        for (int c = 0; c < 3; ++c) velocity(i, c) = spin(i, c) = 0.0;
      });
}

std::int64_t count_frozen(const data::Particles& particles, const Array1<int>& frozen_types) {
  const auto type = particles.get<int>("type");
  std::int64_t count = 0;
  Kokkos::parallel_reduce(
      "md/count_frozen", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, std::int64_t& sum) { sum += frozen_types(type(i, 0)); }, count);
  return particles.comm().all_reduce(count, Op::sum);
}

class Rotation final : public Coupling {
 public:
  Rotation(const GrainTypes& types, bool is_elastic, std::shared_ptr<ContactState> state)
      : types_(types), is_elastic_(is_elastic), state_(std::move(state)) {}

  void attach(Engine& engine) override {
    auto& particles = engine.system().particles;
    const auto add = [&](const char* name, int components, Column flags) {
      if (!particles.has_column(name)) particles.add<double>(name, components, flags);
    };
    add(spin_column, 3, Column::saved | Column::output);
    add(torque_column, 3, Column::saved);
    add(contact_force_column, 3, Column::saved);
    add(contact_sums_column, 7, Column::saved);
    add(slip_column, 3 * max_contacts, Column::saved);
    if (!particles.has_column(partner_column)) particles.add<std::int64_t>(partner_column, max_contacts, Column::saved);
    stop_frozen(particles, types_.is_frozen);
  }

  void rebuilt(Engine& engine) override {
    if (num_frozen_ < 0) num_frozen_ = count_frozen(engine.system().particles, types_.is_frozen);
  }

  void before_kick(Engine& engine) override {
    state_->dt = engine.dt();
    kick(engine);
  }
  void after_kick(Engine& engine) override { kick(engine); }

  /// Of rotation.
  double energy(const Engine& engine) const override {
    const auto& particles = engine.system().particles;
    const auto spin = particles.get<double>(spin_column);
    const auto type = particles.get<int>("type");
    const auto radius = types_.radius, mass = types_.mass;
    ExactSums<1> sum;
    Kokkos::parallel_reduce(
        "md/rotational_energy", Range(0, particles.num_owned()),
        KOKKOS_LAMBDA(int i, ExactSums<1>& total) {
          const int kind = type(i, 0);
          double spin2 = 0.0;
          for (int c = 0; c < 3; ++c) spin2 += spin(i, c) * spin(i, c);
          total.part[0].add(0.5 * inertia(mass(kind), radius(kind)) * spin2);
        },
        Kokkos::Sum<ExactSums<1>>(sum));
    all_reduce(particles.comm(), sum.part, 1);
    return sum.part[0].value() * engine.units().mass_velocity2;
  }
  bool has_energy() const override { return is_elastic_; }
  bool conserves_momentum() const override { return num_frozen_ <= 0; }
  std::int64_t num_constraints() const override { return num_frozen_ > 0 ? 3 * num_frozen_ : 0; }

  void restore(const Engine&, data::StateReader&) override { state_->is_restored = true; }

 private:
  void kick(const Engine& engine) const {
    const Region region("md/kick_spins");
    kick_spins(engine.system().particles, types_, 0.5 * engine.dt(), engine.units().mass_velocity2);
  }

  GrainTypes types_;
  bool is_elastic_;
  std::shared_ptr<ContactState> state_;
  std::int64_t num_frozen_ = -1;  // of all ranks; -1: not counted yet
};

}  // namespace

std::unique_ptr<Coupling> make_rotation(const GrainTypes& types, bool is_elastic, std::shared_ptr<ContactState> state) {
  return std::make_unique<Rotation>(types, is_elastic, std::move(state));
}

}  // namespace tessera::sim::md
