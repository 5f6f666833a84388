// The figures of the systems.
#include "math/golden.hpp"
#include "math/linear.hpp"
#include "samples.hpp"
#include "sim/linear/model.hpp"
#include "sim/linear/system.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;
using sim::linear::linear_system;

namespace {

/// Of matrices of the same shape, relative to the largest number.
double difference(const Matrix& a, const Matrix& b) {
  REQUIRE(math::shape(a) == math::shape(b));
  const double scale = math::largest(b);
  return math::largest(a - b) / (scale > 0.0 ? scale : 1.0);
}

void compare_figures(const sim::linear::LinearSystem& system, const std::string& path) {
  const auto stored = [&](const char* name) { return read_golden(path, system.id + "/" + name); };
  CHECK(difference(system.a, stored("A")) < 1e-15);
  CHECK(difference(system.b1, stored("B1")) < 1e-15);
  CHECK(difference(system.b2, stored("B2")) < 1e-15);
  CHECK(difference(system.c1, stored("C1")) == 0.0);
  CHECK(difference(system.c, stored("C")) == 0.0);
  CHECK(difference(system.d11, stored("D11")) == 0.0);
  CHECK(difference(system.d12, stored("D12")) == 0.0);
  CHECK(difference(system.d21, stored("D21")) == 0.0);
}

void compare_model(const sim::linear::LinearSystem& system, const std::string& path, const std::string& group) {
  LinearParams params;
  params.fidelity = sim::Fidelity::reference;
  const auto model = make_model(system, params);
  const double tolerance = tolerance_of(system.id);
  const auto check = [&](const Matrix& found, const std::string& name) {
    const std::string dataset = system.id + "/" + group + "/" + name;
    if (has_golden(path, dataset)) CHECK(difference(found, read_golden(path, dataset)) < tolerance);
  };
  check(model.a, "A");
  Matrix sums(model.a.rows(), 1);  // of rows: of the largest systems, all that there is
  for (int i = 0; i < model.a.rows(); ++i)
    for (int j = 0; j < model.a.cols(); ++j) sums(i, 0) += model.a(i, j);
  check(sums, "A_times_ones");
  check(model.b1, "B1");
  check(model.b2, "B2");
  check(model.q, "Q");
  check(model.r, "R");
  if (!model.s.empty()) check(model.s, "S");
}

}  // namespace

TEST_CASE("Systems have the figures that were published", "[linear]") {
  int compared = 0;
  for (const auto& id : sim::linear::system_ids()) {
    CAPTURE(id);
    if (!has_golden(golden_path(), id)) continue;
    const auto system = linear_system(id);
    compare_figures(system, golden_path());
    compare_model(system, golden_path(), "discrete");
    ++compared;
  }
  CHECK(compared == 25);
}

TEST_CASE("All systems and their models, if the complete data are there", "[linear]") {
  if (golden_folder().empty()) {
    SUCCEED("TESSERA_GOLDEN is not set");
    return;
  }
  const std::string path = golden_folder() + "/linear_systems.h5";
  int compared = 0;
  for (const auto& id : sim::linear::system_ids()) {
    if (id == "cm") continue;
    CAPTURE(id);
    const auto system = linear_system(id);
    compare_figures(system, path);
    compare_model(system, path, "discrete_0p1");
    ++compared;
  }
  CHECK(compared == 37);
}

TEST_CASE("Systems are named, described and of the sizes they say", "[linear]") {
  const auto ids = sim::linear::system_ids();
  CHECK(ids.size() == 38);
  CHECK(ids.front() == "ac1");
  CHECK(ids[9] == "ac10");
  for (const auto& id : ids) {
    if (id == "cm") continue;
    CAPTURE(id);
    const auto system = linear_system(id);
    CHECK(system.id == id);
    CHECK_FALSE(system.title.empty());
    CHECK(system.source.find("COMPleib") != std::string::npos);
    const auto info = sim::linear::system_info(id);
    CHECK(info.num_states == system.a.rows());
    CHECK(info.is_discrete == (id == "rea" || id == "dis2"));
    CHECK(system.has_scalar_weight == (id == "ac1" || id == "ac6" || id == "ac8"));
    CHECK(system.b1.rows() == system.a.rows());
    CHECK(system.d11.rows() == system.c1.rows());
    CHECK(system.d21.cols() == system.b1.cols());
  }
}

TEST_CASE("A cable of any size", "[linear]") {
  CHECK(difference(linear_system("cm", 10).a, linear_system("cm1").a) == 0.0);
  // One element: mass h/3 + 1.5, stiffness 1/h + 0.01, damping 5e-5/h with h = 2.
  const auto one = linear_system("cm", 1);
  const double mass = 2.0 / 3.0 + 1.5;
  CHECK(difference(one.a, Matrix{{0.0, 1.0}, {-0.51 / mass, -2.5e-5 / mass}}) < 1e-15);
  CHECK_THAT(one.b2(1, 0), WithinRel(1.5 / mass, 1e-15));
  CHECK_THAT(one.b1(1, 0), WithinRel(1.0 / mass, 1e-15));
  // Its slowest oscillations are those of a string with a mass m = 1.5 on a spring k = 0.01: with tension and density
  // 1, frequency f obeys f cos(2 f) = (m f^2 - k) sin(2 f). Elements of length h get it right to order h^2.
  const auto lowest = [](int elements) {
    double frequency = 1e300;
    for (const auto& value : math::eigenvalues(linear_system("cm", elements).a))
      if (value.imag() > 0.0) frequency = std::min(frequency, value.imag());
    return frequency;
  };
  double low = 0.1, high = 1.0;
  for (int n = 0; n < 60; ++n) {
    const double f = 0.5 * (low + high);
    (f * std::cos(2.0 * f) > (1.5 * f * f - 0.01) * std::sin(2.0 * f) ? low : high) = f;
  }
  const double coarse = lowest(8) - low, fine = lowest(16) - low;
  CHECK(std::abs(fine) < 1e-3);
  CHECK_THAT(coarse / fine, WithinRel(4.0, 0.05));
}

TEST_CASE("Systems that are not there", "[linear][bad]") {
  CHECK_THROWS_WITH(linear_system("he7"), Contains("no linear system 'he7'") && Contains("ac1, ac2") &&
                                              Contains("he6, iss") && Contains("umv"));
  CHECK_THROWS_WITH(linear_system("cm"), Contains("needs a number of elements"));
  CHECK_THROWS_WITH(linear_system("cm", 0), Contains("a cable of 0 elements"));
  CHECK_THROWS_WITH(linear_system("cm3", 60), Contains("'cm3' has the size it has") && Contains("\"cm\""));
  CHECK_THROWS_WITH(linear_system("", 60), Contains("no linear system ''"));
}
