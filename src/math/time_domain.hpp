// Whether a linear system moves continuously or from sample to sample, and with it which eigenvalues are stable.
#pragma once

#include <complex>
#include <string>
#include <vector>

namespace tessera::math {

/// x' = a x, or x+ = a x.
enum class TimeDomain { continuous, discrete };
std::string name_of(TimeDomain domain);

/// Nearer than this to the imaginary axis (in units of `scale`) or to the unit circle, an eigenvalue counts as
/// marginal: double ones are known to about the root of the rounding error, 1e-8.
constexpr double marginal = 1e-7;
/// Nearer than this, it is looked at with suspicion.
constexpr double near_border = 1e-6;

/// How far inside the stable region: minus the real part over the scale (the largest modulus around), or 1 minus the
/// modulus.
double stability_margin(TimeDomain domain, std::complex<double> value, double scale);
/// The scale for these eigenvalues; infinite ones do not count.
double scale_of(const std::vector<std::complex<double>>& values);

/// "0.98+0.17i (modulus 0.9946)"
std::string text_of(std::complex<double> value);

}  // namespace tessera::math
