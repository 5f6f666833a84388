#include "sim/md/charges/splitting.hpp"

#include <fmt/core.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

void check_accuracy(double accuracy) {
  if (!(accuracy > 1e-15 && accuracy < 1.0))
    throw Error::input(
        fmt::format("a relative accuracy of {:.6g} for Coulomb forces; expected one from 1e-15 to 1", accuracy));
}

}  // namespace

double pair_error(double alpha, double cutoff, const ChargeSums& charges, const data::Box& box) {
  const double exponent = alpha * alpha * cutoff * cutoff;
  return 2.0 * charges.sum_of_squares * std::exp(-exponent) /
         std::sqrt(static_cast<double>(charges.count) * cutoff * box.volume());
}

double wave_error(double alpha, double k_cutoff, const ChargeSums& charges, const data::Box& box) {
  const double exponent = k_cutoff * k_cutoff / (4.0 * alpha * alpha);
  return 2.0 * charges.sum_of_squares * alpha * std::exp(-exponent) *
         std::sqrt(2.0 / (k_cutoff * static_cast<double>(charges.count) * box.volume()));
}

double splitting(double accuracy, double cutoff, const ChargeSums& charges, const data::Box& box) {
  check_accuracy(accuracy);
  if (!(cutoff > 0.0 && std::isfinite(cutoff)))
    throw Error::input(fmt::format("a cutoff of {:.6g} for Coulomb forces; expected a positive length", cutoff));
  // Where few or weak charges would allow anything, the estimate does not hold any more.
  constexpr double least = 0.1;
  const double whole = pair_error(0.0, cutoff, charges, box);
  const double left = whole > 0.0 ? std::fmin(accuracy / whole, least) : least;
  return std::sqrt(-std::log(left)) / cutoff;
}

double choose_k_cutoff(double accuracy, double alpha, const ChargeSums& charges, const data::Box& box) {
  check_accuracy(accuracy);
  // The error falls with k; doubles end where exp(-k^2/4 alpha^2) does.
  double low = 0.5 * alpha, high = 14.0 * alpha;
  constexpr int halvings = 60;
  for (int n = 0; n < halvings; ++n) {
    const double middle = 0.5 * (low + high);
    (wave_error(alpha, middle, charges, box) > accuracy ? low : high) = middle;
  }
  // The first wave of the box, at least.
  for (int d = 0; d < 3; ++d) high = std::fmax(high, 2.0 * std::numbers::pi / box.height(d) * 1.01);
  return high;
}

EwaldParams choose_ewald(double accuracy, double cutoff, const ChargeSums& charges, const data::Box& box) {
  EwaldParams params;
  params.alpha = splitting(accuracy, cutoff, charges, box);
  params.k_cutoff = choose_k_cutoff(accuracy, params.alpha, charges, box);
  return params;
}

}  // namespace tessera::sim::md
