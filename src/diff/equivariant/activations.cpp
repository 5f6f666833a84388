#include "diff/equivariant/activations.hpp"

#include <cmath>

#include "base/simd.hpp"

namespace tessera::diff {

namespace {

/// Whole registers through memory of their own: numbers of either kind, and any count of them.
template <class Real, class Result, class Work>
void in_packs(std::int64_t count, const Real* x, Result* y, const Work& work) {
  alignas(64) double in[simd::width], out[simd::width];
  for (std::int64_t first = 0; first < count; first += simd::width) {
    const int here = count - first < simd::width ? static_cast<int>(count - first) : simd::width;
    for (int k = 0; k < simd::width; ++k) in[k] = k < here ? static_cast<double>(x[first + k]) : 0.0;
    simd::store(out, work(simd::load(in)));
    for (int k = 0; k < here; ++k) y[first + k] = static_cast<Result>(out[k]);
  }
}

/// Of large negative numbers it is zero to within 1e-300.
simd::Pack sigmoid(const simd::Pack& x) {
  return simd::reciprocal(1.0 + simd::exponential(-simd::larger(x, simd::Pack(-690.0))));
}

}  // namespace

template <class Real>
void scaled_silu(std::int64_t count, const Real* x, Real* y) {
  in_packs(count, x, y, [](const simd::Pack& v) { return silu_scale * v * sigmoid(v); });
}

template <class Real>
void scaled_silu_reverse(std::int64_t count, const Real* x, Real* cotangent) {
  alignas(64) double slope[simd::width];
  for (std::int64_t first = 0; first < count; first += simd::width) {
    const int here = count - first < simd::width ? static_cast<int>(count - first) : simd::width;
    in_packs(here, x + first, slope, [](const simd::Pack& v) {
      const simd::Pack s = sigmoid(v);
      return silu_scale * s * (1.0 + v * (1.0 - s));
    });
    for (int k = 0; k < here; ++k) cotangent[first + k] *= static_cast<Real>(slope[k]);
  }
}

template <class Real>
void scaled_tanh(std::int64_t count, const Real* x, Real* y) {
  for (std::int64_t n = 0; n < count; ++n) y[n] = static_cast<Real>(tanh_scale) * std::tanh(x[n]);
}

template <class Real>
void scaled_tanh_reverse(std::int64_t count, const Real* x, Real* cotangent) {
  for (std::int64_t n = 0; n < count; ++n) {
    const Real t = std::tanh(x[n]);
    cotangent[n] *= static_cast<Real>(tanh_scale) * (Real(1) - t * t);
  }
}

template void scaled_silu(std::int64_t, const double*, double*);
template void scaled_silu(std::int64_t, const float*, float*);
template void scaled_silu_reverse(std::int64_t, const double*, double*);
template void scaled_silu_reverse(std::int64_t, const float*, float*);
template void scaled_tanh(std::int64_t, const double*, double*);
template void scaled_tanh(std::int64_t, const float*, float*);
template void scaled_tanh_reverse(std::int64_t, const double*, double*);
template void scaled_tanh_reverse(std::int64_t, const float*, float*);

}  // namespace tessera::diff
