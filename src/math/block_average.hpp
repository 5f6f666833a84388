// Mean of a correlated series, with its error and autocorrelation time, while the series comes in.
#pragma once

#include <cstdint>
#include <vector>

namespace tessera::math {

/// Blocking (Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989)): level k holds means of blocks of 2^k values. Keeps
/// a few numbers a level, i.e. O(log n) in all. Local, and the same wherever the same values are added.
class BlockAverage {
 public:
  void add(double value);

  std::int64_t count() const { return levels_.empty() ? 0 : levels_.front().count; }
  double mean() const { return levels_.empty() ? 0.0 : levels_.front().mean; }
  /// Of the values themselves; zero for less than two.
  double variance() const { return count() > 1 ? levels_.front().squares / static_cast<double>(count() - 1) : 0.0; }

  struct Uncertainty {
    double error = 0.0;         ///< standard error of the mean
    double inefficiency = 1.0;  ///< 1 + 2 sum rho(k) over k > 0: values that count as one
    std::int64_t block = 1;     ///< length of the blocks that both come from
    bool converged = false;     ///< the blocks are long enough to be independent
  };
  /// From the shortest blocks whose length B has B^3 > 2 n s^2, s their inefficiency: there what blocks still share
  /// and the noise of their scatter are in balance (Lee et al., Phys. Rev. E 83, 066706 (2011)). If fewer than
  /// min_blocks are that long, the largest error of shorter ones: a lower bound. Zero for less than two values.
  Uncertainty uncertainty() const;
  static constexpr std::int64_t min_blocks = 8;

  /// In values: half the inefficiency (1/2 for white noise), the integrated autocorrelation time.
  double autocorrelation_time() const { return 0.5 * uncertainty().inefficiency; }

  /// As plain numbers, for checkpoints.
  std::vector<double> state() const;
  /// Throws Error (input) unless state() could have made them.
  void set_state(const std::vector<double>& numbers);

 private:
  struct Level {
    std::int64_t count = 0;
    double mean = 0.0, squares = 0.0;  // sum of squared deviations from the mean (Welford)
    double waiting = 0.0;              // the first half of the next level's block, if `count` is odd
  };
  static double squared_error(const Level& level);

  std::vector<Level> levels_;
};

}  // namespace tessera::math
