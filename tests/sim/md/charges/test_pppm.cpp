// The particle mesh against Ewald sums: accuracy, conservation, symmetries, ranks, and the work that it is.
#include <cmath>

#include "catch.hpp"
#include "charged.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using sim::md::EwaldParams;
using sim::md::PppmParams;

namespace {

PppmParams mesh(double alpha, data::Int3 points, int order = 5) {
  PppmParams params;
  params.alpha = alpha;
  params.points = points;
  params.order = order;
  params.drift = 0.2;
  return params;
}

/// All waves that matter.
Coulomb waves(const Charged& charged, double alpha) {
  return evaluate(charged, ewald(charged.sample.box, EwaldParams{alpha, 12.0 * alpha}), comm());
}

}  // namespace

TEST_CASE("The error of the mesh is what its estimate says, at every order", "[md][charges]") {
  for (const auto& box : {Box::orthogonal({0, 0, 0}, {10, 11, 9}), skewed(10.0)}) {
    const auto some = ions(box, 400, 0.7, 11);
    const double alpha = 0.8;
    const auto expected = waves(some, alpha);
    for (int order = 3; order <= 7; ++order)
      for (const auto& points : {data::Int3{12, 12, 12}, data::Int3{18, 20, 16}, data::Int3{25, 24, 27}}) {
        CAPTURE(order, points[0]);
        const auto params = mesh(alpha, points, order);
        const auto found = evaluate(some, pppm(box, params), comm());
        const double error = rms_difference(found.force, expected.force);
        const double estimate = sim::md::pppm_error(params, sums_of(some), box);
        CHECK(error < 1.5 * estimate);
        CHECK(error > estimate / 1.5);
        // Errors of the energy are those of the forces, over a distance of about one.
        CHECK_THAT(found.energy, WithinAbs(expected.energy, 10.0 * estimate * std::sqrt(400.0)));
        for (int n = 0; n < 6; ++n)
          CHECK_THAT(found.virial[n], WithinAbs(expected.virial[n], 20.0 * estimate * std::sqrt(400.0)));
      }
  }
}

TEST_CASE("Meshes are as fine as the accuracy wants, no finer", "[md][charges]") {
  for (const auto& box : {Box::orthogonal({0, 0, 0}, {10, 14, 9}), skewed(10.0)}) {
    const auto some = ions(box, 400, 0.7, 11);
    for (const int order : {3, 5, 7})
      for (const double accuracy : {1e-3, 1e-4, 1e-5}) {
        CAPTURE(order, accuracy);
        const auto params = sim::md::choose_pppm(accuracy, 4.0, order, sums_of(some), box);
        CHECK_THAT(sim::md::pair_error(params.alpha, 4.0, sums_of(some), box), WithinRel(accuracy, 1e-6));
        if (order == 3 && accuracy < 1e-4) continue;  // large meshes
        const auto found = evaluate(some, pppm(box, params), comm());
        const double error = rms_difference(found.force, waves(some, params.alpha).force);
        CHECK(error < 1.5 * accuracy);
        CHECK(error > accuracy / 20.0);
      }
  }
  const auto sums = sums_of(rock_salt(1));
  CHECK_THROWS_WITH(sim::md::choose_pppm(1e-12, 0.5, 3, sums, Box::orthogonal({0, 0, 0}, {2, 2, 2000})),
                    Contains("no mesh for Coulomb forces"));
}

TEST_CASE("The mesh conserves momentum, and nearly its energy's gradient", "[md][charges]") {
  const auto some = ions(skewed(8.0), 200, 0.7, 19);
  const auto params = mesh(0.9, {20, 20, 20});
  Evaluation evaluation(some, pppm(some.sample.box, params), comm());
  const auto found = evaluation.now();
  double total[3] = {};
  for (std::size_t k = 0; k < found.force.size(); ++k) total[k % 3] += found.force[k];
  for (const double f : total) CHECK(std::abs(f) < 1e-11 * rms(found.force));
  const double estimate = sim::md::pppm_error(params, sums_of(some), some.sample.box);
  for (const std::size_t particle : {std::size_t{0}, std::size_t{77}, std::size_t{199}})
    for (int c = 0; c < 3; ++c) {
      // Most of the difference is a charge's force on itself.
      const double q = some.charge[particle];
      const double itself = q * q * static_cast<double>(some.charge.size()) / sums_of(some).sum_of_squares;
      const double h = 1e-3;
      const auto push = [&](double by) {
        evaluation.move([&](std::size_t n) {
          data::Vec3 shift{0.0, 0.0, 0.0};
          if (n == particle) shift[c] = by;
          return shift;
        });
      };
      push(h);
      const double above = evaluation.now().energy;
      push(-2.0 * h);
      const double below = evaluation.now().energy;
      push(h);
      CHECK_THAT(found.force[3 * particle + static_cast<std::size_t>(c)],
                 WithinAbs(-(above - below) / (2.0 * h), 10.0 * estimate * itself));
    }
}

