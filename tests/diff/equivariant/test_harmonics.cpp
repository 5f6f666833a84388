// Spherical harmonics and coupling tensors against those of the e3nn library, and against each other.
#include <array>
#include <cmath>
#include <cstdlib>

#include "catch.hpp"
#include "diff/equivariant/coupling.hpp"
#include "diff/equivariant/spherical.hpp"
#include "golden_layout.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

TEST_CASE("spherical harmonics and their slopes are the library's", "[diff]") {
  const auto vectors = primitive("spherical_harmonics/vectors"), unit = primitive("spherical_harmonics/component_unit"),
             solid = primitive("spherical_harmonics/component_polynomial"),
             jacobian = primitive("spherical_harmonics/component_unit_jacobian");
  std::vector<double> ours, ours_solid;
  std::array<double, 25> values{};
  for (std::int64_t n = 0; n < vectors.rows; ++n) {
    spherical_harmonics(4, vectors.numbers.data() + 3 * n, values.data());
    ours.insert(ours.end(), values.begin(), values.end());
    solid_harmonics(4, vectors.numbers.data() + 3 * n, values.data());
    ours_solid.insert(ours_solid.end(), values.begin(), values.end());
  }
  CHECK(largest_difference(ours, unit.numbers) < 1e-13);
  double worst = 0.0;
  for (std::size_t n = 0; n < ours_solid.size(); ++n)
    worst = std::max(worst, std::fabs(ours_solid[n] - solid.numbers[n]) / (1.0 + std::fabs(solid.numbers[n])));
  CHECK(worst < 1e-13);
  // Each row of the Jacobian, relative to the size of slopes near the origin.
  worst = 0.0;
  for (std::int64_t n = 0; n < jacobian.rows; ++n)
    for (int k = 0; k < 25; ++k) {
      std::array<double, 25> cotangent{};
      cotangent[static_cast<std::size_t>(k)] = 1.0;
      std::array<double, 3> back{};
      const double* r = vectors.numbers.data() + 3 * n;
      spherical_harmonics_reverse(4, r, cotangent.data(), back.data());
      const double size = 1.0 + 1.0 / std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
      for (int i = 0; i < 3; ++i)
        worst = std::max(worst, std::fabs(back[static_cast<std::size_t>(i)] -
                                          jacobian.numbers[static_cast<std::size_t>((n * 25 + k) * 3 + i)]) /
                                    size);
    }
  CHECK(worst < 1e-13);
}

TEST_CASE("coupling tensors are the library's", "[diff]") {
  for (const std::string group : {"wigner_3j", "wigner_3j_l4"}) {
    const auto orders = primitive(group + "/orders"), values = primitive(group + "/values");
    std::vector<double> ours;
    for (std::int64_t n = 0; n < orders.rows; ++n) {
      const auto order = [&](int k) { return static_cast<int>(orders.numbers[static_cast<std::size_t>(3 * n + k)]); };
      const auto tensor = coupling_tensor(order(0), order(1), order(2));
      ours.insert(ours.end(), tensor.begin(), tensor.end());
    }
    CHECK(largest_difference(ours, values.numbers) < 1e-13);
  }
  CHECK(coupling_tensor(1, 1, 3).empty());
}

TEST_CASE("harmonics of an order are coupled from those below", "[diff]") {
  const std::array<double, 3> r{0.3, -1.1, 0.7};
  std::array<double, 25> y{};
  spherical_harmonics(4, r.data(), y.data());
  // Y_{l+1} times this is the coupled product.
  const auto factor_of = [](int l) {
    return 1.0 / std::array<double, 3>{0.489898, 0.428571, 0.384900}[static_cast<std::size_t>(l - 1)];
  };
  for (int l = 1; l <= 3; ++l) {
    const auto tensor = coupling_tensor(l, 1, l + 1);
    for (int c = 0; c < 2 * l + 3; ++c) {
      double sum = 0.0;
      for (int a = 0; a < 2 * l + 1; ++a)
        for (int b = 0; b < 3; ++b)
          sum += tensor[static_cast<std::size_t>((a * 3 + b) * (2 * l + 3) + c)] *
                 y[static_cast<std::size_t>(l * l + a)] * y[static_cast<std::size_t>(1 + b)];
      CHECK_THAT(sum / y[static_cast<std::size_t>((l + 1) * (l + 1) + c)] * factor_of(l), WithinAbs(1.0, 2e-6));
    }
  }
}

TEST_CASE("a vector of no length has harmonics of order zero alone", "[diff]") {
  const std::array<double, 3> r{};
  std::array<double, 25> y{};
  spherical_harmonics(4, r.data(), y.data());
  CHECK(y[0] == 1.0);
  for (std::size_t k = 1; k < y.size(); ++k) CHECK(y[k] == 0.0);
}
