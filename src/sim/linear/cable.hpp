// A cable with a mass at its end, in linear finite elements: a family of systems of any size (cm1 to cm5 of
// COMPleib 1.1, after J. Burns and B. King).
#pragma once

#include <cstdint>
#include <vector>

#include "math/matrix.hpp"

namespace tessera::sim::linear {

inline constexpr double cable_length = 2.0, cable_damping = 5e-5, cable_mass = 1.5, cable_spring = 0.01;
inline constexpr double cable_control = 1.5;         ///< force of u = 1
inline constexpr double cable_control_weight = 1.5;  ///< a step costs its outputs' squares and so many u^2

/// A cable of length 2, density 1 and tension 1 with Kelvin-Voigt damping 5e-5; the left end is fixed, the right one
/// carries a mass of 1.5 on a spring of 0.01. Of `elements` equal elements, q being displacements of their right ends:
/// mass q'' + damping q' + stiffness q = e (1.5 u + w), e the last unit vector.
struct Cable {
  /// Symmetric and tridiagonal: `diagonal` and, beside it, `off` everywhere, but `last` in the last place of the
  /// diagonal.
  struct Tridiagonal {
    double diagonal = 0.0, off = 0.0, last = 0.0;
  };
  Cable() = default;
  explicit Cable(std::int64_t num_elements);

  std::int64_t elements = 0;
  Tridiagonal mass, damping, stiffness;
};

/// Inverse of the mass times a matrix, column by column (Gaussian elimination; the mass is positive definite).
math::Matrix divide_by_mass(const Cable& cable, math::Matrix columns);
math::Matrix dense(const Cable::Tridiagonal& values, int n);

}  // namespace tessera::sim::linear
