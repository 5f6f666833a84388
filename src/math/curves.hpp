// How far two curves are from one another that are known at some points each, and straight lines in between.
#pragma once

#include <vector>

namespace tessera::math {

/// x ascends strictly.
struct Curve {
  std::vector<double> x, y;
};

/// Linear interpolation; x must lie within the range of the curve.
double value_at(const Curve& curve, double x);

/// Two curves at all points of either within the range that both have.
struct CurvePair {
  std::vector<double> x, first, second;
};
/// Empty where the ranges of the curves do not overlap.
CurvePair on_common_range(const Curve& first, const Curve& second);

double largest_difference(const CurvePair& pair);
/// Integral of |first - second|.
double integrated_difference(const CurvePair& pair);
/// Integral of min(first, second), both of which are divided by their integrals before; 1 for curves that are the same
/// but for a factor, 0 for curves that are nowhere different from 0 together. NaN unless both integrals are positive.
double overlap(const CurvePair& pair);

}  // namespace tessera::math
