// Gains of published models against those of an independent implementation.
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "catch.hpp"
#include "golden.hpp"
#include "math/control.hpp"
#include "math/expm.hpp"
#include "math/linear.hpp"
#include "samples.hpp"
#include "wave.hpp"

using namespace tessera;
using namespace tessera::math;
using test::difference;

namespace {

/// One system of tests/data/controlgym/linear.h5, sampled.
struct System {
  std::string id;
  Plant plant;
  Matrix c, d21;

  explicit System(const std::string& name) : id(name) {
    const Matrix b1 = read("B1"), b2 = read("B2");
    const auto sampled = zero_order_hold(read("A"), beside(b1, b2), 0.1);
    plant = {
        sampled.a,  sampled.b.columns(0, b1.cols()), sampled.b.columns(b1.cols(), b2.cols()), read("C1"), read("D11"),
        read("D12")};
    c = read("C");
    d21 = read("D21");
  }
  Matrix read(const std::string& name) const { return test::read_golden(test::golden_path(), id + "/" + name); }
  bool has(const std::string& name) const { return test::has_golden(test::golden_path(), id + "/" + name); }
  double number(const std::string& name) const { return read(name)(0, 0); }

  /// The weight of the input as the library has it: not always D12'D12.
  Regulator lqr(UnseenModes unseen = UnseenModes::refuse) const {
    const Matrix &c1 = plant.c1, &d12 = plant.d12;
    return regulator(plant.a, plant.b2, transposed_times(c1, c1), read("discrete/R"), transposed_times(c1, d12),
                     unseen);
  }
  Filter filter() const {
    Matrix measurement = times_transposed(d21, d21);
    if (symmetric_eigenvalues(measurement).front() <= 0.0) measurement = Matrix::identity(d21.rows(), 0.1);
    return kalman_filter(plant.a, c, times_transposed(plant.b1, plant.b1), measurement);
  }
};

/// Gains to 1e-6, but for ac7, where the reference itself leaves a residual of 2e-5.
double tolerance_of(const std::string& id) { return id == "ac7" ? 1e-3 : 1e-6; }

}  // namespace

TEST_CASE("systems are sampled as in the reference", "[math]") {
  for (const auto* id : {"toy",  "ac1",  "ac2", "ac3", "ac4", "ac5", "ac6", "ac7", "ac8", "ac9", "ac10", "bdt1", "bdt2",
                         "dis1", "dis2", "he1", "he2", "he3", "he4", "he5", "je2", "pas", "psm", "rea",  "umv"}) {
    const System system(id);
    CAPTURE(id);
    const double tolerance = 1e-10;  // the reference's own exponential is no better
    CHECK(difference(system.plant.a, system.read("discrete/A")) < tolerance);
    CHECK(difference(system.plant.b1, system.read("discrete/B1")) < tolerance);
    CHECK(difference(system.plant.b2, system.read("discrete/B2")) < tolerance);
  }
}

TEST_CASE("regulators are those of the reference", "[math]") {
  for (const auto* id : {"toy",  "ac3",  "ac4", "ac5", "ac6", "ac7", "ac8", "ac9", "ac10", "bdt1", "bdt2",
                         "dis1", "dis2", "he1", "he2", "he3", "he4", "he5", "je2", "pas",  "psm"}) {
    const System system(id);
    CAPTURE(id);
    const Regulator found = system.lqr();
    const double tolerance = tolerance_of(id);
    CHECK(found.residual < 1e-10);
    CHECK(difference(found.gain, system.read("lqr/gain")) < tolerance);
    if (system.has("lqr/riccati")) CHECK(difference(found.riccati, system.read("lqr/riccati")) < tolerance);
    CHECK(found.closed_loop_radius == Approx(system.number("lqr/radius")).margin(1e-6));
    const Matrix& c1 = system.plant.c1;
    const Matrix target =
        tracking_gain(system.plant.a, system.plant.b2, transposed_times(c1, c1), system.read("discrete/R"), found);
    CHECK(difference(target, system.read("lqr/tracking")) < tolerance);
  }
}

TEST_CASE("filters are those of the reference", "[math]") {
  for (const auto* id : {"toy",  "ac3", "ac4", "ac5", "ac6", "ac7", "ac8", "ac9", "ac10", "bdt1", "dis1",
                         "dis2", "he1", "he2", "he3", "he4", "he5", "je2", "pas", "psm",  "umv"}) {
    const System system(id);
    CAPTURE(id);
    const Filter found = system.filter();
    CHECK(found.residual < 1e-10);
    CHECK(difference(found.gain, system.read("lqg/gain")) < tolerance_of(id));
    CHECK(found.radius == Approx(system.number("lqg/radius")).margin(1e-6));
  }
}

