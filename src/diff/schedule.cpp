#include "diff/schedule.hpp"

#include <cmath>
#include <numbers>

namespace tessera::diff {

double Schedule::at(std::int64_t step) const {
  if (step < warm_up) return rate * static_cast<double>(step) / static_cast<double>(warm_up);
  if (decay == Decay::constant) return rate;
  if (step >= steps) return rate * last_fraction;
  const double progress = static_cast<double>(step - warm_up) / static_cast<double>(steps - warm_up);
  const double part = decay == Decay::linear ? 1.0 - progress : 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  return rate * (last_fraction + (1.0 - last_fraction) * part);
}

}  // namespace tessera::diff
