// Rules that integrate over all directions, of space or of a plane.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace tessera::math {

/// integral over unit vectors = sum_i weights[i] f(points[i]); weights sum to 4 pi, in a plane to 2 pi.
struct DirectionRule {
  std::vector<std::array<double, 3>> points;
  std::vector<double> weights;
  int degree = 0;             ///< polynomials up to this degree are integrated exactly
  bool is_antipodal = false;  ///< then point i + size/2 is the opposite of point i, and weighs the same

  int size() const { return static_cast<int>(points.size()); }
};

/// On the sphere, antipodal. 6 points: octahedron; 12: icosahedron; 32: icosahedron and its dual (degree 9); 14, 26
/// and 50: Lebedev (1976); any other 2 n^2 (8, 18, 72, 98, 128...): product_rule(n). Throws Error (input) for other
/// numbers.
DirectionRule sphere_rule(int points);
/// Whether sphere_rule knows one of so many points.
bool has_sphere_rule(int points);

/// On the sphere: Gauss-Legendre in z with n points times 2 n equispaced angles, antipodal, of degree 2 n - 1.
DirectionRule product_rule(int n);

/// In the plane of the first two directions: equispaced, antipodal if their number is even; of degree points - 1.
DirectionRule circle_rule(int points);

}  // namespace tessera::math
