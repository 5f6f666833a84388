#include "diff/equivariant/activations.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/simd.hpp"

namespace tessera::diff {

namespace {

template <class Real>
simd::Pack load(const Real* x) {
  if constexpr (std::is_same_v<Real, double>) {
    return simd::load_any(x);
  } else {
    alignas(64) double numbers[simd::width];
    for (int k = 0; k < simd::width; ++k) numbers[k] = static_cast<double>(x[k]);
    return simd::load(numbers);
  }
}
template <class Real>
void store(Real* y, const simd::Pack& value) {
  if constexpr (std::is_same_v<Real, double>) {
    simd::store_any(y, value);
  } else {
    alignas(64) double numbers[simd::width];
    simd::store(numbers, value);
    for (int k = 0; k < simd::width; ++k) y[k] = static_cast<Real>(numbers[k]);
  }
}

/// y[n] = work(x[n], y[n]), whole registers at a time, the last through memory of its own.
template <class Real, class Work>
void in_packs(std::int64_t count, const Real* x, Real* y, const Work& work) {
  std::int64_t first = 0;
  for (; first + simd::width <= count; first += simd::width) store(y + first, work(load(x + first), load(y + first)));
  if (first == count) return;
  Real in[simd::width] = {}, out[simd::width] = {};
  std::copy(x + first, x + count, in);
  std::copy(y + first, y + count, out);
  store(out, work(load(in), load(out)));
  std::copy(out, out + (count - first), y + first);
}

/// Of large negative numbers it is zero to within 1e-300.
simd::Pack sigmoid(const simd::Pack& x) {
  return simd::reciprocal(1.0 + simd::exponential(-simd::larger(x, simd::Pack(-690.0))));
}

}  // namespace

template <class Real>
void scaled_silu(std::int64_t count, const Real* x, Real* y) {
  in_packs(count, x, y, [](const simd::Pack& v, const simd::Pack&) { return silu_scale * v * sigmoid(v); });
}

template <class Real>
void scaled_silu_reverse(std::int64_t count, const Real* x, Real* cotangent) {
  in_packs(count, x, cotangent, [](const simd::Pack& v, const simd::Pack& above) {
    const simd::Pack s = sigmoid(v);
    return above * (silu_scale * s * (1.0 + v * (1.0 - s)));
  });
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
