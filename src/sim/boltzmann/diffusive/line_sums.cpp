#include "sim/boltzmann/diffusive/line_sums.hpp"

#include <cmath>
#include <numbers>

#include "base/sum.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

enum Term { mass, size, cosine, sine, entropy, deviation, energy, num_terms };

struct SumInputs {
  data::Array4<double> density, g;
  Array1<double> cell_weight, face_weight;
  LineVelocities velocities;
  double dx, wave_number, eps, mean_square;
  std::int64_t first;
  int layers, cells, low_wall, high_wall;
};

/// A cell and the face on its low side; a wall stands for half of what a face does.
void add_terms(const SumInputs& in, int faces, ExactSums<num_terms>& sums) {
  Kokkos::parallel_reduce(
      "boltzmann/line_sums", Range(0, faces),
      KOKKOS_LAMBDA(int n, ExactSums<num_terms>& sum) {
        if (n < in.cells) {
          const double rho = in.density(n + 1, 0, 0, 0);
          const double angle = in.wave_number * in.dx * (static_cast<double>(in.first + n) + 0.5);
          sum.part[mass].add(rho);
          sum.part[size].add(kmath::fabs(rho));
          sum.part[cosine].add(rho * kmath::cos(angle));
          sum.part[sine].add(rho * kmath::sin(angle));
          sum.part[entropy].add(in.cell_weight(n) * rho * rho);
          sum.part[energy].add(in.mean_square * rho);
        }
        double squares = 0.0, second = 0.0;
        for (int m = 0; m < in.velocities.count; ++m) {
          const double value = in.eps * in.g(n + in.layers, 0, 0, m), v = in.velocities.node(m);
          squares += in.velocities.weight(m) * value * value;
          second += in.velocities.weight(m) * v * v * value;
        }
        const double part = n == in.low_wall || n == in.high_wall ? 0.5 : 1.0;
        sum.part[entropy].add(part * in.face_weight(n) * squares);
        sum.part[deviation].add(part * squares);
        sum.part[energy].add(part * second);
      },
      Kokkos::Sum<ExactSums<num_terms>>(sums));
}

void flux_kernel(const data::Array4<double>& g, int layers, const LineVelocities& all, const data::Array4<double>& flux,
                 int cells) {
  Kokkos::parallel_for(
      "boltzmann/line_flux", Range(0, cells), KOKKOS_LAMBDA(int n) {
        double sum = 0.0;
        for (int m = 0; m < all.count; ++m)
          sum += all.weight(m) * all.node(m) * (g(n + layers, 0, 0, m) + g(n + layers + 1, 0, 0, m));
        flux(n, 0, 0, 0) = 0.5 * sum;
      });
}

void distribution_kernel(const data::Array4<double>& density, const data::Array4<double>& g, int layers, double eps,
                         const data::Array4<double>& f, int cells) {
  const auto count = static_cast<int>(f.extent(3));
  Kokkos::parallel_for(
      "boltzmann/line_distribution", Range(0, cells), KOKKOS_LAMBDA(int n) {
        for (int m = 0; m < count; ++m)
          f(n, 0, 0, m) = density(n + 1, 0, 0, 0) + 0.5 * eps * (g(n + layers, 0, 0, m) + g(n + layers + 1, 0, 0, m));
      });
}

/// Without the digits that rounding has made: what cancels to nothing has no others, and these would depend on ranks.
double without_noise(double value, double scale) {
  const double sum = as_stored(scale + value);
  return sum - scale;
}

}  // namespace

LineSums sum_line(const KineticLine& line) {
  const auto& params = line.params();
  const auto& mesh = line.density().mesh();
  const int cells = mesh.count()[0];
  const bool has_walls = !params.is_periodic();
  const double length = params.length, dx = params.spacing();
  ExactSums<num_terms> sums;
  add_terms(
      {line.density().values(), line.deviation().values(), line.cell_weight(), line.face_weight(), line.velocities(),
       dx, (has_walls ? 1.0 : 2.0) * std::numbers::pi / length, params.eps, line.modes().mean_square, mesh.first()[0],
       line.layers(), cells, has_walls && mesh.first()[0] == 0 ? 0 : -1, line.num_faces() > cells ? cells : -1},
      line.num_faces(), sums);
  all_reduce(mesh.comm(), sums.part, num_terms);
  const auto value = [&](Term term) { return dx * sums.part[term].value(); };
  const auto wave = [&](Term term) { return 2.0 / length * without_noise(value(term), value(size)); };
  return {value(mass),        wave(cosine), wave(sine), 0.5 * value(entropy), std::sqrt(value(deviation)),
          0.5 * value(energy)};
}

void write_flux(const KineticLine& line, data::Field& flux) {
  flux_kernel(line.deviation().values(), line.layers(), line.velocities(), flux.values(), flux.mesh().count()[0]);
}

void write_distribution(const KineticLine& line, data::Field& distribution) {
  distribution_kernel(line.density().values(), line.deviation().values(), line.layers(), line.params().eps,
                      distribution.values(), distribution.mesh().count()[0]);
}

}  // namespace tessera::sim::boltzmann::diffusive
