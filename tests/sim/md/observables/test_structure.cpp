// Structure factors, angles, neighbours and bond order against their definitions and known crystals.
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <numeric>

#include "brute_force.hpp"
#include "catch.hpp"
#include "samples.hpp"
#include "sim/md/observables/adf.hpp"
#include "sim/md/observables/bond_order.hpp"
#include "sim/md/observables/centro_symmetry.hpp"
#include "sim/md/observables/coordination.hpp"
#include "sim/md/observables/rdf.hpp"
#include "sim/md/observables/structure_factor.hpp"
#include "sim/md/observables/wave_vectors.hpp"
#include "tables.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Report;
using std::numbers::pi;

namespace {

std::vector<data::Box> boxes() {
  const double vectors[3][3] = {{4, 0, 0}, {1, 4.5, 0}, {0, -1.2, 4.2}};
  return {data::Box::orthogonal({0, 0, 0}, {4, 5, 4.4}), data::Box::triclinic({0, 0, 0}, vectors)};
}

/// Cubic cells with these sites (fractions of an edge along x, y, z).
Sample crystal(const data::Vec3& edges, int cells, const std::vector<std::array<double, 3>>& sites) {
  Sample sample;
  sample.box = data::Box::orthogonal({0, 0, 0}, {cells * edges[0], cells * edges[1], cells * edges[2]});
  for (int a = 0; a < cells; ++a)
    for (int b = 0; b < cells; ++b)
      for (int c = 0; c < cells; ++c)
        for (const auto& site : sites)
          sample.x.insert(sample.x.end(),
                          {edges[0] * (a + site[0]), edges[1] * (b + site[1]), edges[2] * (c + site[2])});
  return sample;
}

/// The bond vectors of each particle within a distance.
struct Bond {
  std::size_t j;
  data::Vec3 d;
};
std::vector<std::vector<Bond>> bonds_of(const Sample& sample, double cutoff) {
  std::vector<std::vector<Bond>> bonds(sample.size());
  for_all_images(sample, cutoff, [&](std::size_t i, std::size_t j, const data::Vec3& dx, double r) {
    bonds[i].push_back({j, {-dx[0] / r, -dx[1] / r, -dx[2] / r}});
  });
  return bonds;
}

double cosine(const Bond& a, const Bond& b) { return a.d[0] * b.d[0] + a.d[1] * b.d[1] + a.d[2] * b.d[2]; }

double legendre(int l, double x) {
  const double x2 = x * x;
  return l == 4 ? (35.0 * x2 * x2 - 30.0 * x2 + 3.0) / 8.0
                : (231.0 * x2 * x2 * x2 - 315.0 * x2 * x2 + 105.0 * x2 - 5.0) / 16.0;
}

double result(const std::vector<sim::Stage::Result>& rows, const std::string& label) {
  for (const auto& row : rows)
    if (row.label == label) return row.value;
  throw Error::internal("no result " + label);
}

}  // namespace

TEST_CASE("Wave vectors: half of all, each once, evenly thinned out", "[md]") {
  const auto box = boxes()[1];
  const auto all = sim::md::wave_vectors(box, 0.8, 10, 1 << 20);
  std::vector<int> in_bin(10, 0);
  std::size_t inside = 0;
  for (int h = -20; h <= 20; ++h)
    for (int k = -20; k <= 20; ++k)
      for (int l = -20; l <= 20; ++l) {
        const auto q = sim::md::wave_vector(box, {h, k, l});
        for (int d = 0; d < 3; ++d) {
          const double phase = q[0] * box.cell[d][0] + q[1] * box.cell[d][1] + q[2] * box.cell[d][2];
          const int indices[] = {h, k, l};
          REQUIRE_THAT(phase, WithinAbs(2.0 * pi * indices[d], 1e-9));
        }
        const double length = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);
        if (length > 0.0 && length < 8.0) ++inside;
      }
  CHECK(2 * all.indices.size() == inside);
  for (const int bin : all.bin) ++in_bin[static_cast<std::size_t>(bin)];
  const auto some = sim::md::wave_vectors(box, 0.8, 10, 7);
  std::vector<int> kept(10, 0);
  for (const int bin : some.bin) ++kept[static_cast<std::size_t>(bin)];
  for (std::size_t bin = 0; bin < 10; ++bin) CHECK(kept[bin] == std::min(in_bin[bin], 7));
  auto open = box;
  open.is_periodic[1] = false;
  REQUIRE_THROWS_WITH(sim::md::wave_vectors(open, 0.8, 10, 7), Contains("periodic in all directions"));
}

