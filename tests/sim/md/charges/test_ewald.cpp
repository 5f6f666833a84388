// Ewald sums against known constants, derivatives, symmetries and their own error estimate.
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "charged.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using sim::md::EwaldParams;

namespace {

double energy_of(const Charged& charged, double alpha) { return exact(charged, alpha, plain_units(), comm()).energy; }

/// Fourth-order difference.
double slope(double h, const std::function<double(double)>& f) {
  return (f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h);
}

}  // namespace

TEST_CASE("Ewald sums give Madelung's constants", "[md][charges]") {
  for (const int cells : {1, 2}) {
    const auto salt = rock_salt(cells);
    const auto coulomb = exact(salt, 1.9, plain_units(), comm());
    CHECK_THAT(coulomb.energy / static_cast<double>(salt.charge.size() / 2), WithinAbs(-1.7475645946, 1e-10));
    CHECK(rms(coulomb.force) < 1e-12);
    // 1/r: three times the pressure is the energy.
    CHECK_THAT(coulomb.virial[0] + coulomb.virial[1] + coulomb.virial[2], WithinRel(coulomb.energy, 1e-12));
  }
  const auto coulomb = exact(caesium_chloride(), 2.5, plain_units(), comm());
  CHECK_THAT(coulomb.energy, WithinAbs(-1.7626747731, 1e-10));
}

TEST_CASE("Ewald sums do not depend on how they are split", "[md][charges]") {
  // The last box is smaller than the range of the pairs.
  for (const auto& box :
       {Box::orthogonal({0, 0, 0}, {7, 6, 8}), skewed(6.0), Box::orthogonal({1, 1, 1}, {2, 2.4, 3})}) {
    const auto some = ions(box, box.volume() > 50 ? 120 : 6, 0.8, 3);
    const auto expected = exact(some, 1.0, plain_units(), comm());
    for (const double alpha : {0.8, 1.5}) compare(exact(some, alpha, plain_units(), comm()), expected, 1e-11);
    CHECK_THAT(expected.virial[0] + expected.virial[1] + expected.virial[2], WithinRel(expected.energy, 1e-11));
    double total[3] = {};
    for (std::size_t k = 0; k < expected.force.size(); ++k) total[k % 3] += expected.force[k];
    for (const double f : total) CHECK(std::abs(f) < 1e-11 * rms(expected.force));
  }
}

TEST_CASE("Ewald forces are the gradient of the energy, the virial its derivative with strain", "[md][charges]") {
  const auto some = ions(skewed(5.0), 60, 0.8, 5);
  const auto coulomb = exact(some, 1.2, plain_units(), comm());
  for (const std::size_t k : {std::size_t{0}, std::size_t{31}, std::size_t{179}}) {
    const double gradient = slope(1e-3, [&](double h) {
      auto moved = some;
      moved.sample.x[k] += h;
      return energy_of(moved, 1.2);
    });
    CHECK_THAT(coulomb.force[k], WithinAbs(-gradient, 1e-8 * rms(coulomb.force)));
  }
  const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  for (int n = 0; n < 6; ++n) {
    CAPTURE(n);
    const double change = slope(1e-3, [&](double h) { return energy_of(strained(some, first[n], second[n], h), 1.2); });
    CHECK_THAT(coulomb.virial[n], WithinAbs(-change, 1e-8 * std::abs(coulomb.energy)));
  }
}

TEST_CASE("Ewald sums know neither the origin nor the cell of a crystal", "[md][charges]") {
  const double h = 2.4, a = 3.0, w = 3.3;
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
  const auto one = exact(skew, 1.3, plain_units(), comm());
  auto two = one;
  two.force.insert(two.force.end(), one.force.begin(), one.force.end());
  two.energy *= 2.0;
  for (double& w2 : two.virial) w2 *= 2.0;
  compare(exact(straight, 1.3, plain_units(), comm()), two, 1e-11);

  const EwaldParams params{1.3, 12.0};
  auto moved = straight;
  for (std::size_t k = 0; k < moved.sample.x.size(); ++k) moved.sample.x[k] += k % 3 == 0 ? 100.3 : -7.1;
  compare(evaluate(moved, ewald(moved.sample.box, params), comm()),
          evaluate(straight, ewald(moved.sample.box, params), comm()), 1e-10);
}

