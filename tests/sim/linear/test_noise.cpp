// What is drawn, and where it acts.
#include "math/matrix.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;
using sim::Observe;

namespace {

constexpr std::int64_t num_draws = 20000;

LinearParams quiet_start(const std::string& id, Observe observe) {
  LinearParams params;
  params.id = id;
  params.noise_cov = 0.25;
  params.random_init_state_cov = 0.0;
  params.observe = observe;
  return params;
}

/// E a b' over the rows, whose mean is 0.
Matrix covariance(const Rows& a, const Rows& b) {
  const auto x = numbers(a), y = numbers(b);
  const std::size_t n = a.extent(1), m = b.extent(1), count = a.extent(0);
  Matrix sum(static_cast<int>(n), static_cast<int>(m));
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < m; ++j)
        sum(static_cast<int>(i), static_cast<int>(j)) += x[row * n + i] * y[row * m + j];
  return (1.0 / static_cast<double>(count)) * sum;
}

/// 4.5 standard errors, of numbers whose variances are at most v and w.
bool agree(const Matrix& found, const Matrix& expected, double v, double w) {
  return math::largest(found - expected) < 4.5 * std::sqrt(2.0 * v * w / static_cast<double>(num_draws));
}

Rows no_actions(const LinearEnvironment& environment) {
  return same_rows(environment.rows().count,
                   std::vector<double>(static_cast<std::size_t>(environment.info().num_actions)));
}

Rows copy(const Rows& rows) {
  Rows result("test/copy", rows.extent(0), rows.extent(1));
  Kokkos::deep_copy(result, rows);
  return result;
}

}  // namespace

TEST_CASE("One disturbance moves the state and is in the measurement", "[linear]") {
  for (const Observe observe : {Observe::before, Observe::after}) {
    const auto environment = make_environment(comm(), quiet_start("he4", observe), 5, num_draws);
    const auto model = *environment->dense_model();
    const auto before = 0.25 * math::times_transposed(model.d21, model.d21);
    const auto moved = 0.25 * math::times_transposed(model.b1, model.b1);
    const auto both = 0.25 * math::times_transposed(model.b1, model.d21);
    const double v = math::largest(moved), w = math::largest(before);
    environment->reset({});
    const Rows at_reset = copy(environment->observation());
    CHECK(agree(covariance(at_reset, at_reset), before, w, w));
    environment->step(no_actions(*environment));
    const auto& x = environment->state();
    CHECK(agree(covariance(x, x), moved, v, v));
    // The measurement with the same w is the one that was seen of the state before: by the step, or already at reset.
    const Rows seen = observe == Observe::before ? environment->observation() : at_reset;
    CHECK(agree(covariance(x, seen), both, v, w));
    CHECK(math::largest(both) > 4.5 * std::sqrt(2.0 * v * w / static_cast<double>(num_draws)));
    if (observe == Observe::before) {
      CHECK(agree(covariance(x, at_reset), Matrix(both.rows(), both.cols()), v, w));
    } else {  // y = c x + d21 w with a w of its own
      const auto expected = moved * math::transposed(model.c);
      CHECK(agree(covariance(x, environment->observation()), expected, v, w + math::largest(expected)));
    }
  }
}

TEST_CASE("First states are drawn around their mean", "[linear]") {
  LinearParams params;
  params.id = "he1";
  params.init_state = {1.0, -2.0, 3.0, 0.0};
  params.random_init_state_cov = 0.36;
  const auto environment = make_environment(comm(), params, 5, num_draws);
  environment->reset({});
  Rows x = copy(environment->state());
  auto values = numbers(x);
  for (std::size_t n = 0; n < values.size(); ++n) values[n] -= params.init_state[n % 4];
  data::set_rows(x, 0, values);
  CHECK(agree(covariance(x, x), Matrix::identity(4, 0.36), 0.36, 0.36));
  CHECK(environment->dense_model()->mean_start == params.init_state);
  params.random_init_state_cov = 0.0;
  const auto still = make_environment(comm(), params, 5, 3);
  still->reset({});
  CHECK(numbers(still->state()) == numbers(same_rows(3, params.init_state)));
}

TEST_CASE("Draws belong to episode and seed, not to the place in a batch", "[linear]") {
  LinearParams params;
  params.id = "he4";
  const auto run = [&](sim::Episodes episodes, std::int64_t rows, std::uint32_t seed) {
    const auto environment = make_environment(comm(), params, seed, rows);
    environment->reset(episodes);
    for (int n = 0; n < 3; ++n) step_by_wave(*environment);
    return all_numbers(*environment);
  };
  const auto all = run({}, 12, 5);
  const auto width = static_cast<std::ptrdiff_t>(all.size() / 12);
  CHECK(run({.first = 7}, 5, 5) == std::vector<double>(all.begin() + 7 * width, all.end()));
  CHECK(run({}, 12, 6) != all);
  // Starts are shared, what happens then is not.
  const auto shared = make_environment(comm(), params, 5, 6);
  shared->reset({.first = 0, .per_start = 3});
  const auto x = numbers(shared->state());
  const auto start = [&](std::ptrdiff_t row) {
    return std::vector<double>(x.begin() + 8 * row, x.begin() + 8 * (row + 1));
  };
  CHECK(start(0) == start(2));
  CHECK(start(3) == start(5));
  CHECK(start(0) != start(3));
  step_by_wave(*shared);
  const auto later = numbers(shared->state());
  CHECK(later[0] != later[8]);
}

TEST_CASE("Disturbances that are given are the ones that act and are seen", "[linear]") {
  for (const Observe observe : {Observe::before, Observe::after}) {
    const auto environment = make_environment(comm(), quiet_start("he4", observe), 5, 2);
    const auto model = *environment->dense_model();
    environment->reset({});
    const std::vector<double> w{0.5, -1.0, 2.0};
    environment->step(no_actions(*environment), same_rows(2, w));
    Matrix given(3, 1);
    for (int i = 0; i < 3; ++i) given(i, 0) = w[static_cast<std::size_t>(i)];
    const Matrix x = model.b1 * given;
    Matrix y = model.d21 * given;
    if (observe == Observe::after) y += model.c * x;
    for (int i = 0; i < 8; ++i) CHECK_THAT(environment->state()(1, i), WithinAbs(x(i, 0), 1e-15));
    for (int i = 0; i < 2; ++i) CHECK_THAT(environment->observation()(1, i), WithinAbs(y(i, 0), 1e-14));
    // The next ones are drawn again.
    environment->step(no_actions(*environment));
    CHECK(environment->state()(0, 0) != environment->state()(1, 0));
  }
}
