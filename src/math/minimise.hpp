// Minima of smooth functions of many variables, by PETSc's optimiser (TAO).
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tessera::math {

/// The value at x; its derivatives go to `gradient`, which has as many numbers.
using Objective = std::function<double(const std::vector<double>& x, std::vector<double>& gradient)>;

struct Minimum {
  std::vector<double> x;
  double value = 0.0, gradient_norm = 0.0;
  int iterations = 0;
  bool is_converged = false;
};

/// From `start`, by a quasi-Newton method of limited memory, until the gradient's norm is below `tolerance`, or below
/// it times the first one, or cannot be made smaller. Every rank that calls it works for itself: where the objective is
/// collective, all ranks get the same numbers from it and go the same way. After `most`
/// iterations it is where they have led. Throws Error (numeric) "<name> ..." where numbers are no longer finite or the
/// method fails otherwise, what the objective throws, and Error (input) in a program without PETSc.
Minimum minimise(const Objective& objective, const std::vector<double>& start, double tolerance, int most,
                 const std::string& name);

}  // namespace tessera::math
