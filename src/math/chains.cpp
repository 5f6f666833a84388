#include "math/chains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.hpp"

namespace tessera::math {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t fewest_draws = 4;

struct HalfChains {
  std::vector<double> values;
  std::size_t count = 0, length = 0;
  ChainDraws draws() const { return {values, count}; }
};

HalfChains in_halves(const ChainDraws& draws) {
  const std::size_t length = draws.length(), half = length / 2;
  HalfChains halves{.values = {}, .count = 2 * draws.num_chains, .length = half};
  for (std::size_t c = 0; c < draws.num_chains; ++c)
    for (const std::size_t first : {c * length, (c + 1) * length - half})
      halves.values.insert(halves.values.end(), draws.values.begin() + static_cast<std::ptrdiff_t>(first),
                           draws.values.begin() + static_cast<std::ptrdiff_t>(first + half));
  return halves;
}

bool is_usable(const ChainDraws& draws) {
  const auto& x = draws.values;
  return draws.num_chains > 0 && draws.length() >= fewest_draws &&
         std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); }) &&
         std::any_of(x.begin(), x.end(), [&](double v) { return v != x.front(); });
}

double mean_of(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// 0 where all are alike, whatever their mean is rounded to.
double sample_variance(std::span<const double> x) {
  if (std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); })) return 0.0;
  const double mean = mean_of(x);
  double sum = 0.0;
  for (const double v : x) sum += (v - mean) * (v - mean);
  return sum / static_cast<double>(x.size() - 1);
}

struct Variances {
  double within = 0.0, total = 0.0;  ///< the latter as if chains were independent draws of one distribution
};

Variances variances_of(const HalfChains& chains) {
  const auto n = static_cast<double>(chains.length);
  std::vector<double> means;
  Variances v;
  for (std::size_t c = 0; c < chains.count; ++c) {
    const auto own = std::span(chains.values).subspan(c * chains.length, chains.length);
    means.push_back(mean_of(own));
    v.within += sample_variance(own) / static_cast<double>(chains.count);
  }
  v.total = v.within * (n - 1.0) / n + (chains.count > 1 ? sample_variance(means) : 0.0);
  return v;
}

double rhat_of(const HalfChains& chains) {
  const auto v = variances_of(chains);
  if (!(v.within > 0.0)) return unknown;
  return std::sqrt(v.total / v.within);
}

/// Normal quantiles of ranks; equal draws have the mean of theirs.
std::vector<double> normal_scores(std::span<const double> x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::vector<double> scores(x.size());
  const auto size = static_cast<double>(x.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && x[order[end]] == x[order[first]]) ++end;
    const double rank = 0.5 * static_cast<double>(first + 1 + end);
    const double score = normal_quantile((rank - 0.375) / (size + 0.25));
    for (std::size_t n = first; n < end; ++n) scores[order[n]] = score;
    first = end;
  }
  return scores;
}

/// For half chains of so many draws, with as many zeros behind them at least.
RealFft transform_of_halves(std::size_t length) {
  std::int64_t padded = 2;
  while (padded < static_cast<std::int64_t>(length)) padded *= 2;
  return RealFft(FftShape{padded});
}

/// Mean over chains of autocovariances, divided by the length; by transforms, with zeros behind each chain.
std::vector<double> mean_autocovariances(const HalfChains& chains, const RealFft& fft) {
  const auto padded = static_cast<std::size_t>(fft.num_values());
  std::vector<double> values(padded), power(padded / 2 + 1, 0.0);
  std::vector<Complex> modes(padded / 2 + 1);
  for (std::size_t c = 0; c < chains.count; ++c) {
    const auto own = std::span(chains.values).subspan(c * chains.length, chains.length);
    const double mean = mean_of(own);
    std::fill(values.begin(), values.end(), 0.0);
    std::transform(own.begin(), own.end(), values.begin(), [&](double v) { return v - mean; });
    fft.forward(values, modes);
    for (std::size_t k = 0; k < power.size(); ++k) power[k] += std::norm(modes[k]);
  }
  std::copy(power.begin(), power.end(), modes.begin());
  fft.backward(modes, values);
  values.resize(chains.length);
  const double factor = fft.scale() / static_cast<double>(chains.length * chains.count);
  for (double& v : values) v *= factor;
  return values;
}

double effective_size_of(const HalfChains& chains, const RealFft& fft) {
  const auto v = variances_of(chains);
  if (!(v.within > 0.0)) return unknown;
  const auto covariance = mean_autocovariances(chains, fft);
  const auto n = static_cast<double>(chains.length);
  const auto correlation = [&](std::size_t lag) {
    return lag == 0 ? 1.0 : 1.0 - (v.within - covariance[lag] * n / (n - 1.0)) / v.total;
  };
  double sum = 0.0, least = std::numeric_limits<double>::max();
  for (std::size_t lag = 0; lag + 1 < chains.length; lag += 2) {
    const double pair = correlation(lag) + correlation(lag + 1);
    if (pair < 0.0) break;
    least = std::min(least, pair);
    sum += least;
  }
  const double size = n * static_cast<double>(chains.count);
  return size / std::max(2.0 * sum - 1.0, 1.0 / std::log10(size));
}

std::vector<double> distances_from_median(std::span<const double> x) {
  const double median = quantile(x, 0.5);
  std::vector<double> result;
  for (const double v : x) result.push_back(std::fabs(v - median));
  return result;
}

/// 5 digits or so: where Newton's method begins.
double rough_normal_quantile(double p) {
  // Abramowitz and Stegun 26.2.23.
  const double tail = std::min(p, 1.0 - p), t = std::sqrt(-2.0 * std::log(tail));
  const double z =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return p < 0.5 ? -z : z;
}

}  // namespace

