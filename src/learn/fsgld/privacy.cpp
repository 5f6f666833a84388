#include "learn/fsgld/privacy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::learn::fsgld {

void bind(deck::Binder& b, PrivacyParams& p) {
  b.value("clip", p.clip, deck::positive, {"gradients of rows are made no longer than this"});
  b.value("noise", p.noise, deck::positive,
          {"standard deviation of what is added to each number of a batch's sum, in terms of clip"});
  b.value("delta", p.delta, {.low = 0.0, .high = 1.0, .open_low = true, .open_high = true},
          {"at which epsilon is reported"});
}

const std::vector<double>& renyi_orders() {
  static const std::vector<double> orders{1.01, 1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5,  3.0,  4.0,  5.0,  6.0,
                                          8.0,  10.0, 14., 20., 28.0, 40., 64.0, 96., 128., 192., 256., 512., 1024.};
  return orders;
}

std::vector<double> renyi_of_batch(std::int64_t batch, std::int64_t rows, double noise) {
  std::vector<double> result;
  const double q = static_cast<double>(batch) / static_cast<double>(rows);
  for (const double alpha : renyi_orders()) {
    const double exponent = 2.0 * alpha * (alpha - 1.0) / (noise * noise);
    // log(1 - q + q exp(exponent)), also where the exponential is too large a number.
    const double log_sum = exponent > 500.0 ? exponent + std::log(q) : std::log1p(q * std::expm1(exponent));
    result.push_back(log_sum / (alpha - 1.0));
  }
  return result;
}

double epsilon_of(const std::vector<double>& renyi, double delta) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n < renyi.size(); ++n)
    least = std::min(least, renyi[n] + std::log(1.0 / delta) / (renyi_orders()[n] - 1.0));
  return least;
}

}  // namespace tessera::learn::fsgld
