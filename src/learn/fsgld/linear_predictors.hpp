// Models whose rows see parameters through a few linear predictors: eta_k = x . theta_k, to which a constant can be
// added; and the kernels that all of them share.
#pragma once

#include <cstdint>

#include "base/simd.hpp"
#include "diff/functions.hpp"
#include "learn/fsgld/rows.hpp"

namespace tessera::learn::fsgld {

/// Rows that one pass of a kernel goes through: what is not a product of features runs over them, for vectors.
inline constexpr int rows_in_pass = device_is_host ? 32 : 1;
inline constexpr int most_predictors = 64;

/// Where the parameters of a predictor are: theta_k in one piece, the features' first, then that of the constant.
struct PredictorLayout {
  std::int64_t features = 0;
  double sign = 1.0;          ///< of features: -1 where they count against the response
  bool has_constant = false;  ///< a last parameter, as if a feature were 1
  KOKKOS_INLINE_FUNCTION std::int64_t width() const { return features + (has_constant ? 1 : 0); }
};

/// Partial sums side by side: in a fixed order, and in vectors.
KOKKOS_INLINE_FUNCTION double dot(const double* a, const double* b, std::int64_t count) {
  simd::Pack even = 0.0, odd = 0.0;
  std::int64_t k = 0;
  for (; k + 2 * simd::width <= count; k += 2 * simd::width) {
    even += simd::load_any(a + k) * simd::load_any(b + k);
    odd += simd::load_any(a + k + simd::width) * simd::load_any(b + k + simd::width);
  }
  double sum = simd::sum(simd::Pack(even + odd));
  for (; k < count; ++k) sum += a[k] * b[k];
  return sum;
}

/// Rows are anywhere in memory: asked for ahead, they come while others are worked at.
KOKKOS_INLINE_FUNCTION void ask_for(const double* row, std::int64_t count) {
#if defined(__GNUC__) && !defined(TESSERA_SIMD_SCALAR)
  for (std::int64_t k = 0; k < count; k += 8) __builtin_prefetch(row + k);
#else
  (void)row, (void)count;
#endif
}

/// Rows that share what is loaded of the other factor.
inline constexpr int rows_together = 4;

/// result[n] = x[n] . t
KOKKOS_INLINE_FUNCTION void dots(const double* const* x, const double* t, std::int64_t count, double* result) {
  simd::Pack sum[rows_together];
  for (int n = 0; n < rows_together; ++n) sum[n] = 0.0;
  std::int64_t k = 0;
  for (; k + simd::width <= count; k += simd::width) {
    const simd::Pack factor = simd::load_any(t + k);
    for (int n = 0; n < rows_together; ++n) sum[n] += simd::load_any(x[n] + k) * factor;
  }
  for (int n = 0; n < rows_together; ++n) {
    result[n] = simd::sum(sum[n]);
    for (std::int64_t rest = k; rest < count; ++rest) result[n] += x[n][rest] * t[rest];
  }
}

/// sum += factors[0] x[0] + factors[1] x[1] + ...
KOKKOS_INLINE_FUNCTION void add_rows(const double* factors, const double* const* x, std::int64_t count, double* sum) {
  std::int64_t k = 0;
  for (; k + simd::width <= count; k += simd::width) {
    simd::Pack total = simd::load_any(sum + k);
    for (int n = 0; n < rows_together; ++n) total += factors[n] * simd::load_any(x[n] + k);
    simd::store_any(sum + k, total);
  }
  for (; k < count; ++k)
    for (int n = 0; n < rows_together; ++n) sum[k] += factors[n] * x[n][k];
}

/// y = theta . x + noise of this precision.
struct LinearRegression {
  double precision = 1.0;
  static constexpr int most = 1;
  KOKKOS_INLINE_FUNCTION int num_predictors() const { return 1; }
  /// Derivatives of log p by the predictors, in their place; row n of predictor k at eta[k * rows_in_pass + n].
  KOKKOS_INLINE_FUNCTION void residuals(double* eta, const double* y, int count) const {
    for (int n = 0; n < count; ++n) eta[n] = precision * (y[n] - eta[n]);
  }
  KOKKOS_INLINE_FUNCTION double log_likelihood(const double* eta, double y) const {
    const double r = y - eta[0];
    return 0.5 * (kmath::log(precision * (1.0 / 6.283185307179586476925)) - precision * r * r);
  }
  /// Of prediction_width() numbers.
  KOKKOS_INLINE_FUNCTION void predict(const double* eta, double* result) const { result[0] = eta[0]; }
};

/// P(y = 1) = 1/(1 + exp(-theta . x)), y = 0 or 1.
struct LogisticRegression {
  static constexpr int most = 1;
  KOKKOS_INLINE_FUNCTION int num_predictors() const { return 1; }
  KOKKOS_INLINE_FUNCTION void residuals(double* eta, const double* y, int count) const {
    const diff::functions::Sigmoid<0> sigmoid;
    for (int n = 0; n < count; ++n) eta[n] = y[n] - sigmoid(eta[n]);
  }
  KOKKOS_INLINE_FUNCTION double log_likelihood(const double* eta, double y) const {
    return -diff::functions::Softplus<0>()(y > 0.5 ? -eta[0] : eta[0]);
  }
  KOKKOS_INLINE_FUNCTION void predict(const double* eta, double* result) const {
    result[1] = diff::functions::Sigmoid<0>()(eta[0]);
    result[0] = 1.0 - result[1];
  }
};

/// P(y = k) = exp(theta_k . x) / sum over j of exp(theta_j . x), y = 0, 1...
struct SoftmaxRegression {
  int classes = 2;
  static constexpr int most = most_predictors;
  KOKKOS_INLINE_FUNCTION int num_predictors() const { return classes; }
  KOKKOS_INLINE_FUNCTION void residuals(double* eta, const double* y, int count) const {
    for (int n = 0; n < count; ++n) {
      double top = eta[n], sum = 0.0;
      for (int k = 1; k < classes; ++k) top = eta[k * rows_in_pass + n] > top ? eta[k * rows_in_pass + n] : top;
      for (int k = 0; k < classes; ++k) {
        double& e = eta[k * rows_in_pass + n];
        e = kmath::exp(e - top);
        sum += e;
      }
      for (int k = 0; k < classes; ++k) {
        double& e = eta[k * rows_in_pass + n];
        e = (static_cast<int>(y[n]) == k ? 1.0 : 0.0) - e / sum;
      }
    }
  }
  KOKKOS_INLINE_FUNCTION double log_likelihood(const double* eta, double y) const {
    double top = eta[0], sum = 0.0;
    for (int k = 1; k < classes; ++k) top = eta[k] > top ? eta[k] : top;
    for (int k = 0; k < classes; ++k) sum += kmath::exp(eta[k] - top);
    return eta[static_cast<int>(y)] - top - kmath::log(sum);
  }
  KOKKOS_INLINE_FUNCTION void predict(const double* eta, double* result) const {
    double top = eta[0], sum = 0.0;
    for (int k = 1; k < classes; ++k) top = eta[k] > top ? eta[k] : top;
    for (int k = 0; k < classes; ++k) sum += result[k] = kmath::exp(eta[k] - top);
    for (int k = 0; k < classes; ++k) result[k] /= sum;
  }
};

/// Sums of gradients, a chain a call.
template <class Likelihood>
struct GradientKernel {
  Likelihood likelihood;
  PredictorLayout layout;
  Rows rows;
  data::RowArray<double> theta, sums;
  RowChoice choice;
  double clip;  ///< 0: none

