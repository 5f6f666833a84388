// Chains of parameters that travel between the ranks of their clients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "learn/fsgld/growing.hpp"

namespace tessera::learn::fsgld {

/// What a chain takes along beside its states.
struct ChainLabel {
  std::int64_t id = 0;
  std::int64_t update = 0;  ///< that it has made
  std::int64_t client = 0;  ///< that it visits, or Schedule::nowhere
  std::int64_t rows = 0;    ///< of that client; 0: it rests
};

/// Those that are here, in no order that means anything.
class Chains {
 public:
  /// None yet. Each has several arrays of so many numbers, its states.
  explicit Chains(const std::vector<std::int64_t>& widths);

  std::int64_t count() const { return static_cast<std::int64_t>(labels_.size()); }
  std::vector<ChainLabel>& labels() { return labels_; }
  const std::vector<ChainLabel>& labels() const { return labels_; }
  /// (chain here, number) of one of the arrays. Another View after chains have come or gone.
  data::RowArray<double> state(std::size_t n) const;
  /// Of a chain in a packet.
  std::int64_t bytes_of_chain() const;

  /// With states of zero.
  void add(const std::vector<ChainLabel>& labels);
  /// Takes chains away: a packet of bytes_of_chain() each, in the order of `rows`, which rise.
  std::vector<std::byte> take(const std::vector<std::int64_t>& rows);
  /// Adds the chains of a packet behind those that are here.
  void put(const std::vector<std::byte>& packet);

 private:
  std::vector<std::int64_t> widths_;
  std::vector<ChainLabel> labels_;
  mutable std::vector<GrowingRows<double>> states_;
};

}  // namespace tessera::learn::fsgld
