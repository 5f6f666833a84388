// Gradient descent with running moments (Kingma and Ba, ICLR 2015; AMSGrad: Reddi, Kale and Kumar, ICLR 2018).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/kokkos.hpp"
#include "data/io/state.hpp"

namespace tessera::diff {

struct AdamOptions {
  double beta1 = 0.9, beta2 = 0.999;  ///< decay of the mean of gradients and of their squares
  double epsilon = 1e-8;
  bool amsgrad = false;                   ///< the largest mean of squares so far, in place of the present one
  std::optional<double> clip_norm = {};   ///< gradients g are scaled by min(1, clip_norm / (|g| + 1e-6))
  std::optional<double> clip_value = {};  ///< each number of a gradient is kept within +- clip_value, after the former
};

/// Every rank makes the same steps with the same gradients: nothing is communicated but by save and restore.
class Adam {
 public:
  Adam(std::int64_t size, const AdamOptions& options);

  const AdamOptions& options() const { return options_; }
  std::int64_t num_steps() const { return step_; }
  /// Norm of the last gradient, before it was clipped; 0 where nothing clips it.
  double gradient_norm() const { return norm_; }

  /// Local. values -= learning_rate m / (sqrt(v) + epsilon), with unbiased means m of gradients and v of their squares,
  /// for the gradient scale * gradient. (AMSGrad: the largest v is that of biased means, as PyTorch has it.) Throws
  /// Error (internal) for another number of them, and Error (numeric) if the gradient's norm is not finite.
  void step(const Array1<double>& values, const Array1<double>& gradient, double scale, double learning_rate);

  /// Collective.
  void save(data::StateWriter& writer, const std::string& name) const;
  void restore(data::StateReader& reader, const std::string& name);

 private:
  AdamOptions options_;
  std::int64_t step_ = 0;
  double norm_ = 0.0;
  Array1<double> mean_, square_, largest_;
};

}  // namespace tessera::diff
