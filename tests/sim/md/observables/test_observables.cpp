// Radial distribution functions, mean squared displacements and velocity correlations against their definitions.
#include <cmath>
#include <numbers>

#include "brute_force.hpp"
#include "catch.hpp"
#include "samples.hpp"
#include "sim/md/observables/msd.hpp"
#include "sim/md/observables/rdf.hpp"
#include "sim/md/observables/vacf.hpp"
#include "tables.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Report;

namespace {

double shell(double low, double high) { return 4.0 / 3.0 * std::numbers::pi * (high * high * high - low * low * low); }

double mean_square(const Sample& sample, int type) {  // of velocities; -1 for all types
  double sum = 0.0, count = 0.0;
  for (std::size_t n = 0; n < sample.size(); ++n) {
    if (type >= 0 && sample.type[n] != type) continue;
    for (std::size_t c = 0; c < 3; ++c) sum += sample.v[3 * n + c] * sample.v[3 * n + c];
    count += 1.0;
  }
  return sum / count;
}

}  // namespace

TEST_CASE("g(r) counts all pairs and images, to any distance", "[md]") {
  // The range is wider than the box.
  const double vectors[3][3] = {{4, 0, 0}, {1, 4.5, 0}, {0, -1.2, 4.2}};
  for (const auto& box : {data::Box::orthogonal({0, 0, 0}, {4, 5, 4.4}), data::Box::triclinic({0, 0, 0}, vectors)}) {
    const auto sample = two_types(random_sample(box, 45, 0.8, 41));
    const auto engine = make_engine(sample, {kob_andersen()}, comm());
    sim::md::RdfParams params;
    params.bins = 67;  // with no distance between a particle and its own images on an edge
    params.range = 6.03;
    const auto rdf = make_rdf(params, engine);
    CHECK(rdf->report().rows.empty());
    rdf->sample(engine);
    rdf->sample(engine);
    const auto report = rdf->report();
    REQUIRE(report.file == "rdf.csv");
    REQUIRE(headings(report) == std::vector<std::string>{"r", "g_total", "g_A_A", "g_A_B", "g_B_B"});
    REQUIRE(report.rows.size() == 67);

    std::vector<std::vector<double>> counts(67, std::vector<double>(4, 0.0));
    for_all_images(sample, params.range, [&](std::size_t i, std::size_t j, const data::Vec3&, double r) {
      auto& row = counts[static_cast<std::size_t>(r / 0.09)];
      row[0] += 1.0;
      if (sample.type[i] <= sample.type[j]) row[static_cast<std::size_t>(1 + sample.type[i] + sample.type[j])] += 1.0;
    });
    const double pairs[] = {45.0 * 45.0, 30.0 * 30.0, 30.0 * 15.0, 15.0 * 15.0};
    for (std::size_t bin = 0; bin < 67; ++bin) {
      CAPTURE(bin);
      const double low = 0.09 * static_cast<double>(bin);
      CHECK_THAT(report.rows[bin][0], WithinAbs(low + 0.045, 1e-12));
      for (std::size_t n = 0; n < 4; ++n)
        CHECK_THAT(report.rows[bin][1 + n],
                   WithinRel(counts[bin][n] / (pairs[n] / box.volume() * shell(low, low + 0.09)), 1e-10));
    }
  }
}

TEST_CASE("g(r) of a crystal integrates to its neighbours, found from one cell", "[md]") {
  const auto sample = fcc_sample(1, 4.0, 0.0);  // edge 1
  const auto engine = make_engine(sample, {lj(0.3)}, comm());
  sim::md::RdfParams params;
  params.bins = 19;  // no shell on the edge of a bin
  params.range = 1.9;
  const auto rdf = make_rdf(params, engine);
  rdf->sample(engine);
  double neighbours = 0.0;
  std::vector<double> up_to;
  for (const auto& row : rdf->report().rows) {
    neighbours += 4.0 * row[1] * shell(row[0] - 0.05, row[0] + 0.05);
    up_to.push_back(neighbours);
  }
  CHECK_THAT(up_to[6], WithinAbs(0.0, 1e-10));
  CHECK_THAT(up_to[7], WithinAbs(12.0, 1e-10));    // at 1/sqrt 2
  CHECK_THAT(up_to[12], WithinAbs(42.0, 1e-10));   // 6 at 1, 24 at sqrt 1.5
  CHECK_THAT(up_to[14], WithinAbs(54.0, 1e-10));   // 12 at sqrt 2
  CHECK_THAT(up_to[18], WithinAbs(134.0, 1e-10));  // 24 at sqrt 2.5, 8 at sqrt 3, 48 at sqrt 3.5
}

TEST_CASE("A range beyond all copies is refused", "[md][bad]") {
  const auto engine = make_engine(fcc_sample(1, 4.0, 0.0), {lj(0.3)}, comm());
  sim::md::RdfParams params;
  params.range = 25.0;
  REQUIRE_THROWS_WITH(make_rdf(params, engine), Contains("halo") && Contains("larger box"));
}