TEST_CASE("S(q) is the square of sums over all particles", "[md]") {
  for (const auto& box : boxes()) {
    const auto sample = two_types(random_sample(box, 45, 0.8, 41));
    const auto engine = make_engine(sample, {kob_andersen()}, comm());
    sim::md::StructureFactorParams params;
    params.q_max = 9.0;
    params.bins = 12;
    params.vectors = 1000000;
    const auto factor = make_structure_factor(params, engine);
    CHECK(factor->report().rows.empty());
    factor->sample(engine);
    factor->sample(engine);
    const auto report = factor->report();
    REQUIRE(report.file == "structure_factor.csv");
    REQUIRE(headings(report) ==
            std::vector<std::string>{"q", "vectors", "S_total", "S_total_error", "S_A_A", "S_A_B", "S_B_B"});

    std::map<int, std::array<double, 6>> bins;  // sums of 1, |q| and the four factors
    for (int h = -15; h <= 15; ++h)
      for (int k = -15; k <= 15; ++k)
        for (int l = -15; l <= 15; ++l) {
          const auto q = sim::md::wave_vector(box, {h, k, l});
          const double length = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);
          if (length == 0.0 || length >= 9.0) continue;
          std::complex<double> rho[2];
          for (std::size_t n = 0; n < sample.size(); ++n)
            rho[sample.type[n]] +=
                std::polar(1.0, q[0] * sample.x[3 * n] + q[1] * sample.x[3 * n + 1] + q[2] * sample.x[3 * n + 2]);
          auto& bin = bins[static_cast<int>(length / 0.75)];
          bin[0] += 1.0;
          bin[1] += length;
          bin[2] += std::norm(rho[0] + rho[1]) / 45.0;
          bin[3] += std::norm(rho[0]) / 30.0;
          bin[4] += std::real(rho[0] * std::conj(rho[1])) / std::sqrt(30.0 * 15.0);
          bin[5] += std::norm(rho[1]) / 15.0;
        }
    REQUIRE(report.rows.size() == bins.size());
    std::size_t n = 0;
    for (const auto& [number, bin] : bins) {
      CAPTURE(number);
      const auto& row = report.rows[n++];
      CHECK(2.0 * row[1] == bin[0]);
      CHECK_THAT(row[0], WithinRel(bin[1] / bin[0], 1e-12));
      CHECK_THAT(row[2], WithinRel(bin[2] / bin[0], 1e-10));
      for (std::size_t k = 3; k < 6; ++k) CHECK_THAT(row[1 + k], WithinAbs(bin[k] / bin[0], 1e-10));
    }
  }
}

TEST_CASE("S(q) of a crystal is N at Bragg peaks and 0 elsewhere", "[md]") {
  const auto sample = fcc_sample(3, 4.0, 0.0);  // edge 1: q^2 = (2 pi/3)^2 n
  const auto engine = make_engine(sample, {lj(0.3)}, comm());
  sim::md::StructureFactorParams params;
  params.q_max = 2.0 * pi / 3.0 * 10.0;
  params.bins = 1000;
  params.vectors = 1000000;
  const auto factor = make_structure_factor(params, engine);
  factor->sample(engine);
  const std::map<int, double> peaks{{27, 8.0}, {36, 6.0}, {72, 12.0}, {99, 24.0}};  // 111, 200, 220, 311
  std::size_t found = 0;
  for (const auto& row : factor->report().rows) {
    const double square = std::pow(row[0] * 3.0 / (2.0 * pi), 2);
    CAPTURE(square);
    const auto peak = peaks.find(static_cast<int>(std::lround(square)));
    // Shells of the small box may share their length with a peak: 27 is 3^2+3^2+3^2 and 5^2+1^2+1^2.
    if (peak == peaks.end()) {
      CHECK_THAT(row[2], WithinAbs(0.0, 1e-10));
      continue;
    }
    ++found;
    CHECK_THAT(row[2] * 2.0 * row[1], WithinRel(108.0 * peak->second, 1e-10));
  }
  CHECK(found == peaks.size());
}

