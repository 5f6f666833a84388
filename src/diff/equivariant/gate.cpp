#include "diff/equivariant/gate.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "diff/equivariant/activations.hpp"
#include "diff/equivariant/host_loop.hpp"

namespace tessera::diff {

Gate::Gate(const Irreps& out) : out_size_(out.size()) {
  std::vector<Block> blocks;
  std::int64_t even = 0;
  const Irrep scalar{.l = 0, .parity = 1};
  for (const Block& block : out.blocks()) {
    if (channels_ != 0 && block.channels != channels_) throw Error::internal("a gate of unequal channels");
    channels_ = block.channels;
    if (block.irrep == scalar || block.irrep.l > 0) even += channels_;
    if (block.irrep != scalar) blocks.push_back(block);
  }
  if (even > 0) {
    const auto place = std::find_if(blocks.begin(), blocks.end(), [](const Block& b) { return b.irrep.l > 0; });
    blocks.insert(place, {.irrep = scalar, .channels = even});
  }
  in_ = Irreps(blocks);
  std::int64_t gate = even > 0 ? in_.find(scalar)->offset : 0;
  if (const Block* features = out.find(scalar)) {
    even_in_ = gate;
    even_out_ = features->offset;
    gate += channels_;
  }
  for (const Block& block : out.blocks()) {
    if (block.irrep == scalar) continue;
    const std::int64_t from = in_.find(block.irrep)->offset;
    if (block.irrep.l == 0) {
      odd_in_ = from;
      odd_out_ = block.offset;
      continue;
    }
    gated_.push_back(
        {.gate_offset = gate, .in_offset = from, .out_offset = block.offset, .components = block.irrep.components()});
    gate += channels_;
  }
}

template <class Real>
void Gate::forward(std::int64_t rows, const Real* x, Real* y) const {
  host_for("diff/gate", rows, [this, x, y](std::int64_t row) {
    const Real* in = x + row * in_.size();
    Real* out = y + row * out_size_;
    if (odd_in_ != absent) scaled_tanh(channels_, in + odd_in_, out + odd_out_);
    if (even_in_ != absent) scaled_silu(channels_, in + even_in_, out + even_out_);
    for (const Gated& block : gated_) {
      // The last component's place holds the factor until it is its turn.
      Real* factor = out + block.out_offset + (block.components - 1) * channels_;
      scaled_silu(channels_, in + block.gate_offset, factor);
      for (int m = 0; m < block.components; ++m) {
        const Real* from = in + block.in_offset + m * channels_;
        Real* to = out + block.out_offset + m * channels_;
        for (std::int64_t u = 0; u < channels_; ++u) to[u] = factor[u] * from[u];
      }
    }
  });
}

template <class Real>
void Gate::reverse(std::int64_t rows, const Real* x, const Real* y_cotangent, Real* x_cotangent) const {
  host_for("diff/gate_reverse", rows, [this, x, y_cotangent, x_cotangent](std::int64_t row) {
    const Real* in = x + row * in_.size();
    const Real* out = y_cotangent + row * out_size_;
    Real* back = x_cotangent + row * in_.size();
    if (odd_in_ != absent) {
      std::copy_n(out + odd_out_, channels_, back + odd_in_);
      scaled_tanh_reverse(channels_, in + odd_in_, back + odd_in_);
    }
    if (even_in_ != absent) {
      std::copy_n(out + even_out_, channels_, back + even_in_);
      scaled_silu_reverse(channels_, in + even_in_, back + even_in_);
    }
    for (const Gated& block : gated_) {
      Real* factor = back + block.gate_offset;  // first silu of the gate, then the gate's cotangent
      scaled_silu(channels_, in + block.gate_offset, factor);
      for (int m = 0; m < block.components; ++m)
        for (std::int64_t u = 0; u < channels_; ++u)
          back[block.in_offset + m * channels_ + u] = factor[u] * out[block.out_offset + m * channels_ + u];
      std::fill_n(factor, channels_, Real(0));
      for (int m = 0; m < block.components; ++m)
        for (std::int64_t u = 0; u < channels_; ++u)
          factor[u] += in[block.in_offset + m * channels_ + u] * out[block.out_offset + m * channels_ + u];
      scaled_silu_reverse(channels_, in + block.gate_offset, factor);
    }
  });
}

template void Gate::forward(std::int64_t, const double*, double*) const;
template void Gate::forward(std::int64_t, const float*, float*) const;
template void Gate::reverse(std::int64_t, const double*, const double*, double*) const;
template void Gate::reverse(std::int64_t, const float*, const float*, float*) const;

}  // namespace tessera::diff
