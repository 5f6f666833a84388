// Homogeneous deformations: boxes that change, and everything in them alike.
#pragma once

#include "base/kokkos.hpp"
#include "data/box.hpp"

namespace tessera::data {

/// A matrix that acts on column vectors: of places, of velocities.
struct Matrix3 {
  double m[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

  static Matrix3 diagonal(double x, double y, double z) { return {{{x, 0, 0}, {0, y, 0}, {0, 0, z}}}; }
  double trace() const { return m[0][0] + m[1][1] + m[2][2]; }

  KOKKOS_INLINE_FUNCTION Vec3 operator*(const Vec3& x) const {
    Vec3 y{0.0, 0.0, 0.0};
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) y[r] += m[r][c] * x[c];
    return y;
  }
};

/// exp(a) of a symmetric matrix, by its eigenvectors (Jacobi); that of a diagonal one is exactly diagonal.
Matrix3 exponential(const Matrix3& symmetric);

/// The largest factor by which the matrix lengthens a vector: its largest singular value.
double longest_stretch(const Matrix3& matrix);
/// The smallest one: its least singular value.
double shortest_stretch(const Matrix3& matrix);

/// What carries displacements in one box to those with the same fractional coordinates in the other.
Matrix3 deformation(const Box& from, const Box& to);

/// The box with all cell vectors multiplied; its origin stays. Throws Error (input) as Box::triclinic does.
Box deformed(const Box& box, const Matrix3& map);

}  // namespace tessera::data
