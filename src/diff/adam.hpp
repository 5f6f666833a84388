// Gradient descent with running moments (Kingma and Ba, ICLR 2015; AMSGrad: Reddi, Kale and Kumar, ICLR 2018; AdamW:
// Loshchilov and Hutter, ICLR 2019).
#pragma once

#include "diff/optimiser.hpp"

namespace tessera::diff {

struct AdamOptions {
  double beta1 = 0.9, beta2 = 0.999;  ///< decay of the mean of gradients and of their squares
  double epsilon = 1e-8;
  bool amsgrad = false;                  ///< the largest mean of squares so far, in place of the present one
  double weight_decay = 0.0;             ///< AdamW: values shrink by learning_rate * weight_decay before each step
  std::optional<double> clip_norm = {};  ///< see Clipping
  std::optional<double> clip_value = {};
};

class Adam : public Optimiser {
 public:
  Adam(std::int64_t size, const AdamOptions& options);

  const AdamOptions& options() const { return options_; }

  void save(data::StateWriter& writer, const std::string& name) const override;
  void restore(data::StateReader& reader, const std::string& name) override;

 private:
  /// values -= learning_rate m / (sqrt(v) + epsilon), with unbiased means m of gradients and v of their squares.
  /// (AMSGrad: the largest v is that of biased means, as PyTorch has it.)
  void update(const Array1<double>& values, const ClippedGradient& gradient, double learning_rate) override;

  AdamOptions options_;
  Array1<double> mean_, square_, largest_;
};

}  // namespace tessera::diff