double normal_quantile(double p) {
  if (!(p >= 0.0 && p <= 1.0)) return unknown;
  if (p == 0.0 || p == 1.0)
    return p == 0.0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  if (p == 0.5) return 0.0;
  // In the nearer tail, whose probability keeps its digits.
  const double tail = std::min(p, 1.0 - p);
  double z = -std::fabs(rough_normal_quantile(p));
  for (int n = 0; n < 4; ++n) {
    const double density = std::exp(-0.5 * z * z) * 0.39894228040143267794;
    const double step = (0.5 * std::erfc(-z * 0.70710678118654752440) - tail) / density;
    z -= step / (1.0 + 0.5 * z * step);  // Halley
  }
  return p < 0.5 ? z : -z;
}

double quantile(std::span<const double> values, double p) {
  if (values.empty()) return unknown;
  std::vector<double> x(values.begin(), values.end());
  const double place = p * static_cast<double>(x.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(below), x.end());
  const double low = x[below], share = place - static_cast<double>(below);
  if (share == 0.0) return low;
  return low + share * (*std::min_element(x.begin() + static_cast<std::ptrdiff_t>(below) + 1, x.end()) - low);
}

double weighted_quantile(const ChainDraws& draws, double p) {
  const std::size_t length = draws.length();
  std::vector<std::pair<double, double>> order;  // value and weight
  double total = 0.0;
  for (std::size_t n = 0; n < draws.values.size(); ++n) {
    const double weight = draws.weights.empty() ? 1.0 : draws.weights[n % length];
    order.emplace_back(draws.values[n], weight);
    total += weight;
  }
  if (order.empty()) return unknown;
  std::sort(order.begin(), order.end());
  double below = 0.0;
  for (const auto& [value, weight] : order)
    if ((below += weight) >= p * total) return value;
  return order.back().first;
}

namespace {

struct WeightedMoments {
  double mean = 0.0, variance = 0.0;
  double share = 1.0;  ///< of the draws, that as many alike ones would be worth (Kish)
};

WeightedMoments weighted_moments(const ChainDraws& draws) {
  const auto& x = draws.values;
  const auto& w = draws.weights;
  if (w.empty()) return {mean_of(x), sample_variance(x), 1.0};
  const std::size_t length = draws.length();
  double total = 0.0, squares = 0.0, sum = 0.0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double weight = w[n % length];
    total += weight;
    squares += weight * weight;
    sum += weight * x[n];
  }
  WeightedMoments moments{sum / total, 0.0, total * total / (squares * static_cast<double>(x.size()))};
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double off = x[n] - moments.mean;
    moments.variance += w[n % length] * off * off / total;
  }
  moments.variance /= 1.0 - squares / (total * total);
  return moments;
}

}  // namespace

double split_rhat(const ChainDraws& draws) { return is_usable(draws) ? rhat_of(in_halves(draws)) : unknown; }

double rank_rhat(const ChainDraws& draws) {
  if (!is_usable(draws)) return unknown;
  HalfChains halves = in_halves(draws);
  const auto folded = distances_from_median(halves.values);
  halves.values = normal_scores(halves.values);
  const double bulk = rhat_of(halves);
  halves.values = normal_scores(folded);
  const double tails = rhat_of(halves);
  return std::isnan(tails) ? bulk : std::max(bulk, tails);
}

namespace {

double mean_size(const ChainDraws& draws, const RealFft& fft) {
  return is_usable(draws) ? effective_size_of(in_halves(draws), fft) : unknown;
}

double bulk_size(const ChainDraws& draws, const RealFft& fft) {
  if (!is_usable(draws)) return unknown;
  HalfChains halves = in_halves(draws);
  halves.values = normal_scores(halves.values);
  return effective_size_of(halves, fft);
}

double tail_size(const ChainDraws& draws, const RealFft& fft) {
  if (!is_usable(draws)) return unknown;
  double least = unknown;
  for (const double p : {0.05, 0.95}) {
    const double bound = quantile(draws.values, p);
    HalfChains halves = in_halves(draws);
    for (double& v : halves.values) v = v <= bound ? 1.0 : 0.0;
    const double size = effective_size_of(halves, fft);
    least = std::isnan(least) ? size : std::min(least, size);
  }
  return least;
}

}  // namespace

double effective_size(const ChainDraws& draws) { return mean_size(draws, transform_of_halves(draws.length())); }
double bulk_effective_size(const ChainDraws& draws) { return bulk_size(draws, transform_of_halves(draws.length())); }
double tail_effective_size(const ChainDraws& draws) { return tail_size(draws, transform_of_halves(draws.length())); }

ChainSummariser::ChainSummariser(std::size_t length) : length_(length), fft_(transform_of_halves(length)) {}

ChainSummary ChainSummariser::operator()(const ChainDraws& draws) const {
  if (draws.length() != length_) throw Error::internal("chains of another length than was planned for");
  const auto& x = draws.values;
  ChainSummary s{unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown};
  if (x.size() < 2 || !std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); })) return s;
  const auto moments = weighted_moments(draws);
  s.mean = moments.mean;
  s.sd = std::sqrt(moments.variance);
  s.mcse = s.sd / std::sqrt(mean_size(draws, fft_) * moments.share);
  const auto quantile_at = [&](double p) {
    return draws.weights.empty() ? quantile(x, p) : weighted_quantile(draws, p);
  };
  s.q05 = quantile_at(0.05);
  s.median = quantile_at(0.5);
  s.q95 = quantile_at(0.95);
  s.rhat = rank_rhat(draws);
  s.ess_bulk = bulk_size(draws, fft_);
  s.ess_tail = tail_size(draws, fft_);
  return s;
}

}  // namespace tessera::math
