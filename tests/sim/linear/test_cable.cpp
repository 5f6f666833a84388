// Long cables, stepped without matrices.
#include <algorithm>
#include <cmath>
#include <limits>

#include "samples.hpp"
#include "sim/linear/cable_step.hpp"
#include "sim/linear/model.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::linear::CableStep;

namespace {

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

/// Of one row: the state after it, and what it measured before.
std::vector<double> stepped(const CableStep& step, const std::vector<double>& x, double w, double u) {
  const Rows result("test/next", 1, static_cast<std::size_t>(step.num_outputs()));
  step.multiply(same_rows(1, x), same_rows(1, {w}), same_rows(1, {u}), result);
  auto all = numbers(result);
  all.resize(static_cast<std::size_t>(step.num_outputs()));
  return all;
}

/// A wave on the way, the same for any number of elements.
std::vector<double> wave_on_the_way(std::int64_t elements) {
  std::vector<double> q, v;
  for (std::int64_t i = 1; i <= elements; ++i) {
    const double x = 2.0 * static_cast<double>(i) / static_cast<double>(elements) - 1.0;
    q.push_back(std::exp(-20.0 * x * x));
    v.push_back(40.0 * x * q.back());
  }
  q.insert(q.end(), v.begin(), v.end());
  return q;
}

LinearParams cable(std::int64_t elements) {
  LinearParams params;
  params.id = "cm";
  params.elements = elements;
  return params;
}

}  // namespace

TEST_CASE("Steps of a cable are those of its matrices", "[linear]") {
  for (const std::int64_t elements : {1, 2, 30, 100})
    for (const double sample_time : {0.1, 2.0}) {
      CAPTURE(elements, sample_time);
      auto params = cable(elements);
      params.sample_time = sample_time;
      const auto model = make_model(sim::linear::linear_system("cm", elements), params);
      const CableStep step(elements, sample_time, 1);
      auto expected = first_state(2 * elements), found = expected;
      for (int n = 0; n < 20; ++n) {
        const double w = 0.3 * std::cos(n), u = std::sin(2.0 * n);
        const auto before = expected;
        for (int i = 0; i < 2 * static_cast<int>(elements); ++i) {
          double sum = model.b1(i, 0) * w + model.b2(i, 0) * u;
          for (std::size_t j = 0; j < before.size(); ++j) sum += model.a(i, static_cast<int>(j)) * before[j];
          expected[static_cast<std::size_t>(i)] = sum;
        }
        auto next = stepped(step, found, w, u);
        CHECK(next[before.size()] == found[static_cast<std::size_t>(elements) - 1]);
        CHECK(next[before.size() + 1] == found.back());
        CHECK(next[before.size() + 2] == 0.0);
        next.resize(before.size());
        found = next;
      }
      // Velocities of the fastest oscillations are some hundred.
      double scale = 0.0;
      for (const double value : expected) scale = std::max(scale, std::abs(value));
      // The matrices' exponential is as wrong as rounding of their norm, some (2 elements)^2, in each step.
      const double norm = 4.0 * static_cast<double>(elements * elements) * sample_time;
      const double rounding = 20.0 * std::numeric_limits<double>::epsilon() * norm;
      CHECK(largest_difference(found, expected) < std::max(2e-11, rounding) * std::max(1.0, scale));
    }
}

TEST_CASE("Two halves of a sample of a long cable are the whole", "[linear]") {
  constexpr std::int64_t elements = 5000;
  const auto start = wave_on_the_way(elements);
  const CableStep whole(elements, 0.1, 1), half(elements, 0.05, 1);
  CHECK(whole.num_substeps() > half.num_substeps());
  const auto expected = stepped(whole, start, 0.4, 2.0);
  auto middle = stepped(half, start, 0.4, 2.0);
  middle.resize(start.size());
  auto found = stepped(half, middle, 0.4, 2.0);
  found.resize(start.size());
  CHECK(largest_difference(found, {expected.begin(), expected.begin() + 2 * elements}) < 1e-10);
}

TEST_CASE("A long cable comes to rest where its spring holds the force", "[linear]") {
  auto params = cable(500);
  params.noise_cov = 0.0;
  params.random_init_state_cov = 0.0;
  const auto environment = make_environment(comm(), params, 1, 2);
  // Displacement 1.5 u / (1/2 + 0.01) at the mass, in proportion before it.
  std::vector<double> rest(1000);
  for (std::size_t i = 0; i < 500; ++i) rest[i] = 1.5 / 0.51 * static_cast<double>(i + 1) / 500.0;
  environment->reset({}, same_rows(2, rest));
  environment->step(same_rows(2, {1.0}));
  CHECK(largest_difference(numbers(environment->state()), numbers(same_rows(2, rest))) < 1e-12);
  const double tip = rest[499];
  CHECK(numbers(environment->observation())[0] == tip);
  CHECK_THAT(numbers(environment->reward())[1], WithinRel(-(tip * tip + 1.5), 1e-14));
  CHECK(environment->dense_model()->a.rows() == 1000);
}

TEST_CASE("Long cables that cannot be stepped", "[linear][bad]") {
  CHECK_THROWS_WITH(CableStep(500, 0.0, 1), Contains("sample_time is 0"));
  auto params = cable(2001);
  const auto environment = make_environment(comm(), params, 1, 1);
  CHECK_FALSE(environment->dense_model().has_value());
  params.init_state = {1.0};
  CHECK_THROWS_WITH(make_environment(comm(), params, 1, 1), Contains("init_state has 1 numbers; 'cm' has 4002 states"));
}
