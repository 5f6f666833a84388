// Copies of neighbours' particles around a tile: a plan made once, used until particles change owners.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "data/particles.hpp"
#include "data/peer_messages.hpp"
#include "data/tiling.hpp"

namespace tessera::data {

/// Copies by the owned rows that they are of.
struct HaloRows {
  Array1<int> begin;  ///< of each row within `copy`, and the end
  Array1<int> copy;   ///< rising within a row
  int count() const { return static_cast<int>(begin.extent(0)) - 1; }
};

/// Local. Of copies k from 0 to count - 1, of which row(first + k) < num_rows is the row.
HaloRows group_by_row(const Array1<int>& row, int first, int count, int num_rows);

/// Which owned rows go where, with which image shift, and which rows of the halo arrive from where. Copies may come
/// from several tiles away and from several images of one particle.
class Halo {
 public:
  /// A row can be copied to at most this many tiles and images along one direction (itself included).
  static constexpr int max_targets = 21;

  /// Collective. Plans the copies of all particles within `width` of each tile, as they lie now (after migrate), and
  /// gives `particles` that many halo rows, whose columns are still unset. Throws Error (input) on all ranks beyond
  /// max_targets, or if there are more copies than Particles::max_rows.
  void build(const Tiling& tiling, Particles& particles, double width);

  /// Local. The box has changed since, and all particles with it: copies shift by as many cells as before, but the
  /// cells are those of this box.
  void set_shifts(const Box& box);

  /// Copy number n of the halo becomes what copy order(n) was. Nothing is communicated: forward() what is needed.
  void reorder(const Array1<int>& order);

  using Sends = std::map<int, int>;  ///< numbers of copies by receiving rank

  /// Local. How many copies this rank would send where, without communicating: `tiling` may be that of any rank of any
  /// number, `particles` are those of its tile. Throws Error (input) on this rank as build does.
  static Sends count_sends(const Tiling& tiling, const Particles& particles, double width);

  int num_copies() const { return num_self_ + num_received_; }

  enum class Content { value, position };

  /// Collective. Owned rows to all copies; positions are shifted into the receiver's frame.
  /// Between begin and end nothing else may use this plan; copies within this rank are done by begin.
  template <class T>
  void forward_begin(const Array2<T>& column, Content content) const;
  template <class T>
  void forward_end(const Array2<T>& column) const;
  template <class T>
  void forward(const Array2<T>& column, Content content = Content::value) const {
    forward_begin(column, content);
    forward_end(column);
  }
  /// Collective. Adds the values accumulated on copies to their owners' rows, in a fixed order.
  void reverse(const Array2<double>& column) const;

  /// Collective. A plan of its own of some of the copies, those n with wanted(n) != 0, whose rows stay the same:
  /// for what only few of them need. Lasts as long as this plan does, and follows its set_shifts.
  Halo part(const Array1<int>& wanted) const;

  /// Bytes this rank sends in one forward of `components` values of `bytes_per_value`, and to how many ranks.
  std::int64_t bytes_sent(int components, int bytes_per_value) const {
    return static_cast<std::int64_t>(num_sent_) * components * bytes_per_value;
  }
  int num_peers() const { return static_cast<int>(peers_.size()); }

 private:
  Sends plan_sends(const Tiling& tiling, const Particles& particles, double width);
  void plan_receives(const Comm& comm, const Sends& sends);
  void make_room(Particles& particles);
  void take_rows(const Halo& whole, const std::vector<int>& places);

  std::optional<Comm> comm_;  // once built
  Array1<int> send_row_;      // owned rows: num_self_ for this rank, then num_sent_ by peer
  Array1<int> send_shift_;    // their image shift, an index into shift_
  Array2<double> shift_;      // (shifts, 3)
  std::vector<Int3> images_;  // the same shifts, in cells
  Array1<int> slot_;          // halo row of each arriving copy, own copies first
  // Rows sent lie within send_row_, behind the copies for ourselves; those received within slot_, behind our own.
  std::vector<Peer> peers_;
  int num_self_ = 0, num_sent_ = 0, num_received_ = 0;
  int halo_begin_ = 0;

  mutable HaloRows self_rows_, sent_rows_;  // of send_row_, once reverse() has needed them
  mutable PeerMessages messages_{71};       // buffers alone
};

}  // namespace tessera::data
