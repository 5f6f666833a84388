// Learning rates that change while training goes on.
#pragma once

#include <cstdint>

namespace tessera::diff {

enum class Decay { constant, linear, cosine };

/// From zero to `rate` in the first `warm_up` steps: rate min(k / warm_up, 1) in step k = 0, 1... Then constant, or
/// down to last_fraction * rate in step `steps` and after it, along a straight line or half a wave of a cosine
/// (Loshchilov and Hutter, ICLR 2017).
struct Schedule {
  double rate = 1e-3;
  Decay decay = Decay::constant;
  std::int64_t warm_up = 0;
  std::int64_t steps = 0;  ///< ignored where the rate stays constant
  double last_fraction = 0.0;

  double at(std::int64_t step) const;
};

}  // namespace tessera::diff
