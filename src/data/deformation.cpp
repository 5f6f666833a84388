#include "data/deformation.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::data {

namespace {

struct Eigen {
  double value[3];
  double vector[3][3];  // [component][number]
};

/// Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5).
Eigen eigen(const Matrix3& symmetric) {
  double a[3][3];
  Eigen result{};
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) {
      a[r][c] = symmetric.m[std::min(r, c)][std::max(r, c)];
      result.vector[r][c] = r == c ? 1.0 : 0.0;
    }
  auto& v = result.vector;
  constexpr int most_sweeps = 50;  // they converge quadratically: a few are enough
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    if (a[0][1] == 0.0 && a[0][2] == 0.0 && a[1][2] == 0.0) break;
    for (int p = 0; p < 2; ++p)
      for (int q = p + 1; q < 3; ++q) {
        if (a[p][q] == 0.0) continue;
        if (std::abs(a[p][q]) < 1e-18 * std::sqrt(std::abs(a[p][p] * a[q][q]))) {
          a[p][q] = a[q][p] = 0.0;
          continue;
        }
        const double theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
        const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double cosine = 1.0 / std::hypot(t, 1.0), sine = t * cosine;
        for (int k = 0; k < 3; ++k) {
          const double kp = a[k][p], kq = a[k][q];
          a[k][p] = cosine * kp - sine * kq;
          a[k][q] = sine * kp + cosine * kq;
        }
        for (int k = 0; k < 3; ++k) {
          const double pk = a[p][k], qk = a[q][k];
          a[p][k] = cosine * pk - sine * qk;
          a[q][k] = sine * pk + cosine * qk;
        }
        a[p][q] = a[q][p] = 0.0;
        for (int k = 0; k < 3; ++k) {
          const double kp = v[k][p], kq = v[k][q];
          v[k][p] = cosine * kp - sine * kq;
          v[k][q] = sine * kp + cosine * kq;
        }
      }
  }
  for (int k = 0; k < 3; ++k) result.value[k] = a[k][k];
  return result;
}

}  // namespace

Matrix3 exponential(const Matrix3& symmetric) {
  const Eigen e = eigen(symmetric);
  Matrix3 result;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) {
      result.m[r][c] = 0.0;
      for (int k = 0; k < 3; ++k) result.m[r][c] += e.vector[r][k] * std::exp(e.value[k]) * e.vector[c][k];
    }
  return result;
}

namespace {

/// Of the squares of its singular values.
Eigen eigen_of_square(const Matrix3& matrix) {
  Matrix3 square;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) {
      square.m[r][c] = 0.0;
      for (const auto& row : matrix.m) square.m[r][c] += row[r] * row[c];
    }
  return eigen(square);
}

}  // namespace

double longest_stretch(const Matrix3& matrix) {
  const Eigen e = eigen_of_square(matrix);
  return std::sqrt(std::max({e.value[0], e.value[1], e.value[2]}));
}

double shortest_stretch(const Matrix3& matrix) {
  const Eigen e = eigen_of_square(matrix);
  return std::sqrt(std::max(0.0, std::min({e.value[0], e.value[1], e.value[2]})));
}

Matrix3 deformation(const Box& from, const Box& to) {
  Matrix3 map;
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 3; ++c) {
      map.m[r][c] = 0.0;
      for (int d = 0; d < 3; ++d) map.m[r][c] += to.cell[d][r] * from.inverse[c][d];
    }
  return map;
}

Box deformed(const Box& box, const Matrix3& map) {
  double vectors[3][3];
  for (int d = 0; d < 3; ++d) {
    const Vec3 vector = map * Vec3{box.cell[d][0], box.cell[d][1], box.cell[d][2]};
    for (int c = 0; c < 3; ++c) vectors[d][c] = vector[c];
  }
  return Box::triclinic(box.origin, vectors, {box.is_periodic[0], box.is_periodic[1], box.is_periodic[2]});
}

}  // namespace tessera::data