TEST_CASE("robust regulators are those of the reference, at a saddle point", "[math]") {
  for (const auto* id : {"toy", "ac3", "ac4", "ac5", "ac7", "ac10", "bdt1", "bdt2", "dis1", "dis2", "he1", "he2", "he3",
                         "he4", "he5", "je2", "psm"}) {
    const System system(id);
    CAPTURE(id);
    const RobustRegulator found = robust_regulator(system.plant, system.number("robust/gamma"));
    const double tolerance = tolerance_of(id);
    CHECK(found.residual < 1e-10);
    CHECK(difference(found.gain, system.read("robust/gain")) < tolerance);
    // The reference gives the disturbance with the sign that helps.
    CHECK(difference(found.worst_disturbance, -1.0 * system.read("robust/disturbance")) < tolerance);
    CHECK(found.control_margin == Approx(system.number("robust/min_eig_control_block")).epsilon(1e-5));
    CHECK(found.disturbance_margin == Approx(system.number("robust/min_eig_gamma_margin")).epsilon(1e-5));
  }
}

TEST_CASE("the saddle value of the oscillator is its Riccati form", "[math]") {
  // The sum of |z|^2 - gamma^2 |w|^2 from (1, 1) at gamma = 10: 31.175 with both players at their best.
  const Plant plant = System("toy").plant;
  const auto found = robust_regulator(plant, 10.0);
  Matrix x{{1}, {1}};
  REQUIRE(transposed_times(x, found.riccati * x)(0, 0) == Approx(31.175).margin(5e-4));
  double value = 0.0;
  for (int step = 0; step < 2000; ++step) {
    const Matrix u = found.gain * x, w = found.worst_disturbance * x;
    const Matrix z = plant.c1 * x + plant.d11 * w + plant.d12 * u;
    value += transposed_times(z, z)(0, 0) - 100.0 * transposed_times(w, w)(0, 0);
    x = plant.a * x + plant.b1 * w + plant.b2 * u;
  }
  REQUIRE(value == Approx(31.175).margin(5e-4));
}

TEST_CASE("a large gamma gives the regulator of the H2 norm", "[math]") {
  for (const auto* id : {"toy", "he1", "ac10"}) {
    const System system(id);
    const auto limit = h2_regulator(system.plant);
    REQUIRE(difference(robust_regulator(system.plant, 1e6).gain, limit.gain) < 1e-6);
  }
}

TEST_CASE("gains that are no saddle point are refused", "[math]") {
  for (const auto* id : {"ac7", "dis2"}) {
    const System system(id);
    CAPTURE(id);
    REQUIRE_THROWS_WITH(robust_regulator(system.plant, system.number("no_saddle/gamma")),
                        Contains("there is no saddle point at gamma"));
  }
}

TEST_CASE("the least gamma of all is where the pencil meets the unit circle", "[math]") {
  // A constant disturbance of this aircraft comes out 100 times as large, whatever the inputs do.
  const System system("ac9");
  REQUIRE(robust_regulator(system.plant, 101.0).worst_case_radius < 1.0);
  REQUIRE_THROWS_WITH(robust_regulator(system.plant, 100.0),
                      Contains("at gamma = 100, the discrete Riccati equation") &&
                          Contains("of the symplectic pencil on the unit circle: 1"));
  REQUIRE_THROWS_AS(robust_regulator(system.plant, 99.0), Error);
}

TEST_CASE("aircraft that may drift have regulators once their drift is left alone", "[math]") {
  for (const auto* id : {"ac1", "ac2"}) {
    const System system(id);
    CAPTURE(id);
    REQUIRE_THROWS_WITH(system.lqr(), Contains("the marginal mode 1 is not seen by the cost"));
    const auto found = system.lqr(UnseenModes::leave);
    REQUIRE(difference(found.gain, system.read("lqr/gain")) < 1e-6);
    REQUIRE(difference(found.riccati, system.read("lqr/riccati")) < 1e-6);
    REQUIRE(found.closed_loop_radius == Approx(1.0).margin(1e-12));
  }
}

TEST_CASE("models without a stabilising solution say why", "[math]") {
  // A chemical reactor whose last state no input reaches; liquid levels that no disturbance moves; inputs that cancel.
  REQUIRE_THROWS_WITH(System("rea").lqr(),
                      Contains("the unstable mode 1.06253 is not stabilisable: no input reaches it"));
  REQUIRE_THROWS_WITH(System("bdt2").filter(), Contains("of the filter") && Contains("marginal mode") &&
                                                   Contains("not excited by any disturbance"));
  REQUIRE_THROWS_WITH(System("umv").lqr(), Contains("R is singular"));
}

TEST_CASE("a filter that double precision cannot tell is refused", "[math]") {
  // Eight unstable modes within 1 % of one another and one sensor: the covariance is of order 1e13. With 120 digits,
  // the gain of the library turns out to be wrong by 74 %.
  REQUIRE_THROWS_WITH(System("rea").filter(), Contains("it is too ill-conditioned, a relative residual of"));
}

TEST_CASE("a wave whose modes are all in reach is damped as in the reference", "[math]") {
  const auto wave = test::wave_system(73, 6, 12, 9);
  const auto found = regulator(wave.a, wave.b, Matrix::identity(146), Matrix::identity(6));
  REQUIRE(found.residual < 1e-10);
  REQUIRE(difference(found.gain, test::read_golden(test::golden_path(), "wave/lqr/gain")) < 1e-6);
  REQUIRE(found.closed_loop_radius == Approx(0.9975624728308208).margin(1e-9));
}