TEST_CASE("Angles between bonds and numbers of neighbours are those of all pairs and images", "[md]") {
  for (const auto& box : boxes()) {
    const auto sample = two_types(random_sample(box, 45, 0.8, 41));
    const auto engine = make_engine(sample, {kob_andersen()}, comm());
    const double cutoff = 1.9;
    sim::md::AdfParams adf_params;
    adf_params.cutoff = cutoff;
    adf_params.bins = 60;
    sim::md::CoordinationParams coordination_params;
    coordination_params.cutoff = cutoff;
    coordination_params.most = 14;
    const auto adf = make_adf(adf_params, engine);
    const auto coordination = make_coordination(coordination_params, engine);
    CHECK(adf->report().rows.empty());
    CHECK(coordination->report().rows.empty());
    for (int n = 0; n < 2; ++n) {
      adf->sample(engine);
      coordination->sample(engine);
    }
    const auto angles = adf->report(), neighbours = coordination->report();
    REQUIRE(headings(angles) == std::vector<std::string>{"angle", "P_total", "P_A_A_A", "P_A_A_B", "P_B_A_B", "P_A_B_A",
                                                         "P_A_B_B", "P_B_B_B"});
    REQUIRE(headings(neighbours) ==
            std::vector<std::string>{"neighbours", "share_total", "share_A_A", "share_A_B", "share_B_A", "share_B_B"});
    REQUIRE(angles.rows.size() == 60);
    REQUIRE(neighbours.rows.size() == 15);

    std::vector<std::vector<double>> counts(60, std::vector<double>(7, 0.0)), shares(15, std::vector<double>(5, 0.0));
    std::vector<double> sums(7, 0.0), pairs(4, 0.0);
    const auto bonds = bonds_of(sample, cutoff);
    for (std::size_t i = 0; i < bonds.size(); ++i) {
      double of_type[2] = {0.0, 0.0};
      for (std::size_t a = 0; a < bonds[i].size(); ++a) {
        of_type[sample.type[bonds[i][a].j]] += 1.0;
        for (std::size_t b = 0; b < a; ++b) {
          const double angle = std::acos(std::clamp(cosine(bonds[i][a], bonds[i][b]), -1.0, 1.0)) * 180.0 / pi;
          const auto column = static_cast<std::size_t>(1 + 3 * sample.type[i] + sample.type[bonds[i][a].j] +
                                                       sample.type[bonds[i][b].j]);
          for (const std::size_t c : {std::size_t{0}, column}) {
            counts[static_cast<std::size_t>(angle / 3.0)][c] += 1.0;
            sums[c] += 1.0;
          }
        }
      }
      const auto row = [](double count) { return std::min<std::size_t>(static_cast<std::size_t>(count), 14); };
      const auto type = static_cast<std::size_t>(sample.type[i]);
      const double particles = type == 0 ? 30.0 : 15.0;
      shares[row(of_type[0] + of_type[1])][0] += 1.0 / 45.0;
      for (std::size_t b = 0; b < 2; ++b) {
        shares[row(of_type[b])][1 + 2 * type + b] += 1.0 / particles;
        pairs[2 * type + b] += of_type[b] / particles;
      }
    }
    for (std::size_t bin = 0; bin < 60; ++bin)
      for (std::size_t c = 0; c < 7; ++c) {
        CAPTURE(bin, c);
        CHECK_THAT(angles.rows[bin][1 + c], WithinAbs(counts[bin][c] / (3.0 * sums[c]), 1e-12));
      }
    for (std::size_t n = 0; n < 15; ++n)
      for (std::size_t c = 0; c < 5; ++c) CHECK_THAT(neighbours.rows[n][1 + c], WithinAbs(shares[n][c], 1e-12));
    const auto means = coordination->results();
    REQUIRE(means.size() == 4);
    for (std::size_t n = 0; n < 4; ++n) CHECK_THAT(means[n].value, WithinRel(pairs[n], 1e-12));
    CHECK(means[1].label == "neighbours B of a particle A");
  }
}

