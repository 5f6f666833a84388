// From the rows of a tabulated potential to cubic pieces over the squared distance.
#pragma once

#include <vector>

#include "data/formats/radial_table.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim::md {

/// The table between its rows: quintic pieces in r that meet energy, force and the slope of the force at each row.
/// These slopes are those of the cubic spline of the forces, with FPRIME at its ends or else that of the cubic through
/// the four outermost rows. With rows h apart the energy is off by O(h^5) at most, the force by O(h^4).
class RadialFunction {
 public:
  struct Value {
    double energy, force;
  };

  /// Cut off as `truncation` says (see Truncation) at the cutoff, which must lie within the table.
  RadialFunction(const data::RadialTable& table, double cutoff, Truncation truncation, double smoothing);

  /// Of a distance within the table and the cutoff.
  Value operator()(double r) const;

 private:
  Value plain(double r) const;

  data::RadialTable table_;
  std::vector<double> slope_;  // dF/dr at the rows
  double cutoff_;
  Truncation truncation_;
  double smoothing2_;
  Value end_{0.0, 0.0};
};

/// The clamped cubic spline of an energy over s = r^2 on an even grid, continuous in force and slope of the force:
/// u = c[0] + t (c[1] + t (c[2] + t c[3])) with t from 0 to 1 in each interval. Of intervals h wide in s the force is
/// off by at most r h^3 |d4u/ds4|/12 inside (from the error bound of Hall and Meyer, J. Approx. Theory 16, 105 (1976)).
struct SquaredSpline {
  double first = 0.0;  ///< s where the first interval begins
  double width = 0.0;  ///< of an interval
  std::vector<double> coefficients;

  /// Largest difference of its force from that of the function it stands for, and where that is.
  double error = 0.0, error_at = 0.0;
};

/// Between two distances, both within the function.
SquaredSpline fit_squared_spline(const RadialFunction& function, double first, double last, std::size_t intervals);

}  // namespace tessera::sim::md
