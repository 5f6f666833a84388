// Times of samples, against reference data: the sequence, how ranks share it, and densities.
#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "golden_networks.hpp"
#include "learn/action/times.hpp"

using namespace tessera;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

std::vector<double> golden_times(const std::string& name) {
  return read_stored(action_data("time_sampling"), name).numbers;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) worst = std::max(worst, std::fabs(a[n] - b[n]));
  return worst;
}

}  // namespace

TEST_CASE("quasirandom times are frac(1/2 + k sqrt 2)", "[action]") {
  std::vector<double> times;
  for (std::int64_t k = 0; k < 32; ++k) times.push_back(quasirandom_time(k));
  CHECK(distance(times, golden_times("sqrt2_sequence")) < 1e-13);
  // Iterations of 32 samples, 8 on each of 4 ranks: one counter.
  std::vector<double> split;
  for (std::int64_t k = 0; k < 96; ++k) split.push_back(quasirandom_time(k));
  CHECK(distance(split, golden_times("rank_split_3_iterations_4_ranks")) < 1e-13);
  // Far on, where k sqrt 2 in double precision has few places behind the point: with 80-bit numbers.
  for (const std::int64_t k : {std::int64_t{1} << 30, (std::int64_t{1} << 38) + 12345}) {
    const long double exact = 0.5L + static_cast<long double>(k) * 1.41421356237309504880168872420969807857L;
    CHECK(std::fabs(quasirandom_time(k) - static_cast<double>(exact - std::floor(exact))) < 1e-8);
    CHECK((quasirandom_time(k) >= 0.0 && quasirandom_time(k) < 1.0));
  }
}

TEST_CASE("a density of times is drawn from by inverting its integral", "[action]") {
  const TimeDensity density(golden_times("raw_std"));
  CHECK(golden_times("alpha").front() == TimeDensity::uniform_share);
  CHECK(distance(density.values(), golden_times("p_grid")) < 1e-13);
  CHECK(distance(density.cumulative(), golden_times("cum")) < 1e-13);
  std::vector<double> times, densities;
  for (const double u : golden_times("u")) {
    times.push_back(density.quantile(u));
    densities.push_back(density.density(times.back()));
  }
  CHECK(distance(times, golden_times("t_inverse_cdf")) < 1e-13);
  CHECK(distance(densities, golden_times("p_at_t")) < 1e-12);
  CHECK(density.quantile(0.0) == 0.0);
  CHECK(std::fabs(density.quantile(1.0) - 1.0) < 1e-12);
}

// An integrand whose deviation is 1 + 4 t: in the long run the density goes with it, and the mean of what is drawn,
// over its density, is the integral.
TEST_CASE("the density of times learns where the integrand varies", "[action]") {
  TimeDensity density;
  CHECK_THAT(density.density(0.3), WithinRel(1.0, 1e-14));
  CHECK(density.quantile(0.3) == Approx(0.3));
  const Random random(7, RandomPurpose::test);
  double mean = 0.0;
  constexpr int batches = 600, batch = 64, late = 400;
  for (int n = 0; n < batches; ++n) {
    std::vector<double> times, values;
    for (int i = 0; i < batch; ++i) {
      if (i % comm().size() != comm().rank()) continue;
      const auto number = static_cast<std::uint64_t>(n * batch + i);
      const double t = density.quantile(quasirandom_time(static_cast<std::int64_t>(number)));
      times.push_back(t);
      values.push_back(3.0 + (1.0 + 4.0 * t) * random.normal(number, 0).first);
      if (n >= late) mean += values.back() / density.density(t) / ((batches - late) * batch);
    }
    density.update(comm(), times, values);
  }
  mean = comm().all_reduce(mean, Op::sum);
  CHECK(std::fabs(mean - 3.0) < 4.0 * 3.0 / std::sqrt((batches - late) * batch));
  for (const double t : {0.2, 0.5, 0.8}) CHECK_THAT(density.density(t), WithinRel((1.0 + 4.0 * t) / 3.0, 0.15));
  double bits = 0.0;  // the same on all ranks, and on any number of them
  for (const double value : density.values()) bits = 1.5 * bits + value;
  CHECK(comm().all_reduce(bits, Op::min) == comm().all_reduce(bits, Op::max));
}

TEST_CASE("a density of times does not depend on the ranks", "[action]") {
  const auto density_of = [&](const Comm& ranks) {
    TimeDensity density;
    const Random random(8, RandomPurpose::test);
    for (std::uint64_t n = 0; n < 5; ++n) {
      std::vector<double> times, values;
      for (std::uint64_t i = static_cast<std::uint64_t>(ranks.rank()); i < 50;
           i += static_cast<std::uint64_t>(ranks.size())) {
        times.push_back(random.uniform(50 * n + i, 0).first);
        values.push_back(random.normal(50 * n + i, 1).first * times.back());
      }
      density.update(ranks, times, values);
    }
    return density.values();
  };
  CHECK(density_of(comm()) == density_of(comm().split(comm().rank())));
}