TEST_CASE("Bond order knows the crystals", "[md]") {
  struct Case {
    const char* name;
    Sample sample;
    double cutoff, neighbours, q4, q6;
  };
  const double root2 = std::sqrt(2.0), root3 = std::sqrt(3.0), height = std::sqrt(8.0 / 3.0);
  // Closed forms and Mickel et al., J. Chem. Phys. 138, 044501 (2013), table I.
  const Case cases[] = {
      {"fcc", crystal({root2, root2, root2}, 3, {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}}), 1.2, 12,
       0.190940654, 0.574524259},
      {"hcp", crystal({1.0, root3, height}, 3, {{0, 0, 0}, {0.5, 0.5, 0}, {0, 1.0 / 3.0, 0.5}, {0.5, 5.0 / 6.0, 0.5}}),
       1.2, 12, 0.097222222, 0.484761685},
      {"bcc", crystal({1, 1, 1}, 3, {{0, 0, 0}, {0.5, 0.5, 0.5}}), 1.1, 14, 0.036369648, 0.510688231},
      {"bcc, nearest", crystal({1, 1, 1}, 3, {{0, 0, 0}, {0.5, 0.5, 0.5}}), 0.9, 8, 0.509175077, 0.628539361},
      {"sc", crystal({1, 1, 1}, 3, {{0, 0, 0}}), 1.1, 6, 0.763762616, 0.353553391}};
  for (const auto& known : cases) {
    CAPTURE(known.name);
    auto engine = make_engine(known.sample, {lj(0.3)}, comm());
    sim::md::BondOrderParams params;
    params.cutoff = known.cutoff;
    const auto order = make_bond_order(params, engine);
    order->sample(engine);
    const auto rows = order->results();
    for (const char* symbol : {"q", "Q"}) {
      const std::string of = symbol[0] == 'q' ? " of particles" : " of all bonds";
      CHECK_THAT(result(rows, symbol + ("4" + of)), WithinAbs(known.q4, 1e-8));
      CHECK_THAT(result(rows, symbol + ("6" + of)), WithinAbs(known.q6, 1e-8));
    }
    const auto report = order->report();
    REQUIRE(report.rows.size() == 100);
    CHECK_THAT(report.rows[static_cast<std::size_t>(known.q4 * 100.0)][1], WithinRel(100.0, 1e-12));
    CHECK_THAT(report.rows[static_cast<std::size_t>(known.q6 * 100.0)][2], WithinRel(100.0, 1e-12));
  }
}

TEST_CASE("Centro-symmetry is none in fcc, the square of a bond in hcp, and what pairs of bonds say", "[md]") {
  const auto values_of = [](const Sample& sample, double cutoff) {
    auto engine = make_engine(sample, {lj(0.3)}, comm());
    sim::md::CentroSymmetryParams params;
    params.cutoff = cutoff;
    const auto observable = make_centro_symmetry(params, engine);
    CHECK(observable->results().empty());
    observable->sample(engine);
    const auto& particles = engine.system().particles;
    const auto found =
        Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("centro_symmetry"));
    const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
    std::vector<double> values(sample.size(), 0.0);
    for (int i = 0; i < particles.num_owned(); ++i) values[static_cast<std::size_t>(id(i, 0) - 1)] = found(i, 0);
    comm().all_reduce(values.data(), static_cast<int>(values.size()), Op::sum);
    double sum = 0.0, count = 0.0;
    for (const double value : values) {
      if (value < 0.0) continue;
      sum += value;
      count += 1.0;
    }
    const auto rows = observable->results();
    CHECK_THAT(result(rows, "share of particles with too few neighbours for it"),
               WithinAbs(1.0 - count / static_cast<double>(values.size()), 1e-12));
    if (count > 0.0) CHECK_THAT(result(rows, "centro-symmetry"), WithinAbs(sum / count, 1e-11));
    return values;
  };
  const auto fcc = values_of(fcc_sample(3, 4.0, 0.0), 0.9);
  const double d = 1.1, height = d * std::sqrt(8.0 / 3.0);
  const auto hcp = values_of(crystal({d, d * std::sqrt(3.0), height}, 3,
                                     {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 5.0 / 6.0, 0.5}, {0, 1.0 / 3.0, 0.5}}),
                             1.3 * d);
  for (const double value : fcc) CHECK_THAT(value, WithinAbs(0.0, 1e-20));
  for (const double value : hcp) CHECK_THAT(value, WithinAbs(d * d, 1e-12));

  const auto sample = random_sample(boxes()[1], 60, 0.5, 7);
  const double cutoff = 1.6;
  const auto found = values_of(sample, cutoff);
  std::vector<std::vector<std::array<double, 4>>> shells(sample.size());
  for_all_images(sample, cutoff, [&](std::size_t i, std::size_t, const data::Vec3& dx, double r) {
    shells[i].push_back({r, dx[0], dx[1], dx[2]});
  });
  std::size_t lonely = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    auto& shell = shells[i];
    if (shell.size() < 12) {
      ++lonely;
      CHECK(found[i] == -1.0);
      continue;
    }
    std::sort(shell.begin(), shell.end());
    std::vector<double> sums;
    for (std::size_t a = 0; a < 12; ++a)
      for (std::size_t b = 0; b < a; ++b)
        sums.push_back(std::pow(shell[a][1] + shell[b][1], 2) + std::pow(shell[a][2] + shell[b][2], 2) +
                       std::pow(shell[a][3] + shell[b][3], 2));
    std::sort(sums.begin(), sums.end());
    CHECK_THAT(found[i], WithinAbs(std::accumulate(sums.begin(), sums.begin() + 6, 0.0), 1e-11));
  }
  CHECK(lonely > 0);
  CHECK(lonely < sample.size());
}

