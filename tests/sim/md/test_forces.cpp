// Forces, energies and virials against plain sums, finite differences and symmetries.
#include <cmath>

#include "brute_force.hpp"
#include "catch.hpp"
#include "samples.hpp"
#include "sim/pair_force.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using sim::md::PairTable;
using sim::md::Truncation;

namespace {

const Truncation truncations[] = {Truncation::none, Truncation::energy, Truncation::force};

Sample two_types(Sample sample) {
  for (std::size_t n = 0; n < sample.size(); ++n) sample.type.push_back(n % 5 == 4 ? 1 : 0);
  sample.masses = {1.0, 2.5};
  return sample;
}

Box skewed(double edge) {
  const double vectors[3][3] = {{edge, 0, 0}, {-0.4 * edge, 0.9 * edge, 0}, {0.3 * edge, 0.35 * edge, 1.1 * edge}};
  return Box::triclinic({-1, 2, 0.5}, vectors);
}

/// The whole state of affairs, for comparisons: forces, energy, virial.
void compare(const sim::md::Engine& engine, const BruteForce& expected, double tolerance) {
  double trace = 0.0;
  for (int n = 0; n < 3; ++n) trace += std::abs(expected.virial[n]);
  // In crystals the forces cancel; what they are made of does not.
  const double scale = rms(expected.force) + trace / static_cast<double>(engine.num_global());
  CHECK(max_difference(gather(engine, "force"), expected.force) < tolerance * scale);
  const auto totals = engine.totals();
  CHECK_THAT(totals.potential, WithinAbs(expected.energy, tolerance * std::abs(expected.energy)));
  for (int n = 0; n < 6; ++n) CHECK_THAT(totals.virial[n], WithinAbs(expected.virial[n], tolerance * trace));
}

}  // namespace

TEST_CASE("Forces, energies and virials are those of the plain sum over all images", "[md]") {
  struct Case {
    std::string name;
    Box box;
    int count;
    double distance;
  };
  // The last ones are narrower than the cutoff: particles see several images of one another and of themselves.
  const Case cases[] = {{"wide", Box::orthogonal({0, 0, 0}, {9, 8, 7}), 200, 0.9},
                        {"skewed", skewed(7.0), 150, 0.9},
                        {"open", Box::orthogonal({0, 0, 0}, {8, 8, 8}, {true, false, false}), 120, 0.9},
                        {"narrow", Box::orthogonal({0, 0, 0}, {2.2, 3.1, 2.6}), 9, 0.9},
                        {"narrow and skewed", skewed(2.4), 7, 0.9},
                        {"one particle and its images", Box::orthogonal({0, 0, 0}, {1.3, 1.2, 1.1}), 1, 0.5}};
  std::uint64_t seed = 1;
  for (const auto& [name, box, count, distance] : cases) {
    const auto plain = random_sample(box, count, distance, seed++);
    for (const auto truncation : truncations)
      for (const bool is_mixture : {false, true}) {
        CAPTURE(name, static_cast<int>(truncation), is_mixture);
        PairTable table = is_mixture ? kob_andersen() : lj(2.5);
        table.truncation = truncation;
        const auto sample = is_mixture ? two_types(plain) : plain;
        // Rounding, relative to forces of very different sizes.
        compare(make_engine(sample, {table}, comm()), brute_force(sample, table), 1e-11);
      }
  }
}

TEST_CASE("Lists that hold each pair once or twice give the same", "[md]") {
  const auto sample = two_types(random_sample(skewed(6.5), 150, 0.9, 24));
  for (const auto truncation : truncations)
    for (const bool is_mixture : {false, true}) {
      PairTable table = is_mixture ? kob_andersen() : lj(2.5);
      table.truncation = truncation;
      auto plain = sample;
      if (!is_mixture) plain.type.clear();
      auto engine = make_engine(plain, {table}, comm());
      const auto expected = brute_force(plain, table);
      auto& particles = engine.system().particles;
      const auto pair_force = sim::make_lennard_jones(table);
      for (const auto count : {data::PairCount::half, data::PairCount::full}) {
        CAPTURE(static_cast<int>(truncation), is_mixture, static_cast<int>(count));
        if (count == data::PairCount::half && ExecSpace().concurrency() > 1) continue;  // threads would collide
        data::Neighbourhood near;
        near.build(engine.tiling(), particles, 2.9, count);
        near.prune(particles, 2.7);
        Kokkos::deep_copy(particles.get<double>("force"), 0.0);
        pair_force->add_interior(particles, near);
        pair_force->add_boundary(particles, near);
        CHECK(max_difference(gather(engine, "force"), expected.force) < 1e-11 * rms(expected.force));
        auto sums = pair_force->sums(particles, near);
        all_reduce(comm(), &sums.energy, 1);
        all_reduce(comm(), sums.virial, 6);
        CHECK_THAT(sums.energy.value(), WithinRel(expected.energy, 1e-11));
        for (int n = 0; n < 6; ++n)
          CHECK_THAT(sums.virial[n].value(), WithinAbs(expected.virial[n], 1e-11 * std::abs(expected.virial[0])));
      }
    }
}

