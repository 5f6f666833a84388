// Transport and structure of the Lennard-Jones liquid at its triple point, against published and stored figures.
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "samples.hpp"
#include "sim/md/observables/msd.hpp"
#include "sim/md/observables/rdf.hpp"
#include "sim/md/observables/structure_factor.hpp"
#include "sim/md/observables/thermal_conductivity.hpp"
#include "sim/md/observables/viscosity.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;
using std::numbers::pi;

namespace {

void scale_velocities(Engine& engine, double factor) {
  const auto velocity = engine.system().particles.get<double>("velocity");
  Kokkos::parallel_for(
      "test/scale", Range(0, engine.system().particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) velocity(i, c) *= factor;
      });
  engine.start();
}

Engine triple_point(int cells) {
  constexpr double temperature = 0.722;
  auto engine = make_engine(fcc_sample(cells, 0.8442, 2.0 * temperature), {.table = lj(2.5), .dt = 0.004}, comm());
  for (int n = 0; n < 60; ++n) {
    advance(engine, 100);
    scale_velocities(engine, std::sqrt(temperature / temperature_of(engine, engine.totals())));
  }
  return engine;
}

}  // namespace

TEST_CASE("S(q) of a liquid is the transform of its g(r)", "[md]") {
  auto engine = triple_point(8);  // 2048 particles, edge 13.4
  sim::md::RdfParams rdf_params;
  rdf_params.every = 50;
  rdf_params.range = 12.0;  // all images count, and own ones begin at 13.4
  rdf_params.bins = 1200;
  sim::md::StructureFactorParams params;
  params.every = 50;
  params.q_max = 15.0;
  params.bins = 60;
  params.vectors = 60;
  const auto rdf = make_rdf(rdf_params, engine);
  const auto factor = make_structure_factor(params, engine);
  advance(engine, 4000, [&] {
    if (!rdf->wants(engine.num_steps_done())) return;
    rdf->sample(engine);
    factor->sample(engine);
  });
  const auto g = rdf->report().rows, s = factor->report().rows;
  double first_peak = 0.0, place = 0.0;
  for (const auto& row : s) {
    if (row[2] > first_peak) {
      first_peak = row[2];
      place = row[0];
    }
    if (row[0] < 3.0) continue;  // where the transform feels that g ends
    double transform = 1.0;
    for (const auto& bin : g) {
      const double x = row[0] * bin[0], fade = pi * bin[0] / 12.0;  // Lorch's window against the sharp end
      transform +=
          4.0 * pi * 0.8442 * bin[0] * bin[0] * (bin[1] - 1.0) * 0.01 * std::sin(x) / x * std::sin(fade) / fade;
    }
    CAPTURE(row[0], row[3]);
    // The window rounds off the first peak by some per cent.
    CHECK_THAT(row[2], WithinAbs(transform, 4.0 * row[3] + 0.02 + 0.08 * std::abs(transform - 1.0)));
  }
  CAPTURE(first_peak, place);
  CHECK_THAT(place, WithinAbs(6.8, 0.2));
  CHECK_THAT(first_peak, WithinAbs(2.8, 0.3));
}

TEST_CASE("Viscosity, thermal conductivity and diffusion at the triple point are those of the literature", "[md]") {
  auto engine = triple_point(5);
  sim::md::ViscosityParams viscosity_params;
  viscosity_params.every = 4;
  viscosity_params.lags = 251;  // 4 tau
  sim::md::MsdParams msd_params;
  msd_params.every = 50;
  msd_params.lags = 51;  // 10 tau
  msd_params.origins = 10;
  sim::md::ThermalConductivityParams conductivity_params;
  conductivity_params.every = 4;
  conductivity_params.lags = 51;  // 0.8 tau
  const auto viscosity = make_viscosity(viscosity_params, engine);
  const auto conductivity = make_thermal_conductivity(conductivity_params, engine);
  const auto msd = make_msd(msd_params, engine);
  advance(engine, 120000, [&] {
    if (viscosity->wants(engine.num_steps_done())) viscosity->sample(engine);
    if (conductivity->wants(engine.num_steps_done())) conductivity->sample(engine);
    if (msd->wants(engine.num_steps_done())) msd->sample(engine);
  });
  const auto eta = viscosity->results(), d = msd->results(), lambda = conductivity->results();
  CAPTURE(eta[0].value, eta[1].value, lambda[0].value, lambda[1].value, d[0].value, d[1].value);
  // 3.2 to 3.5 in units of Lennard-Jones; the error is that of 480 tau.
  CHECK(eta[1].value < 0.5);
  CHECK_THAT(eta[0].value, WithinAbs(3.35, 0.15 + 3.0 * eta[1].value));
  // About 7 (Viscardy, Servantie and Gaspard, J. Chem. Phys. 126, 184513 (2007), and what they compare with).
  CHECK(lambda[1].value < 0.6);
  CHECK_THAT(lambda[0].value, WithinAbs(7.0, 0.2 + 3.0 * lambda[1].value));
  CHECK(d[1].value < 0.002);
  CHECK_THAT(d[0].value, WithinAbs(0.0326, 0.05 * 0.0326 + 3.0 * d[1].value));
}
