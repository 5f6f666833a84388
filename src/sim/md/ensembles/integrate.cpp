#include "sim/md/ensembles/integrate.hpp"

#include "base/largest.hpp"
#include "base/region.hpp"

namespace tessera::sim::md {

namespace {

/// One kind of particle: the factor is a constant and the loops over rows vectorise.
struct OneFactor {
  double value;
  KOKKOS_FORCEINLINE_FUNCTION double operator()(int) const { return value; }
};
struct FactorByType {
  Array2<int> type;
  Array1<double> factor;
  KOKKOS_FORCEINLINE_FUNCTION double operator()(int i) const { return factor(type(i, 0)); }
};

template <class Work>
auto with_factor(const data::Particles& particles, const Array1<double>& factor, const Work& work) {
  if (factor.extent(0) == 1) {
    double value = 0.0;
    Kokkos::deep_copy(value, Kokkos::subview(factor, 0));
    return work(OneFactor{value});
  }
  return work(FactorByType{particles.get<int>("type"), factor});
}

template <class Factor>
void run_kick_and_drift(const data::Particles& particles, const Factor& factor, double dt) {
  const auto position = particles.get<double>("position");
  const auto velocity = particles.get<double>("velocity");
  const auto force = particles.get<double>("force");
  const double half_dt = 0.5 * dt;
  for (int c = 0; c < 3; ++c) {
    double* x = position.data() + c * position.extent(0);
    double* v = velocity.data() + c * velocity.extent(0);
    const double* f = force.data() + c * force.extent(0);
    Kokkos::parallel_for(
        "md/kick_and_drift", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
          const double kicked = v[i] + half_dt * factor(i) * f[i];
          v[i] = kicked;
          x[i] += dt * kicked;
        });
  }
}

template <class Factor>
void run_half_kick(const Array2<double>& velocity, const Array2<double>& force, const Factor& factor, int rows,
                   double half_dt) {
  Kokkos::parallel_for(
      "md/half_kick", Range(0, rows), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) velocity(i, c) += half_dt * factor(i) * force(i, c);
      });
}

template <bool Kick, class Factor>
Motion run_kick(const data::Particles& particles, const Factor& factor, double dt) {
  const auto position = particles.get<double>("position");
  const auto velocity = particles.get<double>("velocity");
  const auto force = particles.get<double>("force");
  const auto built = particles.get<double>("built_position");
  const double half_dt = 0.5 * dt;
  Motion motion;
  if (particles.num_owned() == 0) return motion;  // a maximum of nothing would be minus infinity
  Kokkos::parallel_reduce(
      "md/kick", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, double& displacement2, double& step2) {
        double moved = 0.0, length = 0.0;
        for (int c = 0; c < 3; ++c) {
          const double impulse = half_dt * factor(i) * force(i, c);
          double v = velocity(i, c);
          if (Kick) velocity(i, c) = v = v + impulse;
          const double next = dt * (v + impulse);
          const double away = position(i, c) + next - built(i, c);
          moved += away * away;
          length += next * next;
        }
        displacement2 = larger_or_nan(displacement2, moved);
        step2 = larger_or_nan(step2, length);
      },
      MaxOrNan(motion.displacement2), MaxOrNan(motion.step2));
  return motion;
}

}  // namespace

void kick_and_drift(const data::Particles& particles, const Array1<double>& factor, double dt) {
  const Region region("md/kick_and_drift");
  with_factor(particles, factor, [&](const auto& f) { run_kick_and_drift(particles, f, dt); });
}

Motion kick(const data::Particles& particles, const Array1<double>& factor, double dt) {
  const Region region("md/kick");
  return with_factor(particles, factor, [&](const auto& f) { return run_kick<true>(particles, f, dt); });
}

Motion look_ahead(const data::Particles& particles, const Array1<double>& factor, double dt) {
  return with_factor(particles, factor, [&](const auto& f) { return run_kick<false>(particles, f, dt); });
}

void half_kick(const data::Particles& particles, const Array1<double>& factor, double dt) {
  const Region region("md/kick");
  const auto velocity = particles.get<double>("velocity");
  const auto force = particles.get<double>("force");
  with_factor(particles, factor, [&](const auto& factor_of) {
    run_half_kick(velocity, force, factor_of, particles.num_owned(), 0.5 * dt);
  });
}

double drift(const data::Particles& particles, double dt) {
  const Region region("md/drift");
  const auto position = particles.get<double>("position");
  const auto velocity = particles.get<double>("velocity");
  double longest2 = 0.0;
  if (particles.num_owned() == 0) return longest2;
  Kokkos::parallel_reduce(
      "md/drift", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, double& largest) {
        double length = 0.0;
        for (int c = 0; c < 3; ++c) {
          const double step = dt * velocity(i, c);
          position(i, c) += step;
          length += step * step;
        }
        largest = larger_or_nan(largest, length);
      },
      MaxOrNan(longest2));
  return longest2;
}

void scale_velocities(const data::Particles& particles, double factor) {
  const auto velocity = particles.get<double>("velocity");
  Kokkos::parallel_for(
      "md/scale_velocities", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) velocity(i, c) *= factor;
      });
}

void map_velocities(const data::Particles& particles, const data::Matrix3& map) {
  const auto velocity = particles.get<double>("velocity");
  Kokkos::parallel_for(
      "md/map_velocities", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        const data::Vec3 v = map * data::Vec3{velocity(i, 0), velocity(i, 1), velocity(i, 2)};
        for (int c = 0; c < 3; ++c) velocity(i, c) = v[c];
      });
}

void map_positions(const data::Particles& particles, const data::Vec3& origin, const data::Matrix3& map) {
  const auto position = particles.get<double>("position");
  Kokkos::parallel_for(
      "md/map_positions", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        data::Vec3 x{0.0, 0.0, 0.0};
        for (int c = 0; c < 3; ++c) x[c] = position(i, c) - origin[c];
        x = map * x;
        for (int c = 0; c < 3; ++c) position(i, c) = origin[c] + x[c];
      });
}

double displacement2(const data::Particles& particles, const data::Box& built, const data::Box& now) {
  const auto position = particles.get<double>("position");
  const auto built_position = particles.get<double>("built_position");
  const data::Matrix3 map = data::deformation(built, now);
  double longest2 = 0.0;
  if (particles.num_owned() == 0) return longest2;
  Kokkos::parallel_reduce(
      "md/displacement", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, double& largest) {
        data::Vec3 x{0.0, 0.0, 0.0};
        for (int c = 0; c < 3; ++c) x[c] = built_position(i, c) - built.origin[c];
        x = map * x;
        double moved = 0.0;
        for (int c = 0; c < 3; ++c) {
          const double away = position(i, c) - now.origin[c] - x[c];
          moved += away * away;
        }
        largest = larger_or_nan(largest, moved);
      },
      MaxOrNan(longest2));
  return longest2;
}

}  // namespace tessera::sim::md
