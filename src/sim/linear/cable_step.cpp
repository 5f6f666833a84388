#include "sim/linear/cable_step.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "base/error.hpp"

namespace tessera::sim::linear {

namespace {

using Complex = std::complex<double>;
constexpr int poles = 4;  // and their conjugates
constexpr double tolerance = 1e-13;

/// Zeros of the denominator, and -2 residue / pole.
constexpr double pole_re[poles] = {10.169446006657515, 9.4063712136907401, 7.738688146830548, 4.6854946328211968};
constexpr double pole_im[poles] = {1.6492017968222277, 4.9692172876232938, 8.370879306237983, 12.01057859981379};
constexpr double pade_weight_re[poles] = {-79.590575460139106, 140.04096010933858, -68.485285914951191,
                                          9.0349012657517154};
constexpr double pade_weight_im[poles] = {2677.5678042944392, -1283.8664935934309, 255.61749564148692,
                                          -12.284949902007309};

/// The rational function itself, as a quotient: of the same values, with less rounding.
Complex pade(Complex z) {
  constexpr int top = 7, bottom = 8;
  double factor = 1.0;
  Complex power = 1.0, above = 1.0, below = 1.0;
  double of_top = 1.0;
  for (int j = 1; j <= bottom; ++j) {
    power *= z;
    factor *= -static_cast<double>(bottom - j + 1) / ((top + bottom - j + 1) * j);
    of_top *= static_cast<double>(top - j + 1) / ((top + bottom - j + 1) * j);
    above += of_top * power;
    below += factor * power;
  }
  return above / below;
}

/// Largest error of a mode's factor.
double error_of(int substeps, double most_frequency, double sample_time) {
  constexpr double least_frequency = 0.1;
  constexpr int samples = 500;
  double most = 0.0;
  for (int n = 0; n <= samples; ++n) {
    const double frequency = least_frequency * std::pow(most_frequency / least_frequency, n / double{samples});
    const double half = 0.5 * cable_damping * frequency * frequency;
    const Complex root = std::sqrt(Complex(half * half - frequency * frequency));
    // Of two real rates, whose product is frequency^2, the slower one without cancellation.
    const Complex fast = -half - root, slow = frequency * frequency / fast;
    for (const Complex rate : {fast, slow}) {
      const Complex z = rate * sample_time;
      most = std::max(most, std::abs(std::pow(pade(z / double(substeps)), substeps) - std::exp(z)));
    }
  }
  return most;
}

/// What a kernel needs of it.
struct Substep {
  Cable cable;
  double off_re[poles], off_im[poles];      // of the tridiagonal matrices
  double shift_re[poles], shift_im[poles];  // pole / timestep
  double weight_re[poles], weight_im[poles];
  double moved_re[poles], moved_im[poles];  // weight / shift
  double timestep;
  Kokkos::View<const double * [2 * poles], Kokkos::LayoutRight, MemSpace> pivots;
  Kokkos::View<double* * [2 * poles], Kokkos::LayoutRight, MemSpace> work;

  /// Displacements q and velocities v after it.
  KOKKOS_FUNCTION void apply(std::int64_t row, double* q, double* v) const {
    forward(row, q, v);
    backward(row, q, v);
  }

