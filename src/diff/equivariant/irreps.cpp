#include "diff/equivariant/irreps.hpp"

#include <utility>

#include "base/error.hpp"

namespace tessera::diff {

Irreps::Irreps(std::vector<Block> blocks) : blocks_(std::move(blocks)) {
  for (std::size_t n = 0; n < blocks_.size(); ++n) {
    if (blocks_[n].channels < 1 || (n > 0 && !(blocks_[n - 1].irrep < blocks_[n].irrep)))
      throw Error::internal("blocks of irreps are empty or not in canonical order");
    blocks_[n].offset = size_;
    size_ += blocks_[n].size();
  }
}

const Block* Irreps::find(const Irrep& irrep) const {
  for (const Block& block : blocks_)
    if (block.irrep == irrep) return &block;
  return nullptr;
}

Irreps all_irreps(int l_max, std::int64_t channels) {
  std::vector<Block> blocks;
  for (int l = 0; l <= l_max; ++l)
    for (const int parity : {-1, 1}) blocks.push_back({.irrep = {.l = l, .parity = parity}, .channels = channels});
  return Irreps(std::move(blocks));
}

Irreps natural_irreps(int l_max, std::int64_t channels) {
  std::vector<Block> blocks;
  for (int l = 0; l <= l_max; ++l)
    blocks.push_back({.irrep = {.l = l, .parity = l % 2 == 0 ? 1 : -1}, .channels = channels});
  return Irreps(std::move(blocks));
}

}  // namespace tessera::diff
