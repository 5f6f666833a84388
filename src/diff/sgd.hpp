// Stochastic gradient descent with momentum (Polyak 1964; Nesterov 1983, in the form of Sutskever and others, ICML
// 2013).
#pragma once

#include "diff/optimiser.hpp"

namespace tessera::diff {

struct SgdOptions {
  double momentum = 0.0;                 ///< decay of the velocity, within [0, 1)
  bool is_nesterov = false;              ///< steps along what the velocity will be
  double weight_decay = 0.0;             ///< times the values is added to the clipped gradient
  std::optional<double> clip_norm = {};  ///< see Clipping
  std::optional<double> clip_value = {};
};

class Sgd : public Optimiser {
 public:
  Sgd(std::int64_t size, const SgdOptions& options);

  const SgdOptions& options() const { return options_; }

  void save(data::StateWriter& writer, const std::string& name) const override;
  void restore(data::StateReader& reader, const std::string& name) override;

 private:
  /// velocity = momentum velocity + g; values -= learning_rate velocity, or with Nesterov's momentum
  /// learning_rate (g + momentum velocity).
  void update(const Array1<double>& values, const ClippedGradient& gradient, double learning_rate) override;

  SgdOptions options_;
  Array1<double> velocity_;
};

}  // namespace tessera::diff
