#include "wave.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace tessera::test {

namespace {

/// The circulant matrix of a function of the wavenumber, even in it.
template <class Symbol>
math::Matrix circulant(int n, const Symbol& symbol) {
  std::vector<double> kernel(static_cast<std::size_t>(n));
  for (int d = 0; d < n; ++d)
    for (int m = 0; m < n; ++m) {
      const int mode = m <= n / 2 ? m : n - m;
      kernel[static_cast<std::size_t>(d)] +=
          symbol(2.0 * std::numbers::pi * mode) * std::cos(2.0 * std::numbers::pi * ((d * m) % n) / n) / n;
    }
  math::Matrix a(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) a(i, j) = kernel[static_cast<std::size_t>((i - j + n) % n)];
  return a;
}

}  // namespace

WaveSystem wave_system(int n, int num_actuators, int spacing, int width) {
  const double speed = 0.1, sample = 0.1;
  const math::Matrix cosine = circulant(n, [&](double k) { return std::cos(speed * k * sample); });
  WaveSystem wave{math::Matrix(2 * n, 2 * n), math::Matrix(2 * n, num_actuators)};
  wave.a.set_block(0, 0, cosine);
  wave.a.set_block(n, n, cosine);
  wave.a.set_block(
      0, n, circulant(n, [&](double k) { return k == 0.0 ? sample : std::sin(speed * k * sample) / (speed * k); }));
  wave.a.set_block(n, 0, circulant(n, [&](double k) { return -speed * k * std::sin(speed * k * sample); }));
  for (int j = 0; j < num_actuators; ++j) {
    const int first = static_cast<int>((0.5 + j) * spacing - 0.5 * width);
    for (int i = 0; i < width; ++i) wave.b(n + first + i, j) = 1.0;
  }
  return wave;
}

}  // namespace tessera::test
