// Minima of functions that are known.
#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/minimise.hpp"

using namespace tessera;

namespace {

/// Rosenbrock's valley of any length.
double valley(const std::vector<double>& x, std::vector<double>& gradient) {
  double value = 0.0;
  gradient.assign(x.size(), 0.0);
  for (std::size_t n = 0; n + 1 < x.size(); ++n) {
    const double a = x[n + 1] - x[n] * x[n], b = 1.0 - x[n];
    value += 100.0 * a * a + b * b;
    gradient[n] += -400.0 * a * x[n] - 2.0 * b;
    gradient[n + 1] += 200.0 * a;
  }
  return value;
}

}  // namespace

TEST_CASE("the end of a curved valley is found") {
  const auto minimum = math::minimise(valley, std::vector<double>(12, -0.5), 1e-9, 2000, "the valley's end");
  for (const double x : minimum.x) CHECK(x == Approx(1.0).epsilon(1e-7));
  CHECK(minimum.gradient_norm < 1e-6);
}

TEST_CASE("too few iterations, and errors of the objective, are reported") {
  const auto early = math::minimise(valley, std::vector<double>(12, -0.5), 1e-9, 3, "the valley's end");
  CHECK_FALSE(early.is_converged);
  CHECK(early.iterations == 3);
  const auto thrower = [](const std::vector<double>&, std::vector<double>&) -> double {
    throw Error::numeric("nothing here");
  };
  CHECK_THROWS_WITH(math::minimise(thrower, {1.0}, 1e-9, 3, "it"), Catch::Contains("nothing here"));
}