TEST_CASE("Ewald sums are the same on any number of ranks", "[md][charges]") {
  const auto some = ions(skewed(9.0), 300, 0.8, 7);
  const EwaldParams params{0.9, 8.0};
  const auto together = evaluate(some, ewald(some.sample.box, params), comm());
  const auto single = alone([&](const Comm& part) {
    auto coulomb = evaluate(some, ewald(some.sample.box, params), part);
    coulomb.force.push_back(coulomb.energy);
    return coulomb.force;
  });
  auto mine = together.force;
  mine.push_back(together.energy);
  CHECK(max_difference(mine, single) < 1e-13 * rms(single));
}

TEST_CASE("Cutoffs of an Ewald sum keep the accuracy that was asked for", "[md][charges]") {
  for (const auto& box : {Box::orthogonal({0, 0, 0}, {10, 11, 9}), skewed(10.0)}) {
    const auto some = ions(box, 400, 0.7, 11);
    const auto expected = exact(some, 1.5, plain_units(), comm());
    for (const double accuracy : {1e-3, 1e-5, 1e-7}) {
      CAPTURE(accuracy);
      const double cutoff = 4.0;
      const auto params = sim::md::choose_ewald(accuracy, cutoff, sums_of(some), box);
      auto found = pair_part(some, params.alpha, cutoff);
      found += evaluate(some, ewald(box, params), comm());
      const double error = rms_difference(found.force, expected.force);
      CHECK(error < 3.0 * accuracy);
      CHECK(error > accuracy / 10.0);  // no more work than that
    }
  }
}

TEST_CASE("A background neutralises what charges do not cancel, where it is allowed", "[md][charges]") {
  auto some = ions(Box::orthogonal({0, 0, 0}, {6, 7, 8}), 50, 0.8, 13);
  for (auto& q : some.charge) q += 0.1;
  const auto sum = [&](double alpha) {
    EwaldParams params{alpha, 12.0 * alpha};
    CHECK_THROWS_WITH(evaluate(some, ewald(some.sample.box, params), comm()), Contains("the charges add up to 5:"));
    params.allow_background = true;
    auto result = pair_part(some, alpha, 6.0 / alpha);
    result += evaluate(some, ewald(some.sample.box, params), comm());
    return result;
  };
  compare(sum(1.0), sum(1.6), 1e-11);
  // One charge alone: half of Wigner's lattice of a simple cubic crystal in a background.
  Charged single;
  single.sample.box = Box::orthogonal({0, 0, 0}, {1, 1, 1});
  single.sample.x = {0.5, 0.5, 0.5};
  single.charge = {1.0};
  EwaldParams params{5.0, 60.0};
  params.allow_background = true;
  auto result = pair_part(single, 5.0, 1.4);
  result += evaluate(single, ewald(single.sample.box, params), comm());
  CHECK_THAT(result.energy, WithinAbs(-2.837297479 / 2.0, 1e-8));
}

TEST_CASE("Ewald sums follow the box", "[md][charges]") {
  const auto before = ions(Box::orthogonal({0, 0, 0}, {6, 7, 8}), 80, 0.8, 17);
  const auto after = strained(strained(before, 0, 0, 0.01), 1, 2, 0.02);
  const EwaldParams params{1.2, 12.0};
  Evaluation evaluation(before, ewald(before.sample.box, params), comm());
  evaluation.now();
  evaluation.move([&](std::size_t n) {
    data::Vec3 by{0.0, 0.0, 0.0};
    for (std::size_t c = 0; c < 3; ++c)
      by[static_cast<int>(c)] = after.sample.x[3 * n + c] - before.sample.x[3 * n + c];
    return by;
  });
  evaluation.term().set_box(after.sample.box);
  compare(evaluation.now(), evaluate(after, ewald(after.sample.box, params), comm()), 1e-7);
}

TEST_CASE("What makes no sense as an Ewald sum is refused", "[md][charges]") {
  const auto salt = rock_salt(1);
  const auto sums = sums_of(salt);
  auto open = salt;
  open.sample.box.is_periodic[2] = false;
  CHECK_THROWS_WITH(sim::md::make_ewald(open.sample.box, plain_units(), sums, {1.0, 5.0}),
                    Contains("open along direction 3"));
  CHECK_THROWS_WITH(sim::md::make_ewald(salt.sample.box, plain_units(), sums, {0.0, 5.0}), Contains("alpha is 0"));
  CHECK_THROWS_WITH(sim::md::make_ewald(salt.sample.box, plain_units(), sums, {1.0, 1e5}),
                    Contains("a mesh does better"));
  CHECK_THROWS_WITH(sim::md::splitting(0.0, 3.0, sums, salt.sample.box), Contains("accuracy of 0"));
  CHECK_THROWS_WITH(sim::md::splitting(1e-4, 0.0, sums, salt.sample.box), Contains("cutoff of 0"));
}
