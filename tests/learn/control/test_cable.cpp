// Regulators of cables: against dense ones, and as long as they get.
#include <cmath>

#include "base/error.hpp"
#include "learn/control/lqr.hpp"
#include "learn/control/modal_gain.hpp"
#include "math/control.hpp"
#include "math/modal_riccati.hpp"
#include "sim/linear/cable_modes.hpp"
#include "sim/linear/linear_environment.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;

namespace {

struct Sampled {
  Matrix a, b, c;
};

/// As the generator of the models has it, with matrices.
Sampled dense_cable(int n, double sample_time) {
  const double h = 2.0 / n;
  Matrix m(n, n), k(n, n), d(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = std::max(i - 1, 0); j <= std::min(i + 1, n - 1); ++j) {
      m(i, j) = h / 6.0 * (i == j ? 4.0 : 1.0);
      k(i, j) = (i == j ? 2.0 : -1.0) / h;
      d(i, j) = 5e-5 * k(i, j);
    }
  m(n - 1, n - 1) = h / 3.0 + 1.5;
  k(n - 1, n - 1) = 1.0 / h + 0.01;
  d(n - 1, n - 1) = 5e-5 / h;
  Matrix a(2 * n, 2 * n), b(2 * n, 1), e(n, 1), c(2, 2 * n);
  a.set_block(0, n, Matrix::identity(n));
  a.set_block(n, 0, -1.0 * math::solve(m, k, "M"));
  a.set_block(n, n, -1.0 * math::solve(m, d, "M"));
  e(n - 1, 0) = 1.5;
  b.set_block(n, 0, math::solve(m, e, "M"));
  c(0, n - 1) = c(1, 2 * n - 1) = 1.0;
  const auto sampled = math::zero_order_hold(a, b, sample_time);
  return {sampled.a, sampled.b, c};
}

Matrix as_row(const std::vector<double>& values) {
  Matrix row(1, static_cast<int>(values.size()));
  std::copy(values.begin(), values.end(), row.data());
  return row;
}

learn::control::ModalGain gain_of(std::int64_t elements, double sample_time) {
  return learn::control::modal_gain(sim::linear::cable_modal_model(elements, sample_time));
}

}  // namespace

TEST_CASE("regulators of cables are those of controlgym", "[control]") {
  for (int model = 1; model <= 5; ++model) {
    CAPTURE(model);
    const Matrix expected = read_golden(regulators_path(), "cm" + std::to_string(model) + "/lqr/gain");
    const auto found = gain_of(expected.cols() / 2, 0.1);
    CHECK(math::largest(as_row(found.gain) - expected) < 1e-7 * math::largest(expected));
    CHECK(found.design.residual < 1e-9);
  }
}

TEST_CASE("a cable whose fast modes die within a sample is regulated as its matrices say", "[control]") {
  // Samples of 60: of frequencies up to 173, those above 141 are left out.
  const auto cable = dense_cable(100, 60.0);
  const auto expected = math::regulator(cable.a, cable.b, transposed_times(cable.c, cable.c), {{1.5}});
  const sim::linear::CableModes modes(100, 60.0);
  CHECK(modes.system().values.size() < 95);
  const auto found = gain_of(100, 60.0);
  CHECK(math::largest(as_row(found.gain) - expected.gain) < 1e-8 * math::largest(expected.gain));
}

TEST_CASE("costs of cables are those of their matrices", "[control]") {
  constexpr int n = 40;
  const auto cable = dense_cable(n, 0.1);
  const sim::linear::CableModes modes(n, 0.1);
  const auto& system = modes.system();
  const auto found = math::modal_regulator(system, 1.5);
  const auto expected = math::regulator(cable.a, cable.b, transposed_times(cable.c, cable.c), {{1.5}});
  const auto moving = modes.moving_mass(), displaced = modes.displaced_mass();
  CHECK_THAT(math::modal_cost(system, found, moving), WithinRel(expected.riccati(2 * n - 1, 2 * n - 1), 1e-8));
  CHECK_THAT(math::modal_cost(system, found, displaced), WithinRel(expected.riccati(n - 1, n - 1), 1e-8));
  CHECK(found.gain_error < 1e-7);  // entries of P lose a factor of 1 - |value|^2 = 1e-6 to rounding
}

TEST_CASE("a long cable costs less when it is regulated, on any number of ranks", "[control]") {
  sim::linear::LinearParams params;
  params.id = "cm";
  params.elements = 300;
  params.noise_cov = 0.0;
  const auto environment = sim::linear::make_environment(comm(), params, 3, 3);
  learn::control::LqrController controller(*environment, {});
  CHECK(controller.design().what == "regulator (from modes)");
  CHECK(controller.design().residual < 1e-8);
  CHECK(controller.design().radius < 1.0);
  const std::int64_t rows = environment->rows().count;
  const sim::Environment::Rows actions("test/actions", static_cast<std::size_t>(rows), 1);
  const auto cost = [&](bool is_regulated) {
    double sum = 0.0;
    Kokkos::deep_copy(actions, 0.0);
    environment->reset({});
    for (int n = 0; n < 300; ++n) {
      if (is_regulated) controller.decide(*environment, actions, {});
      environment->step(actions);
      for (const double reward :
           data::host_copy(sim::Environment::Rows(environment->reward().data(), actions.extent(0), 1), 0, rows))
        sum -= reward;
    }
    return sum;
  };
  const double left_alone = cost(false), regulated = cost(true);
  if (rows > 0) CHECK(left_alone > 0.0);
  CHECK(regulated <= 0.5 * left_alone);
}

TEST_CASE("cables and modal systems that make no sense are refused", "[control]") {
  CHECK_THROWS_WITH(sim::linear::CableModes(1, 0.1), Contains("at least 2"));
  CHECK_THROWS_WITH(sim::linear::CableModes(10, 0.0), Contains("sample_time"));
  CHECK_THROWS_WITH(sim::linear::CableModes(100000, 1e-4), Contains("do not oscillate"));
  CHECK_THROWS_WITH(math::modal_regulator({{1.0}, {1.0}, {1.0}, 1, {0.0}}, 1.0), Contains("damped"));
  CHECK_THROWS_WITH(math::modal_regulator({{0.5}, {1.0}, {1.0}, 1, {0.0}}, 0.0), Contains("positive"));
  CHECK_THROWS_WITH(math::modal_regulator({{0.5}, {1.0}, {}, 1, {0.0}}, 1.0), Contains("do not go together"));
}
