// What regulators of the linear systems earn, as found with controlgym 1.0.0 (NumPy 1.24, SciPy 1.10).
#pragma once

#include <string>
#include <vector>

namespace tessera::test {

/// At samples of 0.1 and variances of 0.1, to six digits.
struct LinearTotals {
  std::string id;
  double radius;   ///< of the regulated loop
  double cost;     ///< of the regulator without noise, from x_i = 0.1 cos(1 + i) on
  double average;  ///< of the regulator with noise, a step in the long run
  double lqg;      ///< the library's total of one episode of 100 steps with a filter; NaN if it has none
};

/// All but rea, which has no regulator, and umv, whose regulator is not determined (its inputs cancel); those of at
/// most 120 states, and the others, whose regulators take seconds.
const std::vector<LinearTotals>& small_systems();
const std::vector<LinearTotals>& large_systems();

/// Collective. Each of them run through the stage, and compared.
void check_costs(const std::vector<LinearTotals>& systems);
void check_averages(const std::vector<LinearTotals>& systems);
void check_filtered(const std::vector<LinearTotals>& systems, int episodes);

}  // namespace tessera::test
