// Functions of one number against the mathematical library, and their limits.
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "diff/functions.hpp"

using namespace tessera::diff::functions;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Largest relative error of f, in units of the last place.
template <class F, class Exact>
double worst(const F& f, const Exact& exact, double from, double to) {
  double most = 0.0;
  for (int n = 0; n <= 20000; ++n) {
    const double x = from + (to - from) * n / 20000.0;
    const auto y = static_cast<double>(exact(static_cast<long double>(x)));
    most = std::max(most, std::fabs(f(x) - y) / (std::fabs(y) + 1e-300));
  }
  return most / std::numeric_limits<double>::epsilon();
}

long double sigmoid(long double x) { return 1.0L / (1.0L + std::exp(-x)); }

}  // namespace

TEST_CASE("exponentials are right to the last places", "[diff]") {
  CHECK(worst(
            Exp(), [](long double x) { return std::exp(x); }, -700.0, 700.0) < 2.0);
  CHECK(worst(
            Exp(), [](long double x) { return std::exp(x); }, -1.0, 1.0) < 2.0);
  CHECK(Exp()(0.0) == 1.0);
  CHECK(Exp()(1e4) == infinity);
  CHECK(Exp()(-1e4) == 0.0);
  CHECK(std::isnan(Exp()(std::nan(""))));
}

TEST_CASE("activations keep their relative accuracy near zero and far out", "[diff]") {
  CHECK(worst(
            Tanh<0>(), [](long double x) { return std::tanh(x); }, -1e-3, 1.003e-3) < 4.0);
  CHECK(worst(
            Tanh<0>(), [](long double x) { return std::tanh(x); }, -20.0, 20.001) < 4.0);
  CHECK(worst(Sigmoid<0>(), sigmoid, -600.0, 50.0) < 4.0);
  CHECK(worst(
            Sigmoid<1>(), [](long double x) { return sigmoid(x) * sigmoid(-x); }, -300.0, 300.0) < 6.0);
  CHECK(worst(
            Softplus<0>(), [](long double x) { return std::log1p(std::exp(x)); }, -600.0, 50.0) < 4.0);
  CHECK(worst(
            Silu<0>(), [](long double x) { return x * sigmoid(x); }, -600.0, 50.0) < 6.0);
}

TEST_CASE("activations far out", "[diff]") {
  CHECK(Tanh<0>()(1e300) == 1.0);
  CHECK(Tanh<0>()(-1e300) == -1.0);
  CHECK(Sigmoid<0>()(1e300) == 1.0);
  CHECK(Sigmoid<0>()(-1e300) < 1e-300);
  CHECK(Softplus<0>()(1e10) == 1e10);
  CHECK(Silu<1>()(1e10) == Approx(1.0));
  CHECK(Relu<1>()(0.0) == 0.0);
}
