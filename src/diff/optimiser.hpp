// What all optimisers share: checks, clipping, and a state that is saved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/kokkos.hpp"
#include "data/io/state.hpp"

namespace tessera::diff {

struct Clipping {
  std::optional<double> norm = {};   ///< gradients g are scaled by min(1, norm / (|g| + 1e-6))
  std::optional<double> value = {};  ///< each number of a gradient is kept within +- value, after the former
};

/// For kernels: number n of it is clipped(n).
struct ClippedGradient {
  Array1<double> numbers;
  double scale, limit;
  KOKKOS_INLINE_FUNCTION double clipped(std::int64_t n) const {
    const double g = scale * numbers(n);
    return g > limit ? limit : g < -limit ? -limit : g;
  }
};

/// Every rank makes the same steps with the same gradients: nothing is communicated but by save and restore.
class Optimiser {
 public:
  virtual ~Optimiser() = default;

  std::int64_t num_steps() const { return step_; }
  /// Norm of the last gradient, before it was clipped.
  double gradient_norm() const { return norm_; }

  /// Local. Moves values against the gradient scale * gradient. Throws Error (internal) for another number of them, and
  /// Error (numeric) if the gradient's norm is not finite.
  void step(const Array1<double>& values, const Array1<double>& gradient, double scale, double learning_rate);

  /// Collective.
  virtual void save(data::StateWriter& writer, const std::string& name) const;
  virtual void restore(data::StateReader& reader, const std::string& name);

 protected:
  Optimiser(std::int64_t size, const Clipping& clipping) : size_(size), clipping_(clipping) {}

  /// num_steps() counts this one already.
  virtual void update(const Array1<double>& values, const ClippedGradient& gradient, double learning_rate) = 0;

  static void put(data::StateWriter& writer, const std::string& name, const Array1<double>& values);
  /// Throws Error (input) for another number of them.
  static void get(data::StateReader& reader, const std::string& name, const Array1<double>& values);

 private:
  std::int64_t size_, step_ = 0;
  double norm_ = 0.0;
  Clipping clipping_;
};

}  // namespace tessera::diff
