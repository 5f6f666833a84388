// Published models as environments hand them over.
#pragma once

#include <string>

#include "catch.hpp"
#include "dense_environment.hpp"
#include "math/expm.hpp"
#include "math/golden.hpp"
#include "math/linear.hpp"
#include "sim/controller.hpp"

namespace tessera::test {

/// Gains of partial differential equations, and episodes.
inline std::string regulators_path() { return data_path("controlgym/regulators.h5"); }

/// A system of tests/data/controlgym/linear.h5, held over samples of 0.1, with the filter's weights of the reference.
inline sim::DenseModel linear_system(const std::string& id) {
  const auto read = [&](const std::string& name) { return read_golden(golden_path(), id + "/" + name); };
  const auto b1 = read("B1"), b2 = read("B2");
  const auto sampled = math::zero_order_hold(read("A"), math::beside(b1, b2), 0.1);
  sim::DenseModel model;
  model.a = sampled.a;
  model.b1 = sampled.b.columns(0, b1.cols());
  model.b2 = sampled.b.columns(b1.cols(), b2.cols());
  model.c1 = read("C1");
  model.d11 = read("D11");
  model.d12 = read("D12");
  model.c = read("C");
  model.d21 = read("D21");
  model.q = math::transposed_times(model.c1, model.c1);
  model.r = read("discrete/R");
  model.s = math::transposed_times(model.c1, model.d12);
  model.process = math::times_transposed(model.b1, model.b1);
  model.measurement = math::times_transposed(model.d21, model.d21);
  if (math::symmetric_eigenvalues(model.measurement).front() <= 0.0)
    model.measurement = math::Matrix::identity(model.d21.rows(), 0.1);
  model.has_disturbance = true;
  return model;
}

/// What a controller made of row 0.
struct Episode {
  double total = 0.0;  // as controlgym counts: without the last reward
  std::vector<double> state;
};

inline Episode run(DenseEnvironment& environment, sim::Controller& controller, int steps) {
  const auto width = static_cast<std::size_t>(environment.info().num_actions);
  const sim::Environment::Rows actions("actions", environment.state().extent(0), width);
  controller.start(environment);
  Episode episode;
  for (int step = 0; step < steps; ++step) {
    if (step > 0) episode.total += environment.reward()(0);
    controller.decide(environment, actions, {});
    environment.step(actions);
    controller.learn_of_step(environment, actions);
  }
  episode.state = environment.whole(0);
  return episode;
}

/// A column of rows, as numbers.
inline std::vector<double> numbers(const math::Matrix& column) {
  return {column.data(), column.data() + column.rows() * column.cols()};
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : 1e300;
  for (std::size_t n = 0; n < std::min(a.size(), b.size()); ++n) largest = std::max(largest, std::abs(a[n] - b[n]));
  return largest;
}

}  // namespace tessera::test
