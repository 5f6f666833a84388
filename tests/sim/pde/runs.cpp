#include "runs.hpp"

#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "sim/pde/environment.hpp"

namespace tessera::test {

std::vector<double> run_from(const std::vector<double>& start, const std::string& keys, int samples,
                             const std::vector<double>& actions) {
  return trajectory_from(start, keys, samples, actions).back();
}

std::vector<std::vector<double>> trajectory_from(const std::vector<double>& start, const std::string& keys, int samples,
                                                 const std::vector<double>& actions) {
  const auto params = read_params(keys + "sensor_noise = 0\n");
  const auto environment = sim::pde::make_environment(comm(), params, 1, 1);
  REQUIRE(static_cast<std::int64_t>(start.size()) == environment->info().num_states);
  std::vector<double> pushes(static_cast<std::size_t>(environment->info().num_actions), 0.0);
  if (!actions.empty()) {
    REQUIRE(actions.size() == pushes.size());
    pushes = actions;
  }
  environment->reset({}, to_rows(start));
  std::vector<std::vector<double>> states{start};
  for (int n = 0; n < samples; ++n) {
    environment->step(to_rows(pushes));
    states.push_back(data::host_copy(environment->state(), 0, 1));
  }
  return states;
}

std::vector<double> on_grid(std::int64_t n, double length, const std::function<double(double)>& f) {
  std::vector<double> values;
  for (std::int64_t j = 0; j < n; ++j) values.push_back(f(static_cast<double>(j) * length / static_cast<double>(n)));
  return values;
}

double largest_distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  REQUIRE(std::isfinite(sum_of(a)));
  double result = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) result = std::max(result, std::abs(a[n] - b[n]));
  return result;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

double sum_of_squares(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value * value;
  return sum;
}

double fitted_order(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sum_x = 0.0, sum_y = 0.0, sum_xx = 0.0, sum_xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = std::log(x[i]), b = std::log(y[i]);
    sum_x += a;
    sum_y += b;
    sum_xx += a * a;
    sum_xy += a * b;
  }
  return (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
}

}  // namespace tessera::test
