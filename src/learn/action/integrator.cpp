#include "learn/action/integrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace tessera::learn::action {

namespace {

using State = OdeIntegrator::State;

// Dormand and Prince, table 2 of their paper.
const std::vector<std::vector<double>>& dp5_stages() {
  static const std::vector<std::vector<double>> rows{
      {1.0 / 5.0},
      {3.0 / 40.0, 9.0 / 40.0},
      {44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0},
      {19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0},
      {9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0},
      {35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0}};
  return rows;
}
constexpr std::array<double, 7> dp5_times{0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0, 1.0};
/// Of the fifth order less those of the fourth.
constexpr std::array<double, 7> dp5_error{71.0 / 57600.0,      0.0,          -71.0 / 16695.0, 71.0 / 1920.0,
                                          -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0};

struct Weighted {
  State stage[7];
  double weight[7] = {};
  int count = 0;
};

void add_stages(const State& y, const Weighted& sum, std::int64_t rows, const State& result) {
  const auto width = static_cast<int>(y.extent(1));
  Kokkos::parallel_for(
      "action/combine", Range(0, rows), KOKKOS_LAMBDA(std::int64_t row) {
        for (int c = 0; c < width; ++c) {
          double value = y(row, c);
          for (int n = 0; n < sum.count; ++n) value += sum.weight[n] * sum.stage[n](row, c);
          result(row, c) = value;
        }
      });
}

double scaled_error(const State& y, const State& next, const Weighted& error, std::int64_t rows,
                    const StepControl& control) {
  const auto width = static_cast<int>(y.extent(1));
  const double relative = control.relative, absolute = control.absolute;
  double largest = 0.0;
  Kokkos::parallel_reduce(
      "action/step_error", Range(0, rows),
      KOKKOS_LAMBDA(std::int64_t row, double& most) {
        for (int c = 0; c < width; ++c) {
          double value = 0.0;
          for (int n = 0; n < error.count; ++n) value += error.weight[n] * error.stage[n](row, c);
          const double before = kmath::fabs(y(row, c)), after = kmath::fabs(next(row, c));
          const double scaled = kmath::fabs(value) / (absolute + relative * (before > after ? before : after));
          if (!(scaled <= most)) most = scaled == scaled ? scaled : 1e300;
        }
      },
      Kokkos::Max<double>(largest));
  return largest;
}

}  // namespace

void OdeIntegrator::reserve(const State& y, std::int64_t count, std::size_t stages) {
  if (stages_.size() >= stages && static_cast<std::int64_t>(trial_.extent(0)) >= count) return;
  const auto rows = static_cast<std::size_t>(count);
  trial_ = State("action/trial", rows, y.extent(1));
  stages_.clear();
  for (std::size_t n = 0; n < stages; ++n) stages_.emplace_back("action/stage", rows, y.extent(1));
}

void OdeIntegrator::evaluate(const Rate& rate, double t, const State& y, std::int64_t count, std::size_t stage) {
  rate(t, y, count, stages_[stage]);
  ++evaluations_;
}

void OdeIntegrator::combine(const State& y, std::int64_t count, double dt, const std::vector<double>& weights,
                            const State& result) {
  Weighted sum;
  for (std::size_t n = 0; n < weights.size(); ++n) {
    if (weights[n] == 0.0) continue;
    sum.stage[sum.count] = stages_[n];
    sum.weight[sum.count++] = dt * weights[n];
  }
  add_stages(y, sum, count, result);
}

void OdeIntegrator::advance(const Rate& rate, double t, double dt, const State& y, std::int64_t count) {
  if (method_ == OdeMethod::dp5) return advance_adaptively(rate, t, dt, y, count);
  reserve(y, count, method_ == OdeMethod::euler ? 1 : method_ == OdeMethod::heun ? 2 : 4);
  evaluate(rate, t, y, count, 0);
  if (method_ == OdeMethod::euler) return combine(y, count, dt, {1.0}, y);
  if (method_ == OdeMethod::heun) {
    combine(y, count, dt, {1.0}, trial_);
    evaluate(rate, t + dt, trial_, count, 1);
    return combine(y, count, dt, {0.5, 0.5}, y);
  }
  combine(y, count, dt, {0.5}, trial_);
  evaluate(rate, t + 0.5 * dt, trial_, count, 1);
  combine(y, count, dt, {0.0, 0.5}, trial_);
  evaluate(rate, t + 0.5 * dt, trial_, count, 2);
  combine(y, count, dt, {0.0, 0.0, 1.0}, trial_);
  evaluate(rate, t + dt, trial_, count, 3);
  combine(y, count, dt, {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0}, y);
}

double OdeIntegrator::largest_error(const State& y, std::int64_t count, double dt) const {
  Weighted error;
  for (std::size_t n = 0; n < dp5_error.size(); ++n) {
    error.stage[n] = stages_[n];
    error.weight[n] = dt * dp5_error[n];
  }
  error.count = static_cast<int>(dp5_error.size());
  return comm_.all_reduce(scaled_error(y, trial_, error, count, control_), Op::max);
}

void OdeIntegrator::advance_adaptively(const Rate& rate, double t, double dt, const State& y, std::int64_t count) {
  constexpr double safety = 0.9, slowest = 0.2, fastest = 5.0;
  reserve(y, count, dp5_times.size());
  const double sign = dt < 0.0 ? -1.0 : 1.0, end = t + dt;
  if (!(next_ > 0.0)) next_ = control_.first_step.value_or(0.01 * std::fabs(dt));
  evaluate(rate, t, y, count, 0);
  while (sign * (end - t) > 0.0) {
    const double left = std::fabs(end - t), step = std::min(next_, left), h = sign * step;
    if (step < 1e-14 * std::fabs(dt) && step < left)
      throw Error::numeric(
          fmt::format("steps of dp5 have got too small at t = {:g}: the field is too rough, or not "
                      "finite where particles are",
                      t));
    for (std::size_t n = 1; n < dp5_times.size(); ++n) {
      combine(y, count, h, dp5_stages()[n - 1], trial_);
      evaluate(rate, t + dp5_times[n] * h, trial_, count, n);
    }
    const double error = largest_error(y, count, h);
    const double factor = std::clamp(safety * std::pow(std::max(error, 1e-10), -0.2), slowest, fastest);
    if (error <= 1.0) {
      t = step < left ? t + h : end;
      Kokkos::deep_copy(Kokkos::subview(y, std::make_pair(std::int64_t{0}, count), Kokkos::ALL()),
                        Kokkos::subview(trial_, std::make_pair(std::int64_t{0}, count), Kokkos::ALL()));
      std::swap(stages_[0], stages_[6]);  // the last evaluation is the first of the next step
    }
    // A step that was cut at the end says nothing against longer ones.
    if (error > 1.0 || step == next_ || factor < 1.0) next_ = step * factor;
  }
}

}  // namespace tessera::learn::action
