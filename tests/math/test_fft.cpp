// Fourier transforms in the memory of one rank.
#include "math/fft.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/host_span.hpp"
#include "waves.hpp"

using namespace tessera;
using namespace tessera::test;
using math::ComplexFft;
using math::FftShape;
using math::RealFft;

namespace {

const std::vector<FftShape> shapes{{1},     {2},      {3},       {4},       {5},       {7},       {8},        {9},
                                   {12},    {13},     {16},      {30},      {31},      {64},      {97},       {128},
                                   {210},   {243},    {256},     {1, 1},    {1, 6},    {6, 1},    {2, 2},     {3, 5},
                                   {8, 12}, {13, 16}, {1, 1, 1}, {2, 3, 4}, {4, 1, 6}, {5, 7, 3}, {8, 16, 10}};

std::vector<Complex> real_spectrum(const RealFft& fft, const std::vector<double>& x) {
  std::vector<Complex> modes(
      static_cast<std::size_t>(static_cast<std::int64_t>(x.size()) / fft.num_values() * fft.num_modes()));
  fft.forward(x, modes);
  return modes;
}

}  // namespace

TEST_CASE("transforms agree with their definition, and backward undoes forward", "[math]") {
  for (const auto& shape : shapes) {
    CAPTURE(math::text_of(shape));
    const auto points = math::num_points(shape);
    const double rounding = tolerance(points);

    const RealFft real(shape);
    REQUIRE(real.num_values() == points);
    const auto x = values(points);
    auto modes = real_spectrum(real, x);
    const auto expected = plain_dft(to_complex(x), shape, -1);
    CHECK(distance(modes, independent_half(expected, shape.back())) < rounding);
    std::vector<double> back(x.size());
    real.backward(modes, back);
    for (auto& value : back) value *= real.scale();
    CHECK(distance(back, x) < rounding);

    const ComplexFft complex(shape);
    const auto z = complex_values(points);
    auto data = z;
    complex.forward(data);
    CHECK(distance(data, plain_dft(z, shape, -1)) < rounding);
    data = z;
    complex.backward(data);
    CHECK(distance(data, plain_dft(z, shape, 1)) < rounding);
    complex.forward(data);
    for (auto& value : data) value *= complex.scale();
    CHECK(distance(data, z) < rounding);
  }
}

TEST_CASE("the real spectrum is half of the complex one, whose energy is that of the values", "[math]") {
  for (const std::int64_t n : {96, 1000, 1536, 4096, 6144}) {
    CAPTURE(n);
    const auto x = values(n);
    auto all = to_complex(x);
    ComplexFft({n}).forward(all);
    CHECK(distance(real_spectrum(RealFft({n}), x), independent_half(all, n)) < tolerance(n));
    double energy = 0.0, spectral = 0.0;
    for (const double value : x) energy += value * value;
    for (const auto& mode : all) spectral += std::norm(mode) / static_cast<double>(n);
    CHECK_THAT(spectral, WithinRel(energy, 1e-13));  // sums of n positive terms
  }
}

TEST_CASE("a shift of the values turns every mode", "[math]") {
  constexpr std::int64_t n = 360, shift = 77;
  const RealFft fft({n});
  const auto x = values(n);
  auto shifted = x;
  std::rotate(shifted.begin(), shifted.begin() + shift, shifted.end());
  auto modes = real_spectrum(fft, x);
  for (std::size_t k = 0; k < modes.size(); ++k)
    modes[k] *=
        std::polar(1.0, 2.0 * std::numbers::pi * static_cast<double>(static_cast<std::int64_t>(k) * shift % n) / n);
  CHECK(distance(real_spectrum(fft, shifted), modes) < 2.0 * tolerance(n));
}

TEST_CASE("many transforms at once are each of them alone, bit for bit", "[math]") {
  for (const auto& shape : {FftShape{64}, FftShape{65}, FftShape{96}, FftShape{6, 9}, FftShape{4, 6, 8}}) {
    CAPTURE(math::text_of(shape));
    constexpr std::int64_t batch = 7;
    const RealFft fft(shape);
    const ComplexFft complex(shape);
    const auto x = values(batch * fft.num_values());
    auto z = complex_values(batch * complex.num_values());
    const auto modes = real_spectrum(fft, x);
    auto used = modes;
    std::vector<double> back(x.size());
    fft.backward(used, back);
    auto all = z;
    complex.forward(all);
    for (std::int64_t n = 0; n < batch; ++n) {
      const auto part = [n](const auto& from, std::int64_t length) {
        return std::vector(from.begin() + n * length, from.begin() + (n + 1) * length);
      };
      auto alone = real_spectrum(fft, part(x, fft.num_values()));
      CHECK(alone == part(modes, fft.num_modes()));
      std::vector<double> values_alone(static_cast<std::size_t>(fft.num_values()));
      fft.backward(alone, values_alone);
      CHECK(values_alone == part(back, fft.num_values()));
      auto complex_alone = part(z, complex.num_values());
      complex.forward(complex_alone);
      CHECK(complex_alone == part(all, complex.num_values()));
    }
  }
}

