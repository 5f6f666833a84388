#include "diff/equivariant/spherical.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace tessera::diff {

namespace {

/// A number and its derivatives by x, y and z.
struct Dual {
  double value = 0.0;
  std::array<double, 3> slope{};
};
Dual operator+(const Dual& a, const Dual& b) {
  Dual c{.value = a.value + b.value};
  for (std::size_t k = 0; k < 3; ++k) c.slope[k] = a.slope[k] + b.slope[k];
  return c;
}
Dual operator*(const Dual& a, const Dual& b) {
  Dual c{.value = a.value * b.value};
  for (std::size_t k = 0; k < 3; ++k) c.slope[k] = a.slope[k] * b.value + a.value * b.slope[k];
  return c;
}
Dual operator*(double s, const Dual& a) { return Dual{.value = s} * a; }
Dual operator-(const Dual& a, const Dual& b) { return a + -1.0 * b; }

template <class Number>
void polynomials(int l_max, const Number& x, const Number& y, const Number& z, Number* out) {
  out[0] = Number{1.0};
  if (l_max < 1) return;
  const double root3 = std::sqrt(3.0);
  out[1] = root3 * x;
  out[2] = root3 * y;
  out[3] = root3 * z;
  if (l_max < 2) return;
  const Number xx = x * x, yy = y * y, zz = z * z, h = xx + zz;
  const double root5 = std::sqrt(5.0), root15 = std::sqrt(15.0);
  out[4] = root15 * (x * z);
  out[5] = root15 * (x * y);
  out[6] = root5 * (yy - 0.5 * h);
  out[7] = root15 * (y * z);
  out[8] = (0.5 * root15) * (zz - xx);
  if (l_max < 3) return;
  const double root7 = std::sqrt(7.0), root42 = std::sqrt(42.0), root70 = std::sqrt(70.0), root105 = std::sqrt(105.0);
  out[9] = (root70 / 4.0) * (x * (3.0 * zz - xx));
  out[10] = root105 * (x * y * z);
  out[11] = (root42 / 4.0) * (x * (4.0 * yy - h));
  out[12] = (root7 / 2.0) * (y * (2.0 * yy - 3.0 * h));
  out[13] = (root42 / 4.0) * (z * (4.0 * yy - h));
  out[14] = (root105 / 2.0) * (y * (zz - xx));
  out[15] = (root70 / 4.0) * (z * (zz - 3.0 * xx));
  if (l_max < 4) return;
  const double root35 = std::sqrt(35.0), half35 = 1.5 * std::sqrt(17.5), half5 = 1.5 * std::sqrt(2.5);
  out[16] = (1.5 * root35) * (x * z * (zz - xx));
  out[17] = half35 * (x * y * (3.0 * zz - xx));
  out[18] = (1.5 * root5) * (x * z * (6.0 * yy - h));
  out[19] = half5 * (x * y * (4.0 * yy - 3.0 * h));
  out[20] = 3.0 * (yy * yy) - 9.0 * (yy * h) + 1.125 * (h * h);
  out[21] = half5 * (y * z * (4.0 * yy - 3.0 * h));
  out[22] = (0.75 * root5) * ((zz - xx) * (6.0 * yy - h));
  out[23] = half35 * (y * z * (zz - 3.0 * xx));
  out[24] = (0.375 * root35) * (xx * xx - 6.0 * (xx * zz) + zz * zz);
}

}  // namespace

void spherical_harmonics(int l_max, const double* vector, double* values) {
  const double length = std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
  const double divisor = std::max(length, 1e-12);
  polynomials(l_max, vector[0] / divisor, vector[1] / divisor, vector[2] / divisor, values);
}

void solid_harmonics(int l_max, const double* vector, double* values) {
  polynomials(l_max, vector[0], vector[1], vector[2], values);
}

void spherical_harmonics_reverse(int l_max, const double* vector, const double* cotangent, double* vector_cotangent) {
  const double length = std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
  if (length <= 1e-12) return;
  std::array<Dual, 3> unit;
  for (std::size_t i = 0; i < 3; ++i) {
    unit[i].value = vector[i] / length;
    unit[i].slope[i] = 1.0;
  }
  std::array<Dual, num_harmonics(max_rotation_order)> values;
  polynomials(l_max, unit[0], unit[1], unit[2], values.data());
  std::array<double, 3> g{};
  for (int n = 0; n < num_harmonics(l_max); ++n)
    for (std::size_t i = 0; i < 3; ++i) g[i] += cotangent[n] * values[static_cast<std::size_t>(n)].slope[i];
  // Only what is across the vector turns its direction.
  const double along = g[0] * unit[0].value + g[1] * unit[1].value + g[2] * unit[2].value;
  for (std::size_t i = 0; i < 3; ++i) vector_cotangent[i] += (g[i] - along * unit[i].value) / length;
}

}  // namespace tessera::diff
