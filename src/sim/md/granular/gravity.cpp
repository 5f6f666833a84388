#include "sim/md/granular/gravity.hpp"

#include <cmath>
#include <numbers>

#include "base/region.hpp"

namespace tessera::sim::md {

namespace {

class Gravity final : public ForceTerm {
 public:
  Gravity(const data::Vec3& acceleration, const data::System& system, const Units& units) : box_(system.box) {
    weight_ = Array2<double>("weight", system.species.size(), 3);
    const auto weight = Kokkos::create_mirror_view(weight_);
    for (std::size_t t = 0; t < system.species.size(); ++t)
      for (int c = 0; c < 3; ++c) weight(t, c) = system.species[t].mass * units.mass_velocity2 * acceleration[c];
    Kokkos::deep_copy(weight_, weight);
  }

  void set_box(const data::Box& box) override { box_ = box; }

  void add_interior(const data::Particles& particles, const data::Neighbourhood&) const override {
    const auto force = particles.get<double>("force");
    const auto type = particles.get<int>("type");
    const auto weight = weight_;
    Kokkos::parallel_for(
        "md/gravity", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
          for (int c = 0; c < 3; ++c) force(i, c) += weight(type(i, 0), c);
        });
  }
  void add_boundary(const data::Particles&, const data::Neighbourhood&) const override {}

  StepCost cost(const data::Particles& particles, const data::Neighbourhood&) const override {
    return {3.0 * particles.num_owned(), 52.0 * particles.num_owned()};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood&) const override {
    const auto position = particles.get<double>("position");
    const auto image = particles.get<int>("image");
    const auto type = particles.get<int>("type");
    const auto weight = weight_;
    const auto box = box_;
    ExactSums<7> total;
    Kokkos::parallel_reduce(
        "md/gravity_sums", Range(0, particles.num_owned()),
        KOKKOS_LAMBDA(int i, ExactSums<7>& sum) {
          const data::Vec3 shift = box.shift({image(i, 0), image(i, 1), image(i, 2)});
          for (int c = 0; c < 3; ++c) sum.part[0].add(-weight(type(i, 0), c) * (position(i, c) + shift[c]));
        },
        Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

 private:
  data::Box box_;
  Array2<double> weight_;  // (type, component)
};

class GravityRemark final : public Coupling {
 public:
  bool conserves_momentum() const override { return false; }
};

}  // namespace

data::Vec3 acceleration_of(const GravityParams& params) {
  const double g = params.acceleration;
  if (params.chute_angle) {
    const double angle = *params.chute_angle * std::numbers::pi / 180.0;
    return {g * std::sin(angle), 0.0, -g * std::cos(angle)};
  }
  const auto& d = params.direction;
  const double length = std::hypot(d[0], d[1], d[2]);
  return {g * d[0] / length, g * d[1] / length, g * d[2] / length};
}

std::unique_ptr<ForceTerm> make_gravity(const GravityParams& params, const data::System& system, const Units& units) {
  return std::make_unique<Gravity>(acceleration_of(params), system, units);
}

std::unique_ptr<Coupling> make_gravity_remark() { return std::make_unique<GravityRemark>(); }

}  // namespace tessera::sim::md
