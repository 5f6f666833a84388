// A lower point along a line, by PETSc's line search of More and Thuente (TAO).
#pragma once

#include <functional>
#include <string>

namespace tessera::math {

/// Of a smooth function of one number.
struct LinePoint {
  double value = 0.0, slope = 0.0;
};

struct LineMinimum {
  double step = 0.0;  ///< where it is; 0 if nothing lower was found
  LinePoint point;
  bool is_found = false;
};

/// False in a program without PETSc.
bool can_search_lines();

/// A step above 0 and at most `longest` that lowers the function by more than a ten-thousandth of what its slope at 0
/// promises, and leaves at most nine tenths of that slope (or as low as it can be had in 30 tries), beginning with
/// `first`: More and Thuente, ACM Trans. Math. Softw. 20, 286 (1994). `start` is the function at 0, where its slope
/// must be negative. Every rank that calls it works for itself: where the function is collective, all ranks get the
/// same numbers from it and go the same way. Throws what the function throws, Error (internal) where PETSc fails, and
/// Error (input) "<name> ..." in a program without it.
LineMinimum search_line(const std::function<LinePoint(double step)>& function, const LinePoint& start, double first,
                        double longest, const std::string& name);

}  // namespace tessera::math