  KOKKOS_INLINE_FUNCTION void operator()(const int chain) const {
    const std::int64_t width = layout.width();
    double* sum = &sums(chain, 0);
    const double* t = &theta(chain, 0);
    for (std::int64_t k = 0; k < likelihood.num_predictors() * width; ++k) sum[k] = 0.0;
    double eta[Likelihood::most * rows_in_pass], y[rows_in_pass];
    const double* x[rows_in_pass];
    const std::int64_t total = choice.size(chain);
    for (std::int64_t first = 0; first < total; first += rows_in_pass) {
      const int count = static_cast<int>(total - first < rows_in_pass ? total - first : rows_in_pass);
      for (int n = 0; n < count; ++n) {
        const std::int64_t row = choice.row(chain, first + n);
        x[n] = &rows.x(row, 0);
        y[n] = rows.y(row);
      }
      ask_for_next(chain, first, count);
      for (int k = 0; k < likelihood.num_predictors(); ++k)
        find_predictors(t + k * width, x, count, eta + k * rows_in_pass);
      likelihood.residuals(eta, y, count);
      if (clip > 0.0) shorten(x, eta, count);
      for (int k = 0; k < likelihood.num_predictors(); ++k)
        add_rows_of_pass(eta + k * rows_in_pass, x, count, sum + k * width);
    }
  }

