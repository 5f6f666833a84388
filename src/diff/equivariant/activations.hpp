// Activations of networks whose weights have unit variance: scaled to a second moment of one under a normal input.
#pragma once

#include <cstdint>

namespace tessera::diff {

/// The constants are those of one fixed Monte-Carlo estimate of the e3nn library (Geiger and Smidt, arXiv 2207.09453),
/// which published weights depend on; the integrals themselves would be 1.6765, 1.5925 and 1.8462.
inline constexpr double silu_scale = 1.6791767923989418, tanh_scale = 1.5937334472592695,
                        sigmoid_scale = 1.8467055342154763;

/// y[n] = silu_scale x sigmoid(x); x and y may be the same.
template <class Real>
void scaled_silu(std::int64_t count, const Real* x, Real* y);
/// Reverse rule: cotangent[n] becomes that of x[n].
template <class Real>
void scaled_silu_reverse(std::int64_t count, const Real* x, Real* cotangent);

/// y[n] = tanh_scale tanh(x), and its reverse rule.
template <class Real>
void scaled_tanh(std::int64_t count, const Real* x, Real* y);
template <class Real>
void scaled_tanh_reverse(std::int64_t count, const Real* x, Real* cotangent);

}  // namespace tessera::diff
