#include "sim/boltzmann/diffusive/kinetic_line.hpp"

#include <cmath>

#include "base/largest.hpp"
#include "base/region.hpp"
#include "sim/boltzmann/diffusive/kinetic_step.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

/// Derivative times dx of what comes from below: factors of the values from two below to one above.
struct Upwind {
  double factor[4];
};
Upwind upwind_of(int order) {
  if (order == 1) return {{0.0, -1.0, 1.0, 0.0}};
  return {{1.0 / 6.0, -1.0, 0.5, 1.0 / 3.0}};
}

/// <p_n g> of weight times g at the nodes.
KOKKOS_INLINE_FUNCTION double mode_of(const LineVelocities& all, const double* weighted, int p) {
  double even = 0.0, odd = 0.0;  // two sums that do not wait for one another
  for (int m = 0; m < all.count; m += 2) {
    even += weighted[m] * all.polynomial(m, p);
    odd += weighted[m + 1] * all.polynomial(m + 1, p);
  }
  return even + odd;
}

struct RateInputs {
  data::Array4<double> deviation, density;
  Array1<double> above, below, force;
  LineVelocities velocities;
  Upwind upwind;
  int layers;
  double inverse_dx, inverse_eps;
  double creation;  // 1 / sqrt(T); 0: no force
  bool has_gradient;
};

void rates_kernel(const RateInputs& in, int faces, const Array2<double>& rate) {
  Kokkos::parallel_for(
      "boltzmann/line_rates", Range(0, faces), KOKKOS_LAMBDA(int n) {
        const LineVelocities& all = in.velocities;
        const int at = n + in.layers;
        double change[max_velocities], mean = 0.0;
        for (int m = 0; m < all.count; ++m) {
          const double v = all.node(m);
          const int s = v > 0.0 ? 1 : -1;
          double slope = 0.0;
          for (int k = 0; k < 4; ++k) slope += in.upwind.factor[k] * in.deviation(at + s * (k - 2), 0, 0, m);
          change[m] = kmath::fabs(v) * in.inverse_dx * slope;
          mean += all.weight(m) * change[m];
        }
        const double gradient =
            in.has_gradient ? in.above(n) * in.density(n + 1, 0, 0, 0) - in.below(n) * in.density(n, 0, 0, 0) : 0.0;
        for (int m = 0; m < all.count; ++m)
          change[m] = in.inverse_eps * (mean - change[m] - in.inverse_eps * all.node(m) * gradient);
        if (in.creation != 0.0) {
          double weighted[max_velocities];
          for (int m = 0; m < all.count; ++m) weighted[m] = all.weight(m) * in.deviation(at, 0, 0, m);
          for (int p = 0; p + 1 < all.count; ++p) {
            const double push =
                in.inverse_eps * in.creation * in.force(n) * kmath::sqrt(p + 1.0) * mode_of(all, weighted, p);
            for (int m = 0; m < all.count; ++m) change[m] -= push * all.polynomial(m, p + 1);
          }
        }
        for (int m = 0; m < all.count; ++m) rate(n, m) = change[m];
      });
}

struct SettleInputs {
  Array2<double> before;
  Array1<double> sigma;
  LineVelocities velocities;
  double share;  // a / eps^2
  int layers, low_wall, high_wall;
  bool is_isotropic;
};

/// deviation = (1 - a (collisions))^-1 before, and its flux; none passes through walls.
void settle_kernel(const SettleInputs& in, int faces, const data::Array4<double>& deviation,
                   const data::Array4<double>& flux) {
  Kokkos::parallel_for(
      "boltzmann/line_settle", Range(0, faces), KOKKOS_LAMBDA(int n) {
        const LineVelocities& all = in.velocities;
        const int at = n + in.layers;
        const double damping = in.share * in.sigma(n);
        if (in.is_isotropic) {
          const double factor = 1.0 / (1.0 + damping);
          for (int m = 0; m < all.count; ++m) deviation(at, 0, 0, m) = factor * in.before(n, m);
        } else {
          double weighted[max_velocities], settled[max_velocities];
          for (int m = 0; m < all.count; ++m) {
            weighted[m] = all.weight(m) * in.before(n, m);
            settled[m] = 0.0;
          }
          for (int p = 1; p < all.count; ++p) {
            const double mode = mode_of(all, weighted, p) / (1.0 + damping * p);
            for (int m = 0; m < all.count; ++m) settled[m] += mode * all.polynomial(m, p);
          }
          for (int m = 0; m < all.count; ++m) deviation(at, 0, 0, m) = settled[m];
        }
        double sum = 0.0;
        for (int m = 0; m < all.count; ++m) sum += all.weight(m) * all.node(m) * deviation(at, 0, 0, m);
        flux(n + 1, 0, 0, 0) = n == in.low_wall || n == in.high_wall ? 0.0 : sum;
      });
}

