// What the two fidelities make of a system.
#include "math/linear.hpp"
#include "samples.hpp"
#include "sim/linear/model.hpp"
#include "sim/linear/system.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;
using sim::Fidelity;
using sim::linear::linear_system;

namespace {

sim::DenseModel model_of(const std::string& id, Fidelity fidelity, double noise_cov = 0.1) {
  LinearParams params;
  params.id = id;
  params.fidelity = fidelity;
  params.noise_cov = noise_cov;
  return make_model(linear_system(id), params);
}

}  // namespace

TEST_CASE("Models in discrete time stay as they are unless the library is followed", "[linear]") {
  for (const auto& [id, radius, held] : {std::tuple{"rea", 0.6442, 1.06654}, std::tuple{"dis2", 1.0191, 1.10729}}) {
    CAPTURE(id);
    const auto corrected = model_of(id, Fidelity::corrected);
    CHECK(math::largest(corrected.a - linear_system(id).a) == 0.0);
    CHECK(math::largest(corrected.b1 - linear_system(id).b1) == 0.0);
    CHECK_THAT(math::spectral_radius(corrected.a), WithinAbs(radius, 2e-4));
    CHECK_THAT(math::spectral_radius(model_of(id, Fidelity::reference).a), WithinAbs(held, 1e-5));
    LinearParams params;
    params.id = id;
    CHECK(make_environment(comm(), params, 1, 1)->info().sample_time == 1.0);
    params.fidelity = Fidelity::reference;
    CHECK(make_environment(comm(), params, 1, 1)->info().sample_time == 0.1);
  }
  const auto a = model_of("he1", Fidelity::corrected), b = model_of("he1", Fidelity::reference);
  CHECK(math::largest(a.a - b.a) == 0.0);
}

TEST_CASE("The oscillator is held exactly", "[linear]") {
  LinearParams params;
  params.id = "toy";
  params.sample_time = 0.3;
  const auto model = make_model(linear_system("toy"), params);
  const double c = std::cos(0.3), s = std::sin(0.3);
  CHECK(math::largest(model.a - Matrix{{c, s}, {-s, c}}) < 1e-15);
  CHECK(math::largest(model.b2 - Matrix{{1.0 - c}, {s}}) < 1e-15);
}

TEST_CASE("Costs are those of the performance output", "[linear]") {
  const auto ac3 = model_of("ac3", Fidelity::corrected);
  CHECK(math::largest(ac3.q - math::transposed(ac3.c1) * ac3.c1) < 1e-12 * math::largest(ac3.q));
  CHECK(math::largest(ac3.s - math::transposed(ac3.c1) * ac3.d12) < 1e-12 * math::largest(ac3.s));
  CHECK(model_of("toy", Fidelity::corrected).s.empty());
  for (const auto* id : {"ac1", "ac6", "ac8"}) {
    CAPTURE(id);
    const auto model = model_of(id, Fidelity::corrected);
    const auto values = math::symmetric_eigenvalues(math::transposed(model.d12) * model.d12);
    CHECK_THAT(values.front(), WithinAbs(0.0, 1e-12 * values.back()));
    CHECK(math::largest(model.r - Matrix::identity(model.r.rows(), values.back())) < 1e-14 * values.back());
  }
}

TEST_CASE("Filters are told of the noise that there is", "[linear]") {
  const auto system = linear_system("he4");
  const auto model = model_of("he4", Fidelity::corrected, 0.25);
  CHECK(math::largest(model.process - 0.25 * math::times_transposed(model.b1, model.b1)) < 1e-15);
  CHECK(math::largest(model.correlation - 0.25 * math::times_transposed(model.b1, model.d21)) < 1e-15);
  CHECK(math::largest(model.measurement - 0.25 * math::times_transposed(model.d21, model.d21)) <= 0.25e-6);
  CHECK(math::symmetric_eigenvalues(model_of("he1", Fidelity::corrected, 0.25).measurement).front() > 0.0);
  CHECK(model_of("he1", Fidelity::corrected).correlation.empty());
  const auto reference = model_of("he4", Fidelity::reference, 0.25);
  CHECK(math::largest(reference.process - math::times_transposed(model.b1, model.b1)) == 0.0);
  // Without noise its ratios are those that a little of it would have.
  const auto quiet = model_of("he4", Fidelity::corrected, 0.0), noisy = model_of("he4", Fidelity::corrected, 1.0);
  CHECK(math::largest(quiet.process - noisy.process) == 0.0);
}

TEST_CASE("Models that cannot be made", "[linear][bad]") {
  LinearParams params;
  params.id = "he1";
  params.init_state = {1.0, 2.0};
  CHECK_THROWS_WITH(make_environment(comm(), params, 1, 1), Contains("init_state has 2 numbers; 'he1' has 4 states"));
  params.init_state.clear();
  params.id = "rea";
  params.sample_time = 0.1;
  CHECK_THROWS_WITH(make_environment(comm(), params, 1, 1), Contains("sample_time = 0.1 for 'rea'"));
  params.sample_time.reset();
  params.id = "nowhere";
  CHECK_THROWS_WITH(make_environment(comm(), params, 1, 1), Contains("no linear system 'nowhere'"));
}
