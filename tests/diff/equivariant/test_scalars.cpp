// Activations, bases and networks of scalars against those of the libraries that published models come from.
#include <cmath>

#include "catch.hpp"
#include "diff/equivariant/activations.hpp"
#include "diff/equivariant/bases.hpp"
#include "diff/equivariant/scalar_mlp.hpp"
#include "golden_layout.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

TEST_CASE("activations and their slopes are the library's", "[diff]") {
  const auto x = primitive("activation/x").numbers;
  const auto count = static_cast<std::int64_t>(x.size());
  std::vector<double> y(x.size()), slope(x.size(), 1.0);
  scaled_silu(count, x.data(), y.data());
  scaled_silu_reverse(count, x.data(), slope.data());
  CHECK(largest_difference(y, primitive("activation/silu").numbers) < 1e-13);
  CHECK(largest_difference(slope, primitive("activation/silu_derivative").numbers) < 1e-13);
  slope.assign(x.size(), 1.0);
  scaled_tanh(count, x.data(), y.data());
  scaled_tanh_reverse(count, x.data(), slope.data());
  CHECK(largest_difference(y, primitive("activation/tanh").numbers) < 1e-13);
  CHECK(largest_difference(slope, primitive("activation/tanh_derivative").numbers) < 1e-13);
}

TEST_CASE("activations of very large numbers stay finite", "[diff]") {
  const std::vector<double> x{-1e300, -800.0, 800.0, 1e5};
  std::vector<double> y(4);
  scaled_silu(4, x.data(), y.data());
  CHECK(std::fabs(y[1]) < 1e-250);
  CHECK_THAT(y[2], WithinRel(silu_scale * 800.0, 1e-14));
  CHECK(std::isfinite(y[0]));
}

TEST_CASE("bases of distances and speeds are the library's", "[diff]") {
  const std::string group = "radial/rc_4.5/";
  const auto r = primitive(group + "r").numbers, roots = primitive(group + "learned_roots").numbers,
             cotangent = primitive(group + "cotangent").numbers, shape = primitive(group + "envelope_p6").numbers;
  std::vector<double> values(r.size() * 8), back(8, 0.0), ours;
  for (std::size_t n = 0; n < r.size(); ++n) {
    bessel_basis(8, 4.5, 6, roots.data(), r[n], values.data() + 8 * n);
    bessel_basis_reverse(8, 4.5, 6, roots.data(), r[n], cotangent.data() + 8 * n, back.data());
    ours.push_back(envelope(r[n] / 4.5, 6));
  }
  CHECK(largest_difference(ours, shape) < 1e-13);
  CHECK(largest_difference(values, primitive(group + "product_learned").numbers) < 1e-13);
  CHECK(largest_difference(back, primitive(group + "grad_roots").numbers) < 1e-13 * 83);
  CHECK(envelope(1.0, 6) == 0.0);
  CHECK(envelope(1.5, 6) == 0.0);

  const auto x = primitive("gaussian_basis/max_0.11_n_8/x").numbers;
  std::vector<double> heights(x.size() * 8);
  for (std::size_t n = 0; n < x.size(); ++n) gaussian_basis(8, 0.11, x[n], heights.data() + 8 * n);
  CHECK(largest_difference(heights, primitive("gaussian_basis/max_0.11_n_8/values").numbers) < 1e-13);
}

namespace {

template <class Real>
void check_network(double tolerance) {
  const auto numbers = [](const std::string& name) {
    const auto stored = primitive("mlp/" + name).numbers;
    return std::vector<Real>(stored.begin(), stored.end());
  };
  std::vector<Real> weights, gradients;
  for (const char* layer : {"0", "1", "2"}) {
    const auto w = numbers(std::string("weight") + layer), g = numbers(std::string("grad_weight") + layer);
    weights.insert(weights.end(), w.begin(), w.end());
    gradients.insert(gradients.end(), g.begin(), g.end());
  }
  const auto x = numbers("input"), cotangent = numbers("cotangent");
  const ScalarMlp network({8, 32, 32, 24});
  REQUIRE(network.num_weights() == static_cast<std::int64_t>(weights.size()));
  ScalarMlp::Memory<Real> memory;
  std::vector<Real> y(13 * 24), back(13 * 8, Real(0)), gradient(weights.size(), Real(0));
  network.forward(13, weights.data(), x.data(), y.data(), memory);
  network.reverse(13, weights.data(), x.data(), memory, cotangent.data(), back.data(), gradient.data());
  CHECK(largest_difference(y, numbers("output")) < tolerance);
  CHECK(largest_difference(back, numbers("grad_input")) < tolerance);
  CHECK(largest_difference(gradient, gradients) < tolerance);
  // Some columns alone.
  const ScalarMlp part({8, 32, 32, 24}, 5, 7);
  std::vector<Real> some(13 * 7);
  part.forward(13, weights.data(), x.data(), some.data(), memory);
  for (std::size_t n = 0; n < some.size(); ++n) CHECK_THAT(some[n], WithinAbs(y[n / 7 * 24 + 5 + n % 7], tolerance));
}

}  // namespace

TEST_CASE("networks of scalars and their reverse pass are the library's", "[diff]") {
  check_network<double>(1e-13);
  check_network<float>(2e-5);
}