  /// Rows of the next pass: of this chain, or of the one behind it.
  KOKKOS_INLINE_FUNCTION void ask_for_next(int chain, std::int64_t first, int count) const {
    if (!device_is_host) return;
    const bool is_last = first + count >= choice.size(chain);
    const int next = is_last ? chain + 1 : chain;
    if (next >= static_cast<int>(theta.extent(0)) || choice.takes_all) return;
    const std::int64_t begin = is_last ? 0 : first + count, end = begin + rows_in_pass;
    const std::int64_t total = choice.size(next);
    for (std::int64_t n = begin; n < (end < total ? end : total); ++n)
      ask_for(&rows.x(choice.row(next, n), 0), layout.features);
  }
  KOKKOS_INLINE_FUNCTION void find_predictors(const double* t, const double* const* x, int count, double* eta) const {
    const std::int64_t d = layout.features;
    int n = 0;
    for (; n + rows_together <= count; n += rows_together) dots(x + n, t, d, eta + n);
    for (; n < count; ++n) eta[n] = dot(x[n], t, d);
    const double constant = layout.has_constant ? t[d] : 0.0;
    for (n = 0; n < count; ++n) eta[n] = layout.sign * eta[n] + constant;
  }
  KOKKOS_INLINE_FUNCTION void add_rows_of_pass(const double* residuals, const double* const* x, int count,
                                               double* sum) const {
    const std::int64_t d = layout.features;
    double factors[rows_in_pass], total = 0.0;
    for (int n = 0; n < count; ++n) {
      factors[n] = layout.sign * residuals[n];
      total += residuals[n];
    }
    int n = 0;
    for (; n + rows_together <= count; n += rows_together) add_rows(factors + n, x + n, d, sum);
    for (; n < count; ++n)
      for (std::int64_t k = 0; k < d; ++k) sum[k] += factors[n] * x[n][k];
    if (layout.has_constant) sum[d] += total;
  }
  /// The gradient of a row is its residuals times its features.
  KOKKOS_INLINE_FUNCTION void shorten(const double* const* x, double* eta, int count) const {
    for (int n = 0; n < count; ++n) {
      double squares = 0.0;
      for (int k = 0; k < likelihood.num_predictors(); ++k)
        squares += eta[k * rows_in_pass + n] * eta[k * rows_in_pass + n];
      const double norm = kmath::sqrt(squares * (dot(x[n], x[n], layout.features) + (layout.has_constant ? 1.0 : 0.0)));
      if (!(norm > clip)) continue;
      for (int k = 0; k < likelihood.num_predictors(); ++k) eta[k * rows_in_pass + n] *= clip / norm;
    }
  }
};

/// What a chain says of rows.
template <class Likelihood>
struct PredictionKernel {
  Likelihood likelihood;
  PredictorLayout layout;
  Rows rows;
  data::RowArray<double> theta;
  int chain;
  std::int64_t first;
  Array1<double> log_likelihoods;
  data::RowArray<double> predictions;

  KOKKOS_INLINE_FUNCTION void operator()(const int n) const {
    double eta[Likelihood::most];
    const double* x = &rows.x(first + n, 0);
    for (int k = 0; k < likelihood.num_predictors(); ++k) {
      const double* t = &theta(chain, k * layout.width());
      eta[k] = layout.sign * dot(t, x, layout.features) + (layout.has_constant ? t[layout.features] : 0.0);
    }
    log_likelihoods(n) = likelihood.log_likelihood(eta, rows.y(first + n));
    if (predictions.extent(0) > 0) likelihood.predict(eta, &predictions(n, 0));
  }
};

}  // namespace tessera::learn::fsgld
