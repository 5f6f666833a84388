#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "base/random.hpp"
#include "base/sum.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

/// Terms of both signs over twelve orders of magnitude, whose plain sum depends on the order.
double term(int n) {
  const auto g = Random(3, RandomPurpose::test).normal(static_cast<std::uint64_t>(n), 0);
  return g.first * std::pow(10.0, 4.0 * g.second);
}

constexpr int num_terms = 20000;

struct AddTerms {
  Array1<double> terms;
  KOKKOS_INLINE_FUNCTION void operator()(int n, ExactSums<2>& sums) const {
    sums.part[0].add(terms(n));
    sums.part[1].add(terms(n) * terms(n));
  }
};

}  // namespace

TEST_CASE("rounding errors are kept", "[base]") {
  ExactSum sum;
  for (const double value : {1e16, 1.0, -1e16, 1e-10}) sum.add(value);
  REQUIRE(sum.value() == 1.0 + 1e-10);
}

TEST_CASE("a sum of products does not depend on where it is cut", "[base]") {
  constexpr int length = 40;
  const auto add_products = [](int first, int last) {
    ExactSum sum;
    for (int n = first; n < last; ++n) sum.add(term(n) * term(n + 1000));
    return sum;
  };
  for (int shift = 0; shift < 400 * length; shift += length) {
    const double whole = add_products(shift, shift + length).value();
    for (int cut = shift + 1; cut < shift + length; ++cut) {
      ExactSum sum = add_products(shift, cut);
      sum += add_products(cut, shift + length);
      REQUIRE(sum.value() == whole);
    }
  }
}

TEST_CASE("a sum does not depend on the order of its terms", "[base]") {
  std::vector<double> terms(num_terms);
  for (int n = 0; n < num_terms; ++n) terms[static_cast<std::size_t>(n)] = term(n);
  std::mt19937 generator(5);
  double first = 0.0;
  bool plain_sums_differ = false;
  const double plain = std::accumulate(terms.begin(), terms.end(), 0.0);
  for (int order = 0; order < 20; ++order) {
    ExactSum sum;
    for (const double value : terms) sum.add(value);
    if (order == 0) first = sum.value();
    REQUIRE(sum.value() == first);
    plain_sums_differ = plain_sums_differ || std::accumulate(terms.begin(), terms.end(), 0.0) != plain;
    std::shuffle(terms.begin(), terms.end(), generator);
  }
  REQUIRE(plain_sums_differ);
}

TEST_CASE("merging two sums is symmetric to the last bit", "[base]") {
  for (int n = 0; n < 1000; ++n) {
    ExactSum a, b;
    for (int k = 0; k < 5; ++k) {
      a.add(term(10 * n + k));
      b.add(term(10 * n + 5 + k));
    }
    ExactSum ab = a, ba = b;
    ab += b;
    ba += a;
    REQUIRE(ab.high == ba.high);
    REQUIRE(ab.low == ba.low);
  }
}

TEST_CASE("a sum does not depend on how its terms lie on ranks", "[base]") {
  const auto& comm = test::comm();
  ExactSum expected;
  for (int n = 0; n < num_terms; ++n) expected.add(term(n));
  const auto total = [&](auto&& is_mine) {
    ExactSum sums[2];
    for (int n = 0; n < num_terms; ++n)
      if (is_mine(n)) sums[n % 2].add(term(n));
    all_reduce(comm, sums, 2);
    ExactSum sum = sums[0];
    sum += sums[1];
    return sum.value();
  };
  REQUIRE_ALL(total([&](int n) { return n % comm.size() == comm.rank(); }) == expected.value());
  REQUIRE_ALL(total([&](int n) { return n * comm.size() / num_terms == comm.rank(); }) == expected.value());
  REQUIRE_ALL(total([&](int) { return comm.rank() == comm.size() - 1; }) == expected.value());
}

TEST_CASE("several sums reduce in one kernel", "[base]") {
  Array1<double> terms("terms", num_terms);
  const auto host = Kokkos::create_mirror_view(terms);
  ExactSum expected[2];
  for (int n = 0; n < num_terms; ++n) {
    host(n) = term(n);
    expected[0].add(host(n));
    expected[1].add(host(n) * host(n));
  }
  Kokkos::deep_copy(terms, host);
  ExactSums<2> sums;
  Kokkos::parallel_reduce("add_terms", Range(0, num_terms), AddTerms{terms}, Kokkos::Sum<ExactSums<2>>(sums));
  REQUIRE(sums.part[0].value() == expected[0].value());
  REQUIRE(sums.part[1].value() == expected[1].value());
}

TEST_CASE("what is not finite stays so", "[base]") {
  for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    ExactSum sum;
    for (const double x : {1.0, value, 2.0}) sum.add(x);
    REQUIRE_FALSE(std::isfinite(sum.value()));
  }
}
