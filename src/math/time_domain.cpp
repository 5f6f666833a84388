#include "math/time_domain.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tessera::math {

std::string name_of(TimeDomain domain) { return domain == TimeDomain::discrete ? "discrete" : "continuous"; }

double stability_margin(TimeDomain domain, std::complex<double> value, double scale) {
  return domain == TimeDomain::discrete ? 1.0 - std::abs(value) : -value.real() / scale;
}

double scale_of(const std::vector<std::complex<double>>& values) {
  double most = 0.0;
  for (const auto& value : values)
    if (std::isfinite(std::abs(value))) most = std::max(most, std::abs(value));
  return most > 0.0 ? most : 1.0;
}

std::string text_of(std::complex<double> value) {
  if (value.imag() == 0.0) return fmt::format("{:.6g}", value.real());
  return fmt::format("{:.6g}{:+.6g}i (modulus {:.6g})", value.real(), value.imag(), std::abs(value));
}

}  // namespace tessera::math