struct DiffuseInputs {
  data::Array4<double> density;
  Array1<double> sigma, above, below;
  LineVelocities velocities;
  double a, eps, mean_square;
  int layers, owned_faces;
};

/// What the gradient of the density adds to g on owned faces, and to the flux on both sides of each cell.
void diffuse_kernel(const DiffuseInputs& in, int faces, const data::Array4<double>& deviation,
                    const data::Array4<double>& flux) {
  Kokkos::parallel_for(
      "boltzmann/line_diffuse", Range(0, faces), KOKKOS_LAMBDA(int n) {
        const LineVelocities& all = in.velocities;
        const double gradient = in.above(n) * in.density(n + 1, 0, 0, 0) - in.below(n) * in.density(n, 0, 0, 0);
        const double push = gradient_share(in.a, in.eps, in.sigma(n)) * gradient;
        flux(n + 1, 0, 0, 0) -= push * in.mean_square;
        if (n >= in.owned_faces) return;
        for (int m = 0; m < all.count; ++m) deviation(n + in.layers, 0, 0, m) -= push * all.node(m);
      });
}

/// to = before - factor (flux_{n+1} - flux_n).
void divergence_kernel(const Array1<double>& before, double factor, const data::Array4<double>& flux,
                       const Array1<double>& to) {
  Kokkos::parallel_for(
      "boltzmann/line_divergence", Range(0, static_cast<int>(to.extent(0))),
      KOKKOS_LAMBDA(int n) { to(n) = before(n) - factor * (flux(n + 2, 0, 0, 0) - flux(n + 1, 0, 0, 0)); });
}

/// value = g + forward rate in place of the rate, and base = g + kept rate - again value where there is one.
void first_kernel(const data::Array4<double>& deviation, int layers, double forward, double kept, double again,
                  const Array2<double>& rate, const Array2<double>& base) {
  const auto faces = static_cast<int>(rate.extent(0)), count = static_cast<int>(rate.extent(1));
  const bool has_base = base.extent(0) > 0;
  Kokkos::parallel_for(
      "boltzmann/line_first", Range(0, faces), KOKKOS_LAMBDA(int n) {
        for (int m = 0; m < count; ++m) {
          const double now = deviation(n + layers, 0, 0, m), change = rate(n, m);
          const double value = now + forward * change;
          rate(n, m) = value;
          if (has_base) base(n, m) = now + kept * change - again * value;
        }
      });
}

/// rate = base + again g + forward rate.
void second_kernel(const data::Array4<double>& deviation, int layers, double again, double forward,
                   const Array2<double>& base, const Array2<double>& rate) {
  const auto faces = static_cast<int>(rate.extent(0)), count = static_cast<int>(rate.extent(1));
  Kokkos::parallel_for(
      "boltzmann/line_second", Range(0, faces), KOKKOS_LAMBDA(int n) {
        for (int m = 0; m < count; ++m)
          rate(n, m) = base(n, m) + again * deviation(n + layers, 0, 0, m) + forward * rate(n, m);
      });
}

struct Mirror {
  data::Array4<double> deviation;
  int count, face, inward;  // of the wall, and which way the cells lie
};

