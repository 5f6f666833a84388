// Non-linearity of features that rotate: scalars pass an activation, and scalars of their own scale all else.
#pragma once

#include <cstdint>
#include <vector>

#include "diff/equivariant/irreps.hpp"

namespace tessera::diff {

/// Makes rows of `out`, c channels of every irrep, from rows of in(): 0o through tanh, 0e through silu, and irreps with
/// l > 0 times silu of c gates each, which are the channels of in()'s 0e behind the features, in the order of irreps
/// (Weiler et al., NeurIPS 2018). Activations are the scaled ones of activations.hpp.
class Gate {
 public:
  Gate() = default;
  explicit Gate(const Irreps& out);

  const Irreps& in() const { return in_; }

  template <class Real>
  void forward(std::int64_t rows, const Real* x, Real* y) const;
  /// Writes x_cotangent.
  template <class Real>
  void reverse(std::int64_t rows, const Real* x, const Real* y_cotangent, Real* x_cotangent) const;

 private:
  struct Gated {
    std::int64_t gate_offset, in_offset, out_offset;
    int components;
  };
  static constexpr std::int64_t absent = -1;

  Irreps in_;
  std::int64_t channels_ = 0, out_size_ = 0;
  std::int64_t odd_in_ = absent, odd_out_ = absent, even_in_ = absent, even_out_ = absent;
  std::vector<Gated> gated_;
};

}  // namespace tessera::diff
