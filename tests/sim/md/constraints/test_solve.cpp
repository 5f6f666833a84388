// The equations of rigid clusters, one cluster at a time.
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "sim/md/constraints/settle.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

const Random random_numbers(3, RandomPurpose::test);

double normal(std::uint64_t a, std::uint64_t b) { return random_numbers.normal(a, b, 0).first; }

/// A cluster before a step, and moved anyhow.
template <class S>
struct Case {
  double w[S::atoms], length[S::distances];
  Vectors<S::atoms> before, after;
  Vectors<S::distances> old;

  Case(std::uint64_t seed, double step, bool is_isosceles = false) {
    for (int a = 0; a < S::atoms; ++a) {
      w[a] = a == 0 ? 1.0 / 16.0 : is_isosceles ? 1.0 : 1.0 / (1.0 + 0.5 * a);
      for (int c = 0; c < 3; ++c)
        before[a][c] = a == 0 ? 0.0 : 0.9 * (a % 3 == c + 1 - 2 * (a / 3) ? 1.0 : 0.0) + 0.2 * normal(seed, 10 * a + c);
    }
    if (is_isosceles) {
      const double scale = std::sqrt(dot3(before[1], before[1]) / dot3(before[2], before[2]));
      for (double& value : before[2]) value *= scale;
    }
    differences<S>(before, old);
    for (int k = 0; k < S::distances; ++k) length[k] = std::sqrt(dot3(old[k], old[k]));
    for (int a = 0; a < S::atoms; ++a)
      for (int c = 0; c < 3; ++c) after[a][c] = before[a][c] + 0.3 + step * normal(seed, 100 + 10 * a + c);
  }
};

/// Distances are right, and neither momentum nor (about any point, with the old distances as arms) its moment changes.
template <class S>
void check(const Case<S>& one, const Vectors<S::atoms>& move, double tolerance) {
  Vectors<S::atoms> x;
  double momentum[3] = {}, moment[3] = {};
  for (int a = 0; a < S::atoms; ++a)
    for (int c = 0; c < 3; ++c) {
      x[a][c] = one.after[a][c] + move[a][c];
      momentum[c] += move[a][c] / one.w[a];
      const int d = (c + 1) % 3, e = (c + 2) % 3;
      moment[c] += (one.before[a][d] * move[a][e] - one.before[a][e] * move[a][d]) / one.w[a];
    }
  Vectors<S::distances> now;
  differences<S>(x, now);
  for (int k = 0; k < S::distances; ++k) {
    CAPTURE(k);
    CHECK(std::abs(std::sqrt(dot3(now[k], now[k])) / one.length[k] - 1.0) < tolerance);
  }
  for (int c = 0; c < 3; ++c) {
    CHECK(std::abs(momentum[c]) < 1e-13);
    CHECK(std::abs(moment[c]) < 1e-13);
  }
}

template <class S>
void try_shape() {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(S::atoms, S::distances, seed);
    const Case<S> one(seed, 0.05);
    Vectors<S::atoms> move, change, v;
    REQUIRE(shake<S>(one.w, one.old, one.after, one.length, 1e-12, move));
    check<S>(one, move, 1e-12);
    for (int a = 0; a < S::atoms; ++a)
      for (int c = 0; c < 3; ++c) v[a][c] = normal(seed, 500 + 10 * a + c);
    rattle<S>(one.w, one.old, v, change);
    double momentum[3] = {};
    for (int a = 0; a < S::atoms; ++a)
      for (int c = 0; c < 3; ++c) {
        v[a][c] += change[a][c];
        momentum[c] += change[a][c] / one.w[a];
      }
    for (const double p : momentum) CHECK(std::abs(p) < 1e-12);
    Vectors<S::distances> growth;
    differences<S>(v, growth);
    for (int k = 0; k < S::distances; ++k) CHECK(std::abs(dot3(one.old[k], growth[k])) < 1e-13);
  }
}

}  // namespace

TEST_CASE("Places and velocities of all shapes are brought to what is rigid", "[md]") {
  try_shape<Shape<2, 1>>();
  try_shape<Shape<3, 2>>();
  try_shape<Shape<4, 3>>();
  try_shape<Shape<5, 4>>();
  try_shape<Shape<3, 3>>();
}

TEST_CASE("SETTLE finds what the iteration finds", "[md]") {
  using S = Shape<3, 3>;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const Case<S> one(seed, 0.02 + 0.0002 * static_cast<double>(seed), true);
    Vectors<3> direct, iterated;
    REQUIRE(settle(one.w, one.old, one.after, one.length[0], one.length[2], direct));
    check<S>(one, direct, 1e-14);
    REQUIRE(shake<S>(one.w, one.old, one.after, one.length, 1e-14, iterated));
    for (int a = 0; a < 3; ++a)
      for (int c = 0; c < 3; ++c) CHECK(std::abs(direct[a][c] - iterated[a][c]) < 1e-13);
  }
}

TEST_CASE("Clusters that are pulled too far are told", "[md]") {
  using S = Shape<3, 3>;
  const Case<S> one(1, 5.0, true);
  Vectors<3> move;
  CHECK_FALSE(settle(one.w, one.old, one.after, one.length[0], one.length[2], move));
  CHECK_FALSE(shake<S>(one.w, one.old, one.after, one.length, 1e-10, move));
  Case<S> lost(1, 0.01, true);
  lost.after[1][0] = NAN;
  CHECK_FALSE(settle(lost.w, lost.old, lost.after, lost.length[0], lost.length[2], move));
  CHECK_FALSE(shake<S>(lost.w, lost.old, lost.after, lost.length, 1e-10, move));
}

TEST_CASE("The forces of constraints of a free rotor are centripetal", "[md]") {
  using S = Shape<2, 1>;
  const double w[2] = {0.5, 2.0};
  const Vectors<1> d{{1.5, 0.0, 0.0}};
  const Vectors<2> v{{0.0, 0.4, 0.0}, {0.0, -1.2, 0.3}}, a{};
  double lambda[1];
  forces_of_constraints<S>(w, d, v, a, lambda);
  const double speed2 = 1.6 * 1.6 + 0.3 * 0.3, reduced = 1.0 / (w[0] + w[1]);
  CHECK(std::abs(lambda[0] * 1.5 + reduced * speed2 / 1.5) < 1e-14);
}