/// Behind a wall particles run the other way.
void mirror_kernel(const Mirror& in) {
  Kokkos::parallel_for(
      "boltzmann/line_mirror", Range(0, in.count), KOKKOS_LAMBDA(int m) {
        for (int k = 1; k <= 2; ++k)
          in.deviation(in.face - k * in.inward, 0, 0, m) =
              in.deviation(in.face + k * in.inward, 0, 0, in.count - 1 - m);
      });
}

}  // namespace

Array1<double> KineticLine::owned_density() const {
  return Array1<double>(density_.values().data() + density_.layers()[0], static_cast<std::size_t>(num_cells()));
}

void KineticLine::fill_ghosts() {
  deviation_.exchange();
  if (walls().low >= 0) mirror_kernel({deviation_.values(), velocities_.count, layers(), 1});
  if (walls().high >= 0) mirror_kernel({deviation_.values(), velocities_.count, layers() + walls().high, -1});
}

bool KineticLine::is_finite() const {
  const auto density = owned_density();
  double largest = 0.0;
  Kokkos::parallel_reduce(
      "boltzmann/line_largest", Range(0, num_cells()),
      KOKKOS_LAMBDA(int n, double& most) { most = larger_or_nan(most, kmath::fabs(density(n))); }, MaxOrNan(largest));
  return std::isfinite(largest);
}

void KineticLine::find_rates() {
  const Region region("boltzmann/find_rates");
  fill_ghosts();
  const bool has_gradient = params_.diffusion == DiffusionPart::explicitly;
  if (has_gradient) density_.exchange();
  rates_kernel({deviation_.values(), density_.values(), above_, below_, force_, velocities_, upwind_of(params_.order),
                layers(), 1.0 / params_.spacing(), 1.0 / params_.eps,
                params_.potential.empty() ? 0.0 : 1.0 / std::sqrt(params_.temperature), has_gradient},
               num_faces_, rate_);
}

void KineticLine::settle(double a, const Array1<double>& before) {
  const Region region("boltzmann/settle");
  settle_kernel({rate_, sigma_, velocities_, a / (params_.eps * params_.eps), layers(), walls().low, walls().high,
                 params_.collisions == LinearCollisions::isotropic},
                num_faces_, deviation_.values(), flux_.values());
  flux_.exchange();
  if (solver_) diffuse(a, before);
  divergence_kernel(before, a / params_.spacing(), flux_.values(), owned_density());
}

/// The density that the flux of collisions alone would give is what diffusion starts from. What comes out of the system
/// of equations serves to find g: the density itself follows from fluxes, so that mass is conserved to rounding.
void KineticLine::diffuse(double a, const Array1<double>& before) {
  const auto density = owned_density();
  divergence_kernel(before, a / params_.spacing(), flux_.values(), density);
  const HostArray1<double> line(line_.data(), line_.size());
  Kokkos::deep_copy(line, density);
  solver_->solve(line_);
  Kokkos::deep_copy(density, line);
  density_.exchange();
  diffuse_kernel({density_.values(), sigma_, above_, below_, velocities_, a, params_.eps, modes_.mean_square, layers(),
                  num_faces_},
                 num_cells() + 1, deviation_.values(), flux_.values());
}

void KineticLine::step() {
  Kokkos::deep_copy(before_, owned_density());
  find_rates();
  if (params_.order == 1)
    step_once();
  else
    step_twice();
}

void KineticLine::step_once() {
  first_kernel(deviation_.values(), layers(), dt_, 0.0, 0.0, rate_, base_);
  settle(dt_, before_);
}

/// What an implicit stage did to g, over gamma dt, is its rate of change: (1 - gamma) dt of it belongs to the next one.
void KineticLine::step_twice() {
  const double a = ars_gamma * dt_, again = (1.0 - ars_gamma) / ars_gamma;
  first_kernel(deviation_.values(), layers(), a, ars_delta * dt_, again, rate_, base_);
  settle(a, before_);
  divergence_kernel(before_, (1.0 - ars_gamma) * dt_ / params_.spacing(), flux_.values(), density_base_);
  find_rates();
  second_kernel(deviation_.values(), layers(), again, (1.0 - ars_delta) * dt_, base_, rate_);
  settle(a, density_base_);
}

}  // namespace tessera::sim::boltzmann::diffusive
