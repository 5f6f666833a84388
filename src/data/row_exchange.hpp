// Rows from one way of sharing them out over the ranks to another: slabs of a transform to blocks of a mesh, and the
// like.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/comm.hpp"
#include "data/peer_messages.hpp"

namespace tessera::data {

/// Rows of the global numbers [first, first + count).
struct RowSpan {
  std::int64_t first = 0, count = 0;
};

/// Rows lie one behind the other in the order of a rank's spans, of which it has at most max_spans. The two ways hold
/// the same rows, each on one rank.
class RowExchange {
 public:
  static constexpr int max_spans = 2;

  /// Collective.
  RowExchange(const Comm& comm, const std::vector<RowSpan>& from, const std::vector<RowSpan>& to);

  /// Collective. Rows of `length` numbers.
  void forward(std::span<const double> from, std::span<double> to, int length) { move(from, to, length, false); }
  void backward(std::span<const double> to, std::span<double> from, int length) { move(to, from, length, true); }

 private:
  /// Rows that go into one message, by their place here.
  struct Piece {
    std::int64_t place, count;
  };
  void move(std::span<const double> source, std::span<double> target, int length, bool backwards);

  Comm comm_;
  std::vector<Peer> peers_;
  std::vector<Piece> sent_, received_;  // in the order of the peers
  PeerMessages messages_;
};

}  // namespace tessera::data