TEST_CASE("quadratic products are exact on a grid of three halves of the points", "[math]") {
  // u has modes |k| <= m; those of u^2 with |k| <= m are the convolution, without aliases if 3 m < padded points.
  constexpr std::int64_t m = 21, padded = 64;
  const auto spectrum = complex_values(m + 1);
  std::vector<Complex> modes(padded / 2 + 1);
  std::copy(spectrum.begin(), spectrum.end(), modes.begin());
  modes[0].imag(0.0);
  const auto u = [&](std::int64_t k) {
    return k < 0 ? std::conj(modes[static_cast<std::size_t>(-k)]) : modes[static_cast<std::size_t>(k)];
  };
  std::vector<Complex> expected;
  for (std::int64_t k = 0; k <= m; ++k) {
    expected.emplace_back();
    for (std::int64_t j = k - m; j <= m; ++j) expected.back() += u(j) * u(k - j);
  }
  const RealFft fft({padded});
  std::vector<double> grid(padded);
  auto used = modes;
  fft.backward(used, grid);
  for (auto& value : grid) value *= value;
  auto squared = real_spectrum(fft, grid);
  squared.resize(m + 1);
  for (auto& mode : squared) mode *= fft.scale();
  CHECK(distance(squared, expected) < m * tolerance(padded));
}

TEST_CASE("Kokkos Views are transformed where they lie", "[math]") {
  const RealFft fft({16});
  const HostArray2<double> columns("columns", 16, 3);  // one transform a column
  const Kokkos::View<Kokkos::complex<double>**, Kokkos::LayoutLeft, Kokkos::HostSpace> modes("modes", 9, 3);
  const auto x = values(48);
  std::copy(x.begin(), x.end(), columns.data());
  fft.forward(math::host_span(columns), math::host_span(modes));
  const auto expected = real_spectrum(fft, x);
  for (std::size_t b = 0; b < 3; ++b)
    for (std::size_t k = 0; k < 9; ++k) {
      CHECK(modes(k, b).real() == expected[9 * b + k].real());
      CHECK(modes(k, b).imag() == expected[9 * b + k].imag());
    }
  const auto rows = Kokkos::subview(columns, std::pair<int, int>(0, 8), Kokkos::ALL);
  CHECK_THROWS_WITH(math::host_span(rows), Contains("gaps"));
}

TEST_CASE("sizes that make no sense are named", "[math]") {
  CHECK_THROWS_WITH(RealFft({}), "a Fourier transform along 0 directions; expected 1 to 3");
  CHECK_THROWS_WITH(ComplexFft({2, 2, 2, 2}), "a Fourier transform along 4 directions; expected 1 to 3");
  CHECK_THROWS_WITH(RealFft({0}), "a Fourier transform of 0 points; expected 1 to 2147483647 in each direction");
  CHECK_THROWS_WITH(ComplexFft({8, -3}), Contains("of 8 x -3 points; expected 1 to"));
  CHECK_THROWS_WITH(RealFft({std::int64_t{1} << 31}), Contains("of 2147483648 points; expected 1 to"));
  CHECK_THROWS_WITH(ComplexFft({2000000000, 2000000000, 2000000000}), Contains("expected at most"));
  CHECK_THROWS_WITH(RealFft({200000, 200000, 200}), Contains("GB here; expected at most"));
}

TEST_CASE("arrays that do not fit a transform are refused", "[math]") {
  const RealFft fft({8});
  std::vector<double> x(16);
  std::vector<Complex> modes(10);
  CHECK_NOTHROW(fft.forward(x, modes));
  CHECK_NOTHROW(fft.forward({}, {}));
  CHECK_THROWS_WITH(fft.forward(x, std::span(modes).first(9)),
                    "a Fourier transform of 8 points was given 16 values and 9 modes; expected a multiple of 8 values "
                    "and 5 modes for each");
  CHECK_THROWS_WITH(fft.backward(modes, std::span(x).first(12)), Contains("given 12 values and 10 modes"));
  CHECK_THROWS_WITH(fft.forward(std::span(x).subspan(1, 8), std::span(modes).first(5)),
                    Contains("multiple of 16 bytes"));
  CHECK_THROWS_WITH(ComplexFft({8}).forward(modes), Contains("multiple of 8 values"));
}

TEST_CASE("columns of a matrix are transformed as if each were alone", "[math]") {
  struct Case {
    std::int64_t length, count, stride;
  };
  for (const auto& [length, count, stride] : {Case{1, 1, 1}, Case{12, 4, 13}, Case{32, 16, 40}, Case{7, 3, 3}}) {
    CAPTURE(length, count, stride);
    const math::ColumnFft columns(comm(), length, count, stride);
    REQUIRE(columns.matrix_size() == (length - 1) * stride + count);
    const auto matrix = complex_values(columns.matrix_size());
    std::vector<Complex> rows(static_cast<std::size_t>(length * count));
    for (const int sign : {1, -1}) {
      if (sign == 1)
        columns.backward(matrix, rows);
      else
        columns.forward(matrix, rows);
      for (std::int64_t c = 0; c < count; ++c) {
        std::vector<Complex> alone, found;
        for (std::int64_t n = 0; n < length; ++n) {
          alone.push_back(matrix[static_cast<std::size_t>(n * stride + c)]);
          found.push_back(rows[static_cast<std::size_t>(n * count + c)]);
        }
        CHECK(distance(found, plain_dft(alone, {length}, sign)) < tolerance(length));
      }
    }
  }
  const math::ColumnFft columns(comm(), 8, 2, 3);
  std::vector<Complex> matrix(22), rows(16);
  CHECK_THROWS_AS(columns.backward(matrix, rows), Error);
  CHECK_THROWS_AS(math::ColumnFft(comm(), 8, 4, 3), Error);
  CHECK_THROWS_AS(math::ColumnFft(comm(), 0, 1, 1), Error);
}
