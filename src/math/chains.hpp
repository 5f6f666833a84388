// Diagnostics of Markov chains: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Buerkner, Rank-normalization,
// folding, and localization: an improved R-hat for assessing convergence of MCMC, Bayesian Analysis 16 (2021).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "math/fft.hpp"

namespace tessera::math {

/// Draws of one number: those of chain c from place c * length() on.
struct ChainDraws {
  std::span<const double> values;
  std::size_t num_chains = 1;
  std::span<const double> weights = {};  ///< of each place in a chain, the same for all chains; none: all alike
  std::size_t length() const { return values.size() / num_chains; }
};

/// z of the standard normal distribution with P(Z < z) = p, to the last few bits; infinite at 0
/// and 1, NaN outside.
double normal_quantile(double p);

/// The value below which a share p of the draws lies, between neighbours by lines (as R and NumPy do). Of some draws.
double quantile(std::span<const double> values, double p);
/// The least of the values up to which a share p of the weight lies.
double weighted_quantile(const ChainDraws& draws, double p);

// Chains are cut in halves first; the middle draw of an odd number is left out. NaN for chains of fewer than 4 draws,
// draws that are not finite, or all alike.

/// The root of the variance of all draws over that within half chains: 1 where chains agree.
double split_rhat(const ChainDraws& draws);
/// The larger one of those of the normal scores of ranks, and of the ranks of distances from the median.
double rank_rhat(const ChainDraws& draws);
/// Independent draws that would give the mean as precisely: by Geyer's initial monotone sequence of autocovariances.
double effective_size(const ChainDraws& draws);
/// That of the normal scores of ranks.
double bulk_effective_size(const ChainDraws& draws);
/// The smaller one of those of being below the 5 % and the 95 % quantile.
double tail_effective_size(const ChainDraws& draws);

struct ChainSummary {
  double mean = 0.0, sd = 0.0;  ///< over all draws, with their weights
  double mcse = 0.0;  ///< Monte Carlo standard error of the mean: sd / sqrt(effective_size), fewer for unlike weights
  double q05 = 0.0, median = 0.0, q95 = 0.0;
  double rhat = 0.0;  ///< rank_rhat; this and the effective sizes are those of draws without weights
  double ess_bulk = 0.0, ess_tail = 0.0;
};
/// Of many numbers with as many draws each: what transforms are planned with is kept. NaN where draws are not finite.
class ChainSummariser {
 public:
  explicit ChainSummariser(std::size_t length);
  /// Throws Error (internal) for another length.
  ChainSummary operator()(const ChainDraws& draws) const;

 private:
  std::size_t length_;
  RealFft fft_;
};

}  // namespace tessera::math
