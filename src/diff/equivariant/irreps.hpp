// Features that rotate: which irreducible representations of O(3) they hold, and where each lies in a row.
#pragma once

#include <cstdint>
#include <vector>

namespace tessera::diff {

/// Rotation order l and parity (-1 odd, +1 even).
struct Irrep {
  int l = 0, parity = 1;

  int components() const { return 2 * l + 1; }
  friend bool operator==(const Irrep& a, const Irrep& b) { return a.l == b.l && a.parity == b.parity; }
  friend bool operator!=(const Irrep& a, const Irrep& b) { return !(a == b); }
  /// The canonical order: 0o 0e 1o 1e 2o 2e ...
  friend bool operator<(const Irrep& a, const Irrep& b) { return a.l != b.l ? a.l < b.l : a.parity < b.parity; }
};

/// `channels` copies of an irrep. Component m of channel u lies at offset + m channels + u of a row: channels are
/// innermost, so that kernels load them side by side.
struct Block {
  Irrep irrep;
  std::int64_t channels = 0, offset = 0;

  std::int64_t size() const { return channels * irrep.components(); }
};

/// Blocks in canonical order, each irrep at most once: what several blocks of an irrep hold stands in one block, one
/// after the other as channels.
class Irreps {
 public:
  Irreps() = default;
  /// Throws Error (internal) unless blocks are in canonical order and have channels. Offsets are worked out here.
  explicit Irreps(std::vector<Block> blocks);

  const std::vector<Block>& blocks() const { return blocks_; }
  /// None: nullptr.
  const Block* find(const Irrep& irrep) const;
  /// Numbers in a row.
  std::int64_t size() const { return size_; }

 private:
  std::vector<Block> blocks_;
  std::int64_t size_ = 0;
};

/// `channels` of each of 0o 0e 1o 1e ... up to l_max.
Irreps all_irreps(int l_max, std::int64_t channels);
/// `channels` of each irrep that spherical harmonics have: 0e 1o 2e ...
Irreps natural_irreps(int l_max, std::int64_t channels);

}  // namespace tessera::diff