 private:
  /// Of what (shift - a)^-1 a x adds to velocities, y, from (shift^2 m + shift d + k) y = -shift (k q + d v) - k v:
  /// small where shift is large, which keeps the weights from magnifying rounding. Up to the substitution.
  KOKKOS_FORCEINLINE_FUNCTION void forward(std::int64_t row, const double* q, const double* v) const {
    const std::int64_t n = cable.elements;
    const double stretch = -cable.stiffness.off;
    double last_re[poles] = {}, last_im[poles] = {};
    for (std::int64_t i = 0; i < n; ++i) {
      const bool is_end = i == n - 1;
      // Differences of neighbours first: that keeps what is smooth to the last digits.
      const double pull_q = stretch * ((i > 0 ? q[i] - q[i - 1] : q[i]) + (is_end ? 0.0 : q[i] - q[i + 1]));
      const double pull_v = stretch * ((i > 0 ? v[i] - v[i - 1] : v[i]) + (is_end ? 0.0 : v[i] - v[i + 1]));
      const double force = pull_q + cable_damping * pull_v + (is_end ? cable_spring * q[i] : 0.0);
      const double stiff = pull_v + (is_end ? cable_spring * v[i] : 0.0);
      const double* pivot = &pivots(i, 0);
      double* z = &work(row, i, 0);
      for (int k = 0; k < poles; ++k) {
        const double p = pivot[k], s = pivot[poles + k];
        const double a_re = p * off_re[k] - s * off_im[k], a_im = p * off_im[k] + s * off_re[k];
        const double right_re = -shift_re[k] * force - stiff, right_im = -shift_im[k] * force;
        const double next_re = p * right_re - s * right_im - a_re * last_re[k] + a_im * last_im[k];
        const double next_im = p * right_im + s * right_re - a_re * last_im[k] - a_im * last_re[k];
        z[k] = last_re[k] = next_re;
        z[poles + k] = last_im[k] = next_im;
      }
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION void backward(std::int64_t row, double* q, double* v) const {
    double last_re[poles] = {}, last_im[poles] = {};
    for (std::int64_t i = cable.elements - 1; i >= 0; --i) {
      const double* pivot = &pivots(i, 0);
      const double* z = &work(row, i, 0);
      double moved[poles], sped[poles];
      for (int k = 0; k < poles; ++k) {
        const double p = pivot[k], s = pivot[poles + k];
        const double a_re = p * off_re[k] - s * off_im[k], a_im = p * off_im[k] + s * off_re[k];
        const double y_re = z[k] - a_re * last_re[k] + a_im * last_im[k];
        const double y_im = z[poles + k] - a_re * last_im[k] - a_im * last_re[k];
        last_re[k] = y_re;
        last_im[k] = y_im;
        moved[k] = moved_re[k] * y_re - moved_im[k] * y_im;
        sped[k] = weight_re[k] * y_re - weight_im[k] * y_im;
      }
      q[i] += timestep * v[i] + ((moved[0] + moved[1]) + (moved[2] + moved[3]));
      v[i] += (sped[0] + sped[1]) + (sped[2] + sped[3]);
    }
  }
};

}  // namespace

int num_cable_substeps(std::int64_t elements, double sample_time) {
  if (!(sample_time > 0.0))
    throw Error::input(fmt::format("sample_time is {}, expected a positive number", sample_time));
  const double most_frequency = std::sqrt(12.0) * static_cast<double>(elements) / cable_length;
  int substeps = 1;
  while (error_of(substeps, most_frequency, sample_time) > tolerance * std::sqrt(double(substeps)))
    substeps += 1 + substeps / 16;
  return substeps;
}

CableStep::CableStep(std::int64_t elements, double sample_time, std::int64_t rows)
    : cable_(elements), substeps_(num_cable_substeps(elements, sample_time)) {
  timestep_ = sample_time / substeps_;
  const auto n = static_cast<std::size_t>(elements);
  pivots_ = decltype(pivots_)("sim/linear/cable_pivots", n);
  work_ = decltype(work_)("sim/linear/cable_work", static_cast<std::size_t>(rows), n);
  const auto host = Kokkos::create_mirror_view(pivots_);
  for (int k = 0; k < poles; ++k) {
    const Complex shift = Complex(pole_re[k], pole_im[k]) / timestep_;
    const auto together = [&](double of_mass, double of_damping, double of_stiffness) {
      return shift * (shift * of_mass + of_damping) + of_stiffness;
    };
    const Complex off = together(cable_.mass.off, cable_.damping.off, cable_.stiffness.off);
    Complex reciprocal;
    for (std::size_t i = 0; i < n; ++i) {
      const Complex diagonal = i + 1 == n
                                   ? together(cable_.mass.last, cable_.damping.last, cable_.stiffness.last)
                                   : together(cable_.mass.diagonal, cable_.damping.diagonal, cable_.stiffness.diagonal);
      reciprocal = 1.0 / (diagonal - off * off * reciprocal);
      host(i, k) = reciprocal.real();
      host(i, poles + k) = reciprocal.imag();
    }
  }
  Kokkos::deep_copy(pivots_, host);
}

void CableStep::multiply(const Rows& x, const Rows& w, const Rows& u, const Rows& result) const {
  Substep substep{};
  substep.cable = cable_;
  substep.pivots = pivots_;
  substep.work = work_;
  substep.timestep = timestep_;
  for (int k = 0; k < poles; ++k) {
    const Complex shift = Complex(pole_re[k], pole_im[k]) / timestep_;
    const Complex off = shift * (shift * cable_.mass.off + cable_.damping.off) + cable_.stiffness.off;
    const Complex moved = Complex(pade_weight_re[k], pade_weight_im[k]) / shift;
    substep.off_re[k] = off.real();
    substep.off_im[k] = off.imag();
    substep.shift_re[k] = shift.real();
    substep.shift_im[k] = shift.imag();
    substep.weight_re[k] = pade_weight_re[k];
    substep.weight_im[k] = pade_weight_im[k];
    substep.moved_re[k] = moved.real();
    substep.moved_im[k] = moved.imag();
  }
  const std::int64_t n = cable_.elements;
  const int count = substeps_;
  // At rest under a unit of force.
  const double slope = 1.0 / (1.0 + cable_spring * cable_length) * cable_length / static_cast<double>(n);
  Kokkos::parallel_for(
      "sim/linear/step_cable", Range(0, static_cast<std::int64_t>(x.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        const double rest = slope * (cable_control * u(row, 0) + w(row, 0));
        double* q = &result(row, 0);
        double* v = q + n;
        for (std::int64_t i = 0; i < n; ++i) {
          q[i] = x(row, i) - rest * static_cast<double>(i + 1);
          v[i] = x(row, n + i);
        }
        for (int s = 0; s < count; ++s) substep.apply(row, q, v);
        for (std::int64_t i = 0; i < n; ++i) q[i] += rest * static_cast<double>(i + 1);
        result(row, 2 * n) = x(row, n - 1);
        result(row, 2 * n + 1) = x(row, 2 * n - 1);
        result(row, 2 * n + 2) = 0.0;
      });
}

}  // namespace tessera::sim::linear