TEST_CASE("Free flight: msd and velocity correlation are exact, across the sides of the box", "[md]") {
  const auto sample = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {5, 6, 7}), 60, 0.3, 42));
  sim::md::PairTable table = kob_andersen();
  for (auto& pair : table.pairs) pair.epsilon = 0.0;
  auto engine = make_engine(sample, {.table = table, .dt = 0.05}, comm());
  sim::md::MsdParams msd_params;
  msd_params.every = 5;
  msd_params.lags = 21;
  msd_params.origins = 4;
  sim::md::VacfParams vacf_params;
  vacf_params.every = 5;
  vacf_params.lags = 21;
  vacf_params.origins = 21;
  const auto msd = make_msd(msd_params, engine);
  const auto vacf = make_vacf(vacf_params, engine);
  const auto sample_all = [&] {
    if (msd->wants(engine.num_steps_done())) msd->sample(engine);
    if (vacf->wants(engine.num_steps_done())) vacf->sample(engine);
  };
  sample_all();
  advance(engine, 300, sample_all);

  const auto flown = msd->report(), correlated = vacf->report();
  REQUIRE(headings(flown) == std::vector<std::string>{"time", "msd_total", "msd_A", "msd_B", "D_total", "D_A", "D_B",
                                                      "alpha2_total", "alpha2_A", "alpha2_B"});
  REQUIRE(headings(correlated) == std::vector<std::string>{"time", "vacf_total", "vacf_A", "vacf_B", "normalised_total",
                                                           "normalised_A", "normalised_B", "D_total", "D_A", "D_B"});
  REQUIRE(flown.rows.size() == 21);
  REQUIRE(correlated.rows.size() == 21);
  for (std::size_t lag = 0; lag < 21; ++lag)
    for (int type = -1; type < 2; ++type) {
      CAPTURE(lag, type);
      const auto column = static_cast<std::size_t>(type + 2);
      const double time = 0.25 * static_cast<double>(lag), v2 = mean_square(sample, type);
      CHECK_THAT(flown.rows[lag][0], WithinAbs(time, 1e-12));
      CHECK_THAT(flown.rows[lag][column], WithinAbs(v2 * time * time, 1e-11));
      // The straight line through a parabola at even distances has the slope between its ends.
      const double half = 0.25 * std::floor(0.5 * static_cast<double>(lag));
      CHECK_THAT(flown.rows[lag][column + 3], WithinAbs(lag == 0 ? 0.0 : v2 * (time + half) / 6.0, 1e-11));
      CHECK_THAT(correlated.rows[lag][column], WithinRel(v2, 1e-12));
      CHECK_THAT(correlated.rows[lag][column + 3], WithinRel(1.0, 1e-12));
      CHECK_THAT(correlated.rows[lag][column + 6], WithinAbs(v2 * time / 3.0, 1e-11));
    }
}

TEST_CASE("Averages over time origins are those over stored frames, and measuring changes nothing", "[md]") {
  auto start = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {5, 5, 6}), 100, 0.85, 43));
  const Setting setting{.table = kob_andersen(), .dt = 0.002};
  auto engine = make_engine(start, setting, comm());
  sim::md::MsdParams msd_params;
  msd_params.every = 4;
  msd_params.lags = 11;
  msd_params.origins = 3;  // a new one every 4 samples
  sim::md::VacfParams vacf_params;
  vacf_params.every = 4;
  vacf_params.lags = 11;
  vacf_params.origins = 3;
  sim::md::RdfParams rdf_params;
  rdf_params.every = 8;
  rdf_params.range = 3.0;
  const auto msd = make_msd(msd_params, engine);
  const auto vacf = make_vacf(vacf_params, engine);
  const auto rdf = make_rdf(rdf_params, engine);
  std::vector<std::vector<double>> x, v;
  const auto measure = [&] {
    if (rdf->wants(engine.num_steps_done())) rdf->sample(engine);
    if (!msd->wants(engine.num_steps_done())) return;
    msd->sample(engine);
    vacf->sample(engine);
    x.push_back(gather(engine, "position"));
    v.push_back(gather(engine, "velocity"));
  };
  measure();
  advance(engine, 200, measure);

  const auto displaced = msd->report(), correlated = vacf->report();
  REQUIRE(displaced.rows.size() == 11);
  REQUIRE(correlated.rows.size() == 11);
  for (std::size_t lag = 0; lag < 11; ++lag) {
    double sums[2][2] = {}, weights[2] = {};  // msd and vacf, by type
    for (std::size_t origin = 0; origin + lag < x.size(); origin += 4)
      for (std::size_t k = 0; k < start.x.size(); ++k) {
        const auto type = static_cast<std::size_t>(start.type[k / 3]);
        const double moved = x[origin + lag][k] - x[origin][k];
        sums[0][type] += moved * moved;
        sums[1][type] += v[origin + lag][k] * v[origin][k];
        weights[type] += 1.0 / 3.0;
      }
    CAPTURE(lag);
    for (std::size_t type = 0; type < 2; ++type) {
      CHECK_THAT(displaced.rows[lag][2 + type], WithinAbs(sums[0][type] / weights[type], 1e-11));
      CHECK_THAT(correlated.rows[lag][2 + type], WithinAbs(sums[1][type] / weights[type], 1e-11));
    }
    CHECK_THAT(displaced.rows[lag][1], WithinAbs((sums[0][0] + sums[0][1]) / (weights[0] + weights[1]), 1e-11));
    CHECK_THAT(correlated.rows[lag][1], WithinAbs((sums[1][0] + sums[1][1]) / (weights[0] + weights[1]), 1e-11));
  }

  auto unwatched = make_engine(start, setting, comm());
  advance(unwatched, 200);
  CHECK(gather(unwatched, "position") == x.back());
}
