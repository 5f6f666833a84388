#include "sim/linear/model.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "math/expm.hpp"
#include "math/linear.hpp"

namespace tessera::sim::linear {

namespace {

using math::Matrix;

constexpr double least_measurement_noise = 1e-6;  // of noise_cov
/// Eigenvalues this small beside the largest one are rounding errors of 0.
constexpr double negligible = 1e-15;

void discretise(DenseModel& model, const LinearSystem& system, double sample_time) {
  const auto held = [&] {
    try {
      return math::zero_order_hold(system.a, math::beside(system.b1, system.b2), sample_time);
    } catch (const Error& error) {
      throw Error::input(fmt::format("'{}' with sample_time = {}: {}", system.id, sample_time, error.what()));
    }
  }();
  model.a = held.a;
  model.b1 = held.b.columns(0, system.b1.cols());
  model.b2 = held.b.columns(system.b1.cols(), system.b2.cols());
}

void set_cost(DenseModel& model) {
  model.q = math::transposed_times(model.c1, model.c1);
  model.s = math::transposed_times(model.c1, model.d12);
  if (math::largest(model.s) == 0.0) model.s = {};
}

void set_noise(DenseModel& model, double noise_cov, Fidelity fidelity) {
  const int outputs = model.c.rows();
  model.process = math::times_transposed(model.b1, model.b1);
  model.measurement = math::times_transposed(model.d21, model.d21);
  if (fidelity == Fidelity::reference) {
    const auto values = math::symmetric_eigenvalues(model.measurement);
    if (values.front() <= negligible * values.back()) model.measurement = Matrix::identity(outputs, noise_cov);
    return;
  }
  const double variance = noise_cov > 0.0 ? noise_cov : 1.0;
  model.measurement += Matrix::identity(outputs, least_measurement_noise);
  model.measurement *= variance;
  model.process *= variance;
  model.correlation = variance * math::times_transposed(model.b1, model.d21);
  if (math::largest(model.correlation) == 0.0) model.correlation = {};
}

}  // namespace

std::string too_large(std::int64_t states) {
  return fmt::format("{} states are too many for dense matrices; up to {} are possible", states, max_states);
}

DenseModel make_outputs(const LinearSystem& system, const LinearParams& params) {
  const auto states = static_cast<std::size_t>(system.c.cols());
  if (!params.init_state.empty() && params.init_state.size() != states)
    throw Error::input(
        fmt::format("init_state has {} numbers; '{}' has {} states", params.init_state.size(), system.id, states));
  DenseModel model;
  model.c1 = system.c1;
  model.d11 = system.d11;
  model.d12 = system.d12;
  model.c = system.c;
  model.d21 = system.d21;
  model.r = math::transposed_times(model.d12, model.d12);
  if (system.has_scalar_weight) model.r = Matrix::identity(model.r.rows(), math::symmetric_eigenvalues(model.r).back());
  model.mean_start = params.init_state;
  model.has_disturbance = true;
  return model;
}

DenseModel make_model(const LinearSystem& system, const LinearParams& params) {
  if (system.a.rows() > max_states) throw Error::input(too_large(system.a.rows()));
  DenseModel model = make_outputs(system, params);
  if (is_discrete(system.is_discrete, params.fidelity)) {
    if (params.sample_time.value_or(discrete_sample_time) != discrete_sample_time)
      throw Error::input(
          fmt::format("sample_time = {} for '{}', a model in discrete time", *params.sample_time, system.id));
    model.a = system.a;
    model.b1 = system.b1;
    model.b2 = system.b2;
  } else {
    discretise(model, system, params.sample_time.value_or(default_sample_time));
  }
  set_cost(model);
  set_noise(model, params.noise_cov, params.fidelity);
  return model;
}

}  // namespace tessera::sim::linear