TEST_CASE("The mesh's virial is the energy's derivative with strain, to its accuracy", "[md][charges]") {
  const auto some = ions(skewed(8.0), 200, 0.7, 23);
  const auto params = mesh(0.9, {24, 24, 24}, 7);
  const auto energy = [&](int a, int b, double strain) {
    const auto other = strained(some, a, b, strain);
    return evaluate(other, pppm(other.sample.box, params), comm()).energy;
  };
  const auto found = evaluate(some, pppm(some.sample.box, params), comm());
  const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  for (int n = 0; n < 6; ++n) {
    const double h = 1e-3;
    const double change = (energy(first[n], second[n], h) - energy(first[n], second[n], -h)) / (2.0 * h);
    CHECK_THAT(found.virial[n], WithinAbs(-change, 1e-5 * std::abs(found.energy)));
  }
}

TEST_CASE("Moved by whole spacings, everything on the mesh is the same", "[md][charges]") {
  const auto some = ions(Box::orthogonal({0, 0, 0}, {8, 8, 10}), 200, 0.7, 29);
  const auto params = mesh(0.8, {16, 16, 20});
  auto moved = some;
  for (std::size_t k = 0; k < moved.sample.x.size(); ++k) moved.sample.x[k] += k % 3 == 0 ? 1.5 : -43.0;
  compare(evaluate(moved, pppm(some.sample.box, params), comm()), evaluate(some, pppm(some.sample.box, params), comm()),
          1e-11);
}

TEST_CASE("The mesh is the same on any number of ranks, and after any drift", "[md][charges]") {
  const Box boxes[] = {Box::orthogonal({0, 0, 0}, {12, 9, 10}), skewed(10.0), Box::orthogonal({0, 0, 0}, {4, 30, 5}),
                       Box::orthogonal({0, 0, 0}, {3, 3, 3})};
  for (const auto& box : boxes) {
    const auto some = ions(box, box.volume() < 50 ? 5 : 250, 0.7, 31);
    const auto points = [&](int d) { return std::max(5, static_cast<int>(2.2 * box.height(d))); };
    const auto params = mesh(0.9, {points(0), points(1), points(2)});
    // Small steps stay within what is expected, large ones do not; the last ones lead around the box.
    for (const double length : {0.0, 0.15, 2.0, 40.0}) {
      CAPTURE(box.height(1), length);
      const auto shift = [&](std::size_t n) {
        const auto k = static_cast<double>(n);
        return data::Vec3{length * std::sin(k), length * std::cos(2.0 * k), length * std::sin(3.0 * k)};
      };
      const auto after_drift = [&](const Comm& ranks) {
        Evaluation evaluation(some, pppm(box, params), ranks);
        evaluation.now();
        evaluation.move(shift);
        const auto coulomb = evaluation.now();
        auto all = coulomb.force;
        all.push_back(coulomb.energy);
        all.insert(all.end(), coulomb.virial, coulomb.virial + 6);
        return all;
      };
      auto moved = some;
      for (std::size_t n = 0; n < moved.charge.size(); ++n)
        for (std::size_t c = 0; c < 3; ++c) moved.sample.x[3 * n + c] += shift(n)[static_cast<int>(c)];
      const auto fresh = evaluate(moved, pppm(box, params), comm());
      const auto single = alone(after_drift);
      CHECK(max_difference(after_drift(comm()), single) < 1e-12 * rms(single));
      CHECK(max_difference(fresh.force, {single.begin(), single.end() - 7}) < 1e-11 * rms(single));
    }
  }
}

