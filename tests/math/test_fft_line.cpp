// Real transforms along one direction that ranks share.
#include <algorithm>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/fft.hpp"
#include "math/fft_distributed.hpp"
#include "waves.hpp"

using namespace tessera;
using namespace tessera::test;
using math::DistributedRealFft;
using math::FftEffort;
using math::FftOrder;
using math::Slab;

namespace {

template <class T>
std::vector<T> part(const std::vector<T>& all, const Slab& slab) {
  return {all.begin() + slab.first, all.begin() + slab.first + slab.count};
}

std::vector<Complex> transformed(DistributedRealFft& fft, const std::vector<double>& x) {
  std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
  fft.forward(part(x, fft.values()), modes);
  return modes;
}

DistributedRealFft line(std::int64_t n) { return {comm(), {n}, FftOrder::natural, FftEffort::estimate}; }

}  // namespace

TEST_CASE("a line that ranks share is transformed like one in one piece", "[math]") {
  // Among them halves that are prime (one rank has all), smaller than the number of ranks, and cut differently before
  // and after.
  for (const std::int64_t n : {2, 4, 6, 8, 10, 12, 16, 24, 26, 44, 64, 70, 100, 194, 360, 1024, 3072}) {
    CAPTURE(n);
    const auto x = values(n);
    std::vector<Complex> expected(static_cast<std::size_t>(n / 2 + 1));
    math::RealFft({n}).forward(x, expected);
    auto fft = line(n);
    CHECK(comm().all_reduce(fft.num_values(), Op::sum) == n);
    CHECK(comm().all_reduce(fft.num_modes(), Op::sum) == n / 2 + 1);
    CHECK(fft.scale() == 1.0 / static_cast<double>(n));
    const auto modes = transformed(fft, x);
    CHECK(comm().all_reduce(distance(modes, part(expected, fft.modes())), Op::max) < tolerance(n));
    std::vector<double> back(static_cast<std::size_t>(fft.num_values()));
    fft.backward(modes, back);
    for (auto& value : back) value *= fft.scale();
    CHECK(comm().all_reduce(distance(back, part(x, fft.values())), Op::max) < tolerance(n));
  }
}

TEST_CASE("a single wave on a long line has a single mode", "[math]") {
  constexpr std::int64_t n = 1 << 16;
  auto fft = line(n);
  for (const std::int64_t wave : {std::int64_t{0}, std::int64_t{1}, std::int64_t{12345}, n / 2 - 1, n / 2}) {
    CAPTURE(wave);
    std::vector<double> x;
    for (std::int64_t j = fft.values().first; j < fft.values().first + fft.values().count; ++j)
      x.push_back(std::cos(2.0 * std::numbers::pi * static_cast<double>(j * wave % n) / n));
    std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes())), expected(modes.size());
    const auto mine = wave - fft.modes().first;
    const bool is_own_mirror = wave == 0 || wave == n / 2;
    if (mine >= 0 && mine < fft.modes().count) expected[static_cast<std::size_t>(mine)] = is_own_mirror ? n : n / 2;
    fft.forward(x, modes);
    CHECK(comm().all_reduce(distance(modes, expected), Op::max) < tolerance(n));
  }
}

TEST_CASE("imaginary parts that no real line can have do not count", "[math]") {
  constexpr std::int64_t n = 48;
  auto fft = line(n);
  auto modes = transformed(fft, values(n));
  std::vector<double> clean(static_cast<std::size_t>(fft.num_values())), back = clean;
  fft.backward(modes, clean);
  for (const std::int64_t k : {std::int64_t{0}, n / 2})
    if (k >= fft.modes().first && k < fft.modes().first + fft.modes().count)
      modes[static_cast<std::size_t>(k - fft.modes().first)].imag(3.0);
  fft.backward(modes, back);
  REQUIRE_ALL(back == clean);
}

TEST_CASE("the energy of a line is that of its modes", "[math]") {
  constexpr std::int64_t n = 3 << 12;
  auto fft = line(n);
  const auto x = values(n);
  const auto modes = transformed(fft, x);
  double energy = 0.0, spectral = 0.0;
  for (const double value : x) energy += value * value;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const auto k = fft.modes().first + static_cast<std::int64_t>(m);
    spectral += (k == 0 || k == n / 2 ? 1.0 : 2.0) * std::norm(modes[m]) * fft.scale();
  }
  CHECK_THAT(comm().all_reduce(spectral, Op::sum), WithinRel(energy, 1e-13));  // sums of n positive terms
}
