// Fourier transforms cut into slabs, along two and three directions, and complex ones along one.
#include "math/fft_distributed.hpp"

#include <numeric>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/fft.hpp"
#include "waves.hpp"

using namespace tessera;
using namespace tessera::test;
using math::DistributedComplexFft;
using math::DistributedRealFft;
using math::FftEffort;
using math::FftOrder;
using math::FftShape;
using math::Slab;

namespace {

const std::vector<FftShape> distributed_shapes{
    {1, 1},    {1, 8},    {8, 1},    {2, 3},    {3, 4},    {4, 4},    {5, 7},    {16, 9},   {10, 12},   {1, 1, 1},
    {1, 3, 4}, {3, 1, 2}, {5, 1, 4}, {4, 1, 3}, {2, 3, 1}, {4, 6, 5}, {7, 5, 8}, {8, 8, 8}, {12, 10, 9}};

std::vector<FftOrder> orders_of(const FftShape& shape) {
  if (shape.size() == 1 || shape[0] == 1 || shape[1] == 1) return {FftOrder::natural};
  return {FftOrder::natural, FftOrder::transposed};
}

/// Numbers per step of the first index.
std::int64_t below_first(const FftShape& shape) {
  return std::accumulate(shape.begin() + 1, shape.end(), std::int64_t{1}, std::multiplies<>());
}

template <class T>
std::vector<T> rows_of(const std::vector<T>& all, const Slab& rows, std::int64_t length) {
  return {all.begin() + rows.first * length, all.begin() + (rows.first + rows.count) * length};
}

/// [a][b][c] to [b][a][c].
std::vector<Complex> exchanged(const std::vector<Complex>& all, const FftShape& shape) {
  const auto c = shape.size() > 2 ? shape[2] : 1;
  std::vector<Complex> result;
  for (std::int64_t j = 0; j < shape[1]; ++j)
    for (std::int64_t i = 0; i < shape[0]; ++i)
      for (std::int64_t k = 0; k < c; ++k) result.push_back(all[static_cast<std::size_t>((i * shape[1] + j) * c + k)]);
  return result;
}

/// Slabs follow one another without gaps and are all there is.
bool covers(const Slab& mine, std::int64_t rows) {
  std::int64_t next = 0;
  for (const auto& slab : comm().all_gather(mine)) {
    if (slab.count == 0) continue;
    if (slab.first != next) return false;
    next += slab.count;
  }
  return next == rows;
}

}  // namespace

TEST_CASE("slabs together are the transform on one rank", "[math]") {
  for (const auto& shape : distributed_shapes)
    for (const auto order : orders_of(shape)) {
      CAPTURE(math::text_of(shape), order == FftOrder::transposed);
      const auto points = math::num_points(shape);
      if (points == shape[0] && points > 1) continue;  // refused, see below
      const double rounding = tolerance(points);
      const auto x = values(points);
      FftShape half = shape;
      half.back() = half.back() / 2 + 1;
      std::vector<Complex> expected(static_cast<std::size_t>(math::num_real_modes(shape)));
      math::RealFft(shape).forward(x, expected);
      if (order == FftOrder::transposed) {
        expected = exchanged(expected, half);
        std::swap(half[0], half[1]);
      }

      DistributedRealFft fft(comm(), shape, order, FftEffort::estimate);
      REQUIRE(covers(fft.values(), shape[0]));
      REQUIRE(covers(fft.modes(), half[0]));
      const auto mine = rows_of(x, fft.values(), below_first(shape));
      REQUIRE_ALL(fft.num_values() == static_cast<std::int64_t>(mine.size()));
      std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
      fft.forward(mine, modes);
      CHECK(comm().all_reduce(distance(modes, rows_of(expected, fft.modes(), below_first(half))), Op::max) < rounding);
      std::vector<double> back(mine.size());
      fft.backward(modes, back);
      for (auto& value : back) value *= fft.scale();
      CHECK(comm().all_reduce(distance(back, mine), Op::max) < rounding);
    }
}

TEST_CASE("slabs of complex values together are the transform on one rank", "[math]") {
  auto all_shapes = distributed_shapes;
  for (const std::int64_t n : {1, 2, 3, 4, 7, 12, 22, 35, 64, 97, 360}) all_shapes.push_back({n});
  for (const auto& shape : all_shapes)
    for (const auto order : orders_of(shape)) {
      CAPTURE(math::text_of(shape), order == FftOrder::transposed);
      const auto points = math::num_points(shape);
      const double rounding = tolerance(points);
      const auto z = complex_values(points);
      auto expected = z;
      math::ComplexFft(shape).forward(expected);
      FftShape modes_shape = shape;
      if (order == FftOrder::transposed) {
        expected = exchanged(expected, shape);
        std::swap(modes_shape[0], modes_shape[1]);
      }

      DistributedComplexFft fft(comm(), shape, order, FftEffort::estimate);
      REQUIRE(covers(fft.values(), shape[0]));
      REQUIRE(covers(fft.modes(), modes_shape[0]));
      const auto mine = rows_of(z, fft.values(), below_first(shape));
      std::vector<Complex> modes(static_cast<std::size_t>(fft.num_modes()));
      fft.forward(mine, modes);
      CHECK(comm().all_reduce(distance(modes, rows_of(expected, fft.modes(), below_first(modes_shape))), Op::max) <
            rounding);
      std::vector<Complex> back(mine.size());
      fft.backward(modes, back);
      for (auto& value : back) value *= fft.scale();
      CHECK(comm().all_reduce(distance(back, mine), Op::max) < rounding);
    }
}

TEST_CASE("measured plans give the same transform", "[math]") {
  const FftShape shape{6, 10, 8};
  DistributedRealFft measured(comm(), shape), estimated(comm(), shape, FftOrder::natural, FftEffort::estimate);
  const auto mine = rows_of(values(math::num_points(shape)), measured.values(), below_first(shape));
  std::vector<Complex> a(static_cast<std::size_t>(measured.num_modes())), b = a;
  measured.forward(mine, a);
  estimated.forward(mine, b);
  CHECK(comm().all_reduce(distance(a, b), Op::max) < tolerance(math::num_points(shape)));
}

TEST_CASE("what makes no sense on several ranks is named on all of them", "[math]") {
  CHECK_THROWS_WITH(DistributedRealFft(comm(), {7}),
                    "a distributed Fourier transform of 7 real points; expected an even number");
  CHECK_THROWS_WITH(DistributedRealFft(comm(), {8, 1, 1}),
                    Contains("of 8 x 1 x 1 real points; expected more than one"));
  CHECK_THROWS_WITH(DistributedComplexFft(comm(), {8}, FftOrder::transposed),
                    Contains("of 8 points in transposed order"));
  CHECK_THROWS_WITH(DistributedRealFft(comm(), {4, 0}), Contains("of 4 x 0 points"));
  CHECK_THROWS_WITH(DistributedComplexFft(comm(), {100000, 100000, 1000}, FftOrder::natural, FftEffort::estimate),
                    Contains("GB here; expected at most"));
  CHECK_THROWS_WITH(DistributedRealFft(comm(), {1, 8}, FftOrder::transposed),
                    Contains("of 1 x 8 points in transposed"));
  DistributedComplexFft fft(comm(), {4, 4}, FftOrder::natural, FftEffort::estimate);
  std::vector<Complex> wrong(static_cast<std::size_t>(fft.num_values()) + 1);
  CHECK_THROWS_WITH(fft.forward(wrong, wrong), Contains("a distributed Fourier transform was given"));
}
