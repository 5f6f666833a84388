// Internal to the particle mesh: the optimal influence function of Hockney and Eastwood for differentiation by ik, and
// the error that it leaves.
//
// With waves k of the mesh, their aliases k_m, the transform U of the assignment function and the reference force
// R(k) = -i k g(k), g = 4 pi exp(-k^2/4 alpha^2)/k^2:
//   G(k) = sum_m U^2(k_m) k . k_m g(k_m) / (k^2 (sum_m U^2(k_m))^2)
//   Q(k) = sum_m |R(k_m)|^2 - (sum_m U^2(k_m) k . k_m g(k_m))^2 / (k^2 (sum_m U^2(k_m))^2)
// A wave at the edge of the mesh along a direction has no derivative there: its sign is anybody's guess.
#pragma once

#include "data/box.hpp"

namespace tessera::sim::md {

class InfluenceFunction {
 public:
  /// Local. Aliases up to `reach` meshes away along each direction are summed (at most most_aliases).
  InfluenceFunction(const data::Box& box, const data::Int3& points, int order, double alpha, int reach);
  static constexpr int most_aliases = 2;

  struct Wave {
    data::Vec3 k{0.0, 0.0, 0.0};  ///< as differentiation knows it
    double k2 = 0.0;
    double influence = 0.0;  ///< G; zero where k is
    double error = 0.0;      ///< Q
  };

  /// Wave number n0, n1, n2 of 0 to points - 1.
  KOKKOS_FUNCTION Wave at(int n0, int n1, int n2) const {
    const int n[3] = {n0, n1, n2};
    Wave wave;
    double signed_n[3];
    for (int d = 0; d < 3; ++d) {
      signed_n[d] = 2 * n[d] > points_[d] ? n[d] - points_[d] : n[d];
      const double slope = 2 * n[d] == points_[d] ? 0.0 : signed_n[d];
      for (int c = 0; c < 3; ++c) wave.k[c] += slope * reciprocal_[d][c];
    }
    wave.k2 = wave.k[0] * wave.k[0] + wave.k[1] * wave.k[1] + wave.k[2] * wave.k[2];
    const double four_pi = 12.566370614359172954, decay = 0.25 / (alpha_ * alpha_);
    double product = 0.0, square = 0.0;
    for (int m0 = -reach_; m0 <= reach_; ++m0)
      for (int m1 = -reach_; m1 <= reach_; ++m1)
        for (int m2 = -reach_; m2 <= reach_; ++m2) {
          const double number[3] = {signed_n[0] + m0 * points_[0], signed_n[1] + m1 * points_[1],
                                    signed_n[2] + m2 * points_[2]};
          double k[3] = {0.0, 0.0, 0.0};
          for (int d = 0; d < 3; ++d)
            for (int c = 0; c < 3; ++c) k[c] += number[d] * reciprocal_[d][c];
          const double k2 = k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
          const double exponent = k2 * decay;
          if (k2 == 0.0 || exponent > 60.0) continue;
          const double g = four_pi * kmath::exp(-exponent) / k2;
          const double u2 = assignment(0, m0, n0) * assignment(1, m1, n1) * assignment(2, m2, n2);
          product += u2 * g * (wave.k[0] * k[0] + wave.k[1] * k[1] + wave.k[2] * k[2]);
          square += g * g * k2;
        }
    wave.error = square;
    if (wave.k2 == 0.0) return wave;
    const double all = all_aliases(0, n0) * all_aliases(1, n1) * all_aliases(2, n2);
    wave.influence = product / (wave.k2 * all * all);
    wave.error = square - product * wave.influence;
    return wave;
  }

 private:
  /// U^2 along one direction of an alias, and of all of them together.
  KOKKOS_FORCEINLINE_FUNCTION double assignment(int d, int m, int n) const {
    return table_(first_[d] + (m + most_aliases) * points_[d] + n);
  }
  KOKKOS_FORCEINLINE_FUNCTION double all_aliases(int d, int n) const {
    return table_(first_[d] + (2 * most_aliases + 1) * points_[d] + n);
  }

  data::Int3 points_;
  double alpha_;
  int reach_;
  double reciprocal_[3][3];  // 2 pi b_d
  int first_[3];
  Array1<double> table_;
};

}  // namespace tessera::sim::md
