// A factor of the learning rate that falls where nothing improves any more.
#pragma once

#include <cstdint>
#include <limits>

namespace tessera::learn::trajcast {

/// As PyTorch's ReduceLROnPlateau: an epoch is better if its loss is below (1 - 1e-4) times the best one; after more
/// than `patience` others in a row the rate is multiplied by `factor`, and they are counted anew. How many there were
/// in a row, whatever the rate, tells when to stop.
class Plateau {
 public:
  Plateau(double factor, std::int64_t patience) : factor_(factor), patience_(patience) {}

  double scale() const { return scale_; }
  std::int64_t epochs_without_gain() const { return without_gain_; }
  void see(double loss) {
    constexpr double least_gain = 1e-4;
    if (loss < best_ * (1.0 - least_gain)) {
      best_ = loss;
      waited_ = without_gain_ = 0;
      return;
    }
    ++without_gain_;
    if (++waited_ > patience_) {
      scale_ *= factor_;
      waited_ = 0;
    }
  }

  /// What is saved.
  struct State {
    double scale = 1.0, best = std::numeric_limits<double>::infinity();
    std::int64_t waited = 0, without_gain = 0;
  };
  State state() const { return {scale_, best_, waited_, without_gain_}; }
  void set_state(const State& state) {
    scale_ = state.scale;
    best_ = state.best;
    waited_ = state.waited;
    without_gain_ = state.without_gain;
  }

 private:
  double factor_;
  std::int64_t patience_;
  double scale_ = 1.0, best_ = std::numeric_limits<double>::infinity();
  std::int64_t waited_ = 0, without_gain_ = 0;
};

}  // namespace tessera::learn::trajcast