TEST_CASE("Bond order of a liquid is carried by its particles, also by those that left their tile", "[md]") {
  const auto sample = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {6, 6, 7}), 160, 0.85, 43));
  auto engine = make_engine(sample, {.table = kob_andersen(), .dt = 0.002, .neighbours = {.skin = 1.0}}, comm());
  sim::md::BondOrderParams params;
  params.cutoff = 1.6;
  const auto order = make_bond_order(params, engine);
  advance(engine, 40);
  order->sample(engine);
  auto now = sample;
  now.x = gather(engine, "position");
  for (std::size_t n = 0; n < now.size(); ++n) {
    data::Vec3 x{now.x[3 * n], now.x[3 * n + 1], now.x[3 * n + 2]};
    now.box.wrap(x);
    for (std::size_t c = 0; c < 3; ++c) now.x[3 * n + c] = x[static_cast<int>(c)];
  }
  const auto bonds = bonds_of(now, 1.6);
  std::vector<double> expected(2 * now.size(), 0.0);
  double all[2] = {0.0, 0.0}, total = 0.0;
  std::vector<Bond> every;
  for (std::size_t i = 0; i < bonds.size(); ++i)
    for (std::size_t which = 0; which < 2; ++which) {
      double sum = 0.0;
      for (const auto& a : bonds[i])
        for (const auto& b : bonds[i]) sum += legendre(which == 0 ? 4 : 6, cosine(a, b));
      if (!bonds[i].empty()) expected[2 * i + which] = std::sqrt(sum) / static_cast<double>(bonds[i].size());
      if (which == 0) every.insert(every.end(), bonds[i].begin(), bonds[i].end());
    }
  total = static_cast<double>(every.size());
  for (const auto& a : every)
    for (const auto& b : every) {
      all[0] += legendre(4, cosine(a, b));
      all[1] += legendre(6, cosine(a, b));
    }
  const auto rows = order->results();
  CHECK_THAT(result(rows, "Q4 of all bonds"), WithinAbs(std::sqrt(all[0]) / total, 1e-10));
  CHECK_THAT(result(rows, "Q6 of all bonds"), WithinAbs(std::sqrt(all[1]) / total, 1e-10));
  double means[2] = {0.0, 0.0};
  for (std::size_t n = 0; n < expected.size(); ++n) means[n % 2] += expected[n] / static_cast<double>(now.size());
  CHECK_THAT(result(rows, "q4 of particles"), WithinAbs(means[0], 1e-10));
  CHECK_THAT(result(rows, "q6 of particles"), WithinAbs(means[1], 1e-10));

  const auto& particles = engine.system().particles;
  const auto values = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("bond_order"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  double largest = 0.0;
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int c = 0; c < 2; ++c)
      largest = std::max(largest, std::abs(values(i, c) - expected[static_cast<std::size_t>(2 * (id(i, 0) - 1) + c)]));
  CHECK(comm().all_reduce(largest, Op::max) < 1e-10);
}