TEST_CASE("The mesh follows the box", "[md][charges]") {
  const auto before = ions(Box::orthogonal({0, 0, 0}, {8, 9, 8}), 150, 0.7, 37);
  const auto after = strained(strained(before, 0, 0, 0.02), 2, 1, 0.03);
  const auto params = mesh(0.9, {16, 20, 18});
  Evaluation evaluation(before, pppm(before.sample.box, params), comm());
  evaluation.now();
  evaluation.move([&](std::size_t n) {
    data::Vec3 by{0.0, 0.0, 0.0};
    for (std::size_t c = 0; c < 3; ++c)
      by[static_cast<int>(c)] = after.sample.x[3 * n + c] - before.sample.x[3 * n + c];
    return by;
  });
  evaluation.term().set_box(after.sample.box);
  compare(evaluation.now(), evaluate(after, pppm(after.sample.box, params), comm()), 1e-11);
}

TEST_CASE("A skewed mesh is that of the replicated crystal", "[md][charges]") {
  // Both are exact to 1e-9 here, on different meshes.
  const double a = 3.0, h = 2.4, w = 3.3;
  const double primitive[3][3] = {{a, 0, 0}, {0.5 * a, h, 0}, {0, 0, w}};
  Charged skew;
  skew.sample.box = Box::triclinic({0, 0, 0}, primitive);
  skew.sample.x = {0.1, 0.2, 0.3, 1.4, 0.9, 1.5, 2.3, 1.9, 2.6};
  skew.charge = {1.0, 0.5, -1.5};
  auto straight = skew;
  straight.sample.box = Box::orthogonal({0, 0, 0}, {a, 2 * h, w});
  for (std::size_t n = 0; n < 3; ++n) {
    for (std::size_t c = 0; c < 3; ++c) straight.sample.x.push_back(skew.sample.x[3 * n + c] + primitive[1][c]);
    straight.charge.push_back(skew.charge[n]);
  }
  const auto one = evaluate(skew, pppm(skew.sample.box, mesh(0.9, {36, 30, 40}, 7)), comm());
  auto expected = one;
  expected.force.insert(expected.force.end(), one.force.begin(), one.force.end());
  expected.energy *= 2.0;
  for (double& virial : expected.virial) virial *= 2.0;
  compare(evaluate(straight, pppm(straight.sample.box, mesh(0.9, {36, 60, 40}, 7)), comm()), expected, 1e-7);
}

TEST_CASE("The work on the mesh grows as N log N", "[md][charges]") {
  const auto one = ions(Box::orthogonal({0, 0, 0}, {8, 8, 8}), 300, 0.7, 41);
  std::vector<double> per_particle;
  for (const int times : {1, 2, 4}) {
    const auto all = replicated(one, {times, times, times});
    const auto params = sim::md::choose_pppm(1e-4, 4.0, 5, sums_of(all), all.sample.box);
    Evaluation evaluation(all, pppm(all.sample.box, params), comm());
    const double flops = comm().all_reduce(evaluation.flops(), Op::sum);
    per_particle.push_back(flops / static_cast<double>(all.charge.size()));
  }
  // Mesh sizes that transform well may be off by a quarter in volume; the accuracy itself asks for a little more.
  CHECK(per_particle[1] < 1.3 * per_particle[0]);
  CHECK(per_particle[2] < 1.3 * per_particle[1]);
}

TEST_CASE("What makes no sense as a mesh is refused", "[md][charges]") {
  const auto salt = rock_salt(1);
  auto open = salt;
  open.sample.box.is_periodic[0] = false;
  const auto make = [&](const Box& box, const PppmParams& params) {
    return sim::md::make_pppm(comm(), box, plain_units(), sums_of(salt), params);
  };
  CHECK_THROWS_WITH(make(open.sample.box, mesh(1.0, {8, 8, 8})), Contains("open along direction 1"));
  CHECK_THROWS_WITH(make(salt.sample.box, mesh(1.0, {8, 8, 8}, 8)), Contains("order 8 of the mesh"));
  CHECK_THROWS_WITH(make(salt.sample.box, mesh(1.0, {8, 4, 8})), Contains("a mesh of 8 x 4 x 8 points"));
  CHECK_THROWS_WITH(make(salt.sample.box, mesh(-1.0, {8, 8, 8})), Contains("alpha is -1"));
}