TEST_CASE("Forces are the gradient of the energy", "[md]") {
  const auto sample = two_types(random_sample(Box::orthogonal({0, 0, 0}, {6, 6, 6}), 80, 0.95, 21));
  PairTable table = kob_andersen();
  for (const auto truncation : truncations) {
    table.truncation = truncation;
    const auto force = gather(make_engine(sample, {table}, comm()), "force");
    for (const std::size_t k : {std::size_t{0}, std::size_t{13}, std::size_t{44}, std::size_t{239}}) {
      // Fourth-order differences. That a pair crosses the cutoff, where only the last truncation is smooth, would be
      // an accident of one in a hundred: it does not happen for these particles.
      const double h = 1e-4;
      double slope = 0.0;
      for (const auto& [place, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
        auto moved = sample;
        moved.x[k] += place * h;
        slope += weight * make_engine(moved, {table}, comm()).totals().potential / (12.0 * h);
      }
      CAPTURE(static_cast<int>(truncation), k);
      CHECK_THAT(force[k], WithinAbs(-slope, 1e-7 * rms(force)));
    }
  }
}

TEST_CASE("The virial is the derivative of the energy with the volume and with shear", "[md]") {
  const auto sample = two_types(random_sample(skewed(6.0), 100, 0.95, 22));
  PairTable table = kob_andersen();
  table.truncation = Truncation::force;
  const auto totals = make_engine(sample, {table}, comm()).totals();
  const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  for (int n = 0; n < 6; ++n) {
    // x_a += strain * x_b for particles and cell vectors alike: dU/dstrain = -sum r_b f_a.
    const double h = 1e-4;
    double slope = 0.0;
    for (const auto& [place, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
      auto strained = sample;
      double cell[3][3];
      for (int d = 0; d < 3; ++d)
        for (int c = 0; c < 3; ++c)
          cell[d][c] = sample.box.cell[d][c] + (c == first[n] ? place * h * sample.box.cell[d][second[n]] : 0.0);
      data::Vec3 origin = sample.box.origin;
      origin[first[n]] += place * h * sample.box.origin[second[n]];
      strained.box = Box::triclinic(origin, cell);
      for (std::size_t i = 0; i < sample.size(); ++i)
        strained.x[3 * i + static_cast<std::size_t>(first[n])] +=
            place * h * sample.x[3 * i + static_cast<std::size_t>(second[n])];
      slope += weight * make_engine(strained, {table}, comm()).totals().potential / (12.0 * h);
    }
    CAPTURE(n);
    CHECK_THAT(totals.virial[n], WithinAbs(-slope, 1e-7 * (std::abs(totals.virial[0]) + std::abs(totals.potential))));
  }
}

TEST_CASE("Energies do not depend on the origin, the order or the orientation", "[md]") {
  const auto sample = random_sample(Box::orthogonal({0, 0, 0}, {6, 7, 8}), 120, 0.9, 23);
  const PairTable table = lj(2.5);
  const auto plain = make_engine(sample, {table}, comm());
  const auto force = gather(plain, "force");
  const double energy = plain.totals().potential;

  auto moved = sample;  // some of it several boxes away
  const double boxes[] = {-18.0, 70.0, -16.0};
  for (std::size_t k = 0; k < sample.x.size(); ++k) moved.x[k] += 3.7 + (k / 3 % 5 == 0 ? boxes[k % 3] : 0.0);
  const auto translated = make_engine(moved, {table}, comm());
  CHECK_THAT(translated.totals().potential, WithinRel(energy, 1e-11));
  CHECK(max_difference(gather(translated, "force"), force) < 1e-10 * rms(force));

  auto reversed = sample;
  const std::size_t count = sample.size();
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t c = 0; c < 3; ++c) reversed.x[3 * n + c] = sample.x[3 * (count - 1 - n) + c];
  const auto permuted = make_engine(reversed, {table}, comm());
  auto back = gather(permuted, "force");
  for (std::size_t n = 0; n < count / 2; ++n)
    for (std::size_t c = 0; c < 3; ++c) std::swap(back[3 * n + c], back[3 * (count - 1 - n) + c]);
  CHECK_THAT(permuted.totals().potential, WithinRel(energy, 1e-12));
  CHECK(max_difference(back, force) < 1e-11 * rms(force));

  // x y z -> y z x, then a rotation by 30 degrees about z: a general cell, of general orientation.
  const double c = std::cos(0.5236), s = std::sin(0.5236);
  const auto turn = [&](const double* x, double* y) {
    y[0] = c * x[1] - s * x[2];
    y[1] = s * x[1] + c * x[2];
    y[2] = x[0];
  };
  auto turned = sample;
  double cell[3][3];
  for (int d = 0; d < 3; ++d) turn(sample.box.cell[d], cell[d]);
  turned.box = Box::triclinic({0, 0, 0}, cell);
  auto expected = force;
  for (std::size_t n = 0; n < count; ++n) {
    turn(&sample.x[3 * n], &turned.x[3 * n]);
    turn(&force[3 * n], &expected[3 * n]);
  }
  const auto rotated = make_engine(turned, {table}, comm());
  CHECK_THAT(rotated.totals().potential, WithinRel(energy, 1e-11));
  CHECK(max_difference(gather(rotated, "force"), expected) < 1e-10 * rms(force));
}

TEST_CASE("A skewed cell is the same crystal as its orthogonal multiple", "[md]") {
  // Primitive vectors of fcc with two displaced particles, against the orthogonal cell of twice the volume: (a, b, c)
  // and (a, 2 b - a, c) with a and 2 b - a orthogonal.
  const double a = 3.0, h = 2.4, w = 3.3;
  const double primitive[3][3] = {{a, 0, 0}, {0.5 * a, h, 0}, {0, 0, w}};
  Sample skew;
  skew.box = Box::triclinic({0, 0, 0}, primitive);
  skew.x = {0.1, 0.2, 0.3, 1.4, 0.9, 1.5, 2.3, 1.9, 2.6};
  Sample straight;
  straight.box = Box::orthogonal({0, 0, 0}, {a, 2 * h, w});
  straight.x = skew.x;
  for (std::size_t n = 0; n < skew.size(); ++n)
    for (std::size_t c = 0; c < 3; ++c) straight.x.push_back(skew.x[3 * n + c] + primitive[1][c]);
  const auto one = make_engine(skew, {lj(2.5)}, comm()), two = make_engine(straight, {lj(2.5)}, comm());
  CHECK_THAT(two.totals().potential, WithinRel(2.0 * one.totals().potential, 1e-12));
  auto force = gather(one, "force");
  force.insert(force.end(), force.begin(), force.end());
  CHECK(max_difference(gather(two, "force"), force) < 1e-11 * rms(force));
}

TEST_CASE("No particles, one particle, and ranks without any", "[md]") {
  Sample sample;
  sample.box = Box::orthogonal({0, 0, 0}, {10, 11, 12});
  auto none = make_engine(sample, {lj(2.5)}, comm());
  advance(none, 3);
  CHECK(none.num_global() == 0);
  CHECK(none.totals().potential == 0.0);
  CHECK(none.totals().kinetic == 0.0);

  sample.x = {9.9, 5.0, 0.05};
  sample.v = {10.0, 0.5, -10.0};
  auto single = make_engine(sample, {lj(2.5)}, comm());
  advance(single, 100);  // 5 to the right and to the left, across the sides
  CHECK(max_difference(gather(single, "position"), {14.9, 5.25, -4.95}) < 1e-12);
  CHECK(single.totals().potential == 0.0);

  // A pair in one corner: all other ranks are empty.
  sample.x = {0.2, 0.2, 0.2, 1.3, 0.2, 0.2};
  sample.v = {};
  const auto pair = make_engine(sample, {lj(2.5)}, comm());
  compare(pair, brute_force(sample, lj(2.5)), 1e-12);
}
