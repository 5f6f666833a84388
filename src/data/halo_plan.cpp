#include "data/halo_plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "data/halo.hpp"

namespace tessera::data {

std::vector<Target> find_targets(const Tiling& tiling, int d, double reach) {
  const auto& cuts = tiling.cuts(d);
  const int tiles = tiling.grid()[d];
  const bool periodic = tiling.box().is_periodic[d];
  // Beyond the limit below nothing is wanted anyway: an absurd reach must not make a long loop.
  const int images = periodic ? static_cast<int>(std::min(std::ceil(reach), 64.0)) + 1 : 0;
  const double slack = 1e-12;
  std::vector<Target> targets{{tiling.coordinates()[d], 0, -HUGE_VAL, HUGE_VAL}};
  for (int image = -images; image <= images; ++image)
    for (int tile = 0; tile < tiles; ++tile) {
      if (tile == tiling.coordinates()[d] && image == 0) continue;
      const bool first = !periodic && tile == 0;
      const bool last = !periodic && tile == tiles - 1;
      const double low = first ? -HUGE_VAL : cuts[static_cast<std::size_t>(tile)] + image - reach - slack;
      const double high = last ? HUGE_VAL : cuts[static_cast<std::size_t>(tile) + 1] + image + reach + slack;
      if (low < tiling.high(d) + slack && high > tiling.low(d) - slack) targets.push_back({tile, image, low, high});
    }
  if (static_cast<int>(targets.size()) > Halo::max_targets)
    throw Error::input(
        fmt::format("the halo is {:.3g} times as wide as the box along direction {} and reaches {} tiles and images; "
                    "at most {} are "
                    "possible: use fewer ranks, a larger box or a shorter cutoff",
                    reach, d, targets.size(), Halo::max_targets));
  return targets;
}

namespace {

using Mask = std::uint64_t;
constexpr int bits = Halo::max_targets;

/// Targets on the device, and the test of one row.
struct RowTest {
  Array2<double> position;
  Box box;
  Array2<double> limits;  // (targets of all directions, low and high)
  Int3 begin, count;      // per direction, within limits

  KOKKOS_FUNCTION Mask operator()(int i) const {
    const Vec3 s = box.to_fractional({position(i, 0), position(i, 1), position(i, 2)});
    Mask mask = 0;
    for (int d = 0; d < 3; ++d)
      for (int t = 0; t < count[d]; ++t)
        if (s[d] >= limits(begin[d] + t, 0) && s[d] < limits(begin[d] + t, 1)) mask |= Mask{1} << (d * bits + t);
    return mask;
  }
  /// Only the tile itself: no copy at all.
  KOKKOS_FUNCTION static bool is_interior(Mask mask) {
    return mask == (Mask{1} | (Mask{1} << bits) | (Mask{1} << (2 * bits)));
  }
};

/// Rows with copies and their masks, in row order.
void find_boundary(const RowTest& test, int rows, Array1<int>& boundary, Array1<Mask>& masks) {
  int count = 0;
  Kokkos::parallel_reduce(
      "data/halo_count", Range(0, rows), KOKKOS_LAMBDA(int i, int& n) { n += RowTest::is_interior(test(i)) ? 0 : 1; },
      count);
  boundary = Array1<int>("boundary", static_cast<std::size_t>(count));
  masks = Array1<Mask>("masks", static_cast<std::size_t>(count));
  if (count == 0) return;
  const auto list = boundary;
  const auto words = masks;
  Kokkos::parallel_scan(
      "data/halo_list", Range(0, rows), KOKKOS_LAMBDA(int i, int& n, bool final) {
        const Mask mask = test(i);
        if (RowTest::is_interior(mask)) return;
        if (final) {
          list(n) = i;
          words(n) = mask;
        }
        ++n;
      });
}

/// One combination of targets along the three directions: a rank and an image shift.
struct Destination {
  int rank;
  Int3 image;
  Mask mask;
  int count = 0;
};

std::vector<Destination> combine(const Tiling& tiling, const std::vector<Target> (&targets)[3]) {
  std::vector<Destination> all;
  for (std::size_t z = 0; z < targets[2].size(); ++z)
    for (std::size_t y = 0; y < targets[1].size(); ++y)
      for (std::size_t x = 0; x < targets[0].size(); ++x) {
        if (x + y + z == 0) continue;
        const Int3 place{targets[0][x].tile, targets[1][y].tile, targets[2][z].tile};
        const Int3 image{-targets[0][x].image, -targets[1][y].image, -targets[2][z].image};
        const Mask mask =
            (Mask{1} << x) | (Mask{1} << (bits + static_cast<int>(y))) | (Mask{1} << (2 * bits + static_cast<int>(z)));
        all.push_back({tiling.rank_of(place), image, mask});
      }
  // Copies for ourselves first, then by rank; within a rank in the order of images.
  const int self = tiling.rank();
  std::stable_sort(all.begin(), all.end(), [self](const Destination& a, const Destination& b) {
    return std::make_pair(a.rank != self, a.rank) < std::make_pair(b.rank != self, b.rank);
  });
  return all;
}

int count_rows(const Array1<Mask>& masks, Mask wanted) {
  int count = 0;
  Kokkos::parallel_reduce(
      "data/halo_count", Range(0, static_cast<int>(masks.extent(0))),
      KOKKOS_LAMBDA(int i, int& n) { n += (masks(i) & wanted) == wanted ? 1 : 0; }, count);
  return count;
}

void list_rows(const Array1<int>& boundary, const Array1<Mask>& masks, Mask wanted, int shift, int begin,
               const Array1<int>& rows, const Array1<int>& shifts) {
  Kokkos::parallel_scan(
      "data/halo_list", Range(0, static_cast<int>(masks.extent(0))), KOKKOS_LAMBDA(int i, int& n, bool final) {
        if ((masks(i) & wanted) != wanted) return;
        if (final) {
          rows(begin + n) = boundary(i);
          shifts(begin + n) = shift;
        }
        ++n;
      });
}

RowTest make_row_test(const Tiling& tiling, const Particles& particles, const std::vector<Target> (&targets)[3]) {
  RowTest test{particles.get<double>("position"), tiling.box(), {}, {0, 0, 0}, {0, 0, 0}};
  std::size_t total = 0;
  for (const auto& list : targets) total += list.size();
  test.limits = Array2<double>("halo limits", total, 2);
  const auto host = Kokkos::create_mirror_view(test.limits);
  int n = 0;
  for (int d = 0; d < 3; ++d) {
    test.begin[d] = n;
    test.count[d] = static_cast<int>(targets[d].size());
    for (const auto& target : targets[d]) {
      host(n, 0) = target.low;
      host(n++, 1) = target.high;
    }
  }
  Kokkos::deep_copy(test.limits, host);
  return test;
}

}  // namespace

Halo::Sends Halo::plan_sends(const Tiling& tiling, const Particles& particles, double width) {
  if (!(width >= 0.0 && width <= Box::longest))
    throw Error::input(fmt::format("a halo of width {} was asked for; expected 0 to {}", width, Box::longest));
  std::vector<Target> targets[3];
  for (int d = 0; d < 3; ++d) targets[d] = find_targets(tiling, d, width / tiling.box().height(d));
  Array1<int> boundary;
  Array1<Mask> masks;
  find_boundary(make_row_test(tiling, particles, targets), particles.num_owned(), boundary, masks);

  auto destinations = combine(tiling, targets);
  std::int64_t total = 0;
  for (auto& destination : destinations) total += destination.count = count_rows(masks, destination.mask);
  if (total > Particles::max_rows)
    throw Error::input(fmt::format(
        "a halo {:.3g} wide asks for {} copies of this rank's particles; at most {} are possible: use more ranks, or a "
        "shorter cutoff",
        width, total, Particles::max_rows));
  send_row_ = make_uninitialized<Array1<int>>("halo rows", static_cast<std::size_t>(total));
  send_shift_ = make_uninitialized<Array1<int>>("halo shifts", static_cast<std::size_t>(total));
  shift_ = Array2<double>("halo shift table", destinations.size(), 3);
  images_.clear();

  Sends sends;
  num_self_ = 0;
  int begin = 0;
  for (std::size_t n = 0; n < destinations.size(); ++n) {
    const auto& to = destinations[n];
    images_.push_back(to.image);
    if (to.count > 0) {
      list_rows(boundary, masks, to.mask, static_cast<int>(n), begin, send_row_, send_shift_);
      (to.rank == tiling.rank() ? num_self_ : sends[to.rank]) += to.count;
    }
    begin += to.count;
  }
  set_shifts(tiling.box());
  num_sent_ = static_cast<int>(total) - num_self_;
  return sends;
}

void Halo::set_shifts(const Box& box) {
  const auto host = Kokkos::create_mirror_view(shift_);
  for (std::size_t n = 0; n < images_.size(); ++n) {
    const Vec3 shift = box.shift(images_[n]);
    for (int c = 0; c < 3; ++c) host(n, c) = shift[c];
  }
  Kokkos::deep_copy(shift_, host);
}

Halo::Sends Halo::count_sends(const Tiling& tiling, const Particles& particles, double width) {
  return Halo().plan_sends(tiling, particles, width);
}

void Halo::plan_receives(const Comm& comm, const Sends& sends) {
  std::vector<Comm::Message> counts;
  for (const auto& [rank, count] : sends) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&count);
    counts.emplace_back(rank, std::vector<std::byte>(bytes, bytes + sizeof(count)));
  }
  // Tiles that send to us are, by symmetry, near those that we send to; but their particles need not be.
  std::map<int, Peer> peers;
  int begin = 0;
  for (const auto& [rank, count] : sends) {
    peers[rank] = {rank, begin, count, 0, 0};
    begin += count;
  }
  for (const auto& [rank, bytes] : comm.size() > 1 ? comm.sparse_exchange(counts) : std::vector<Comm::Message>{}) {
    auto& peer = peers.try_emplace(rank, Peer{rank, 0, 0, 0, 0}).first->second;
    std::memcpy(&peer.receive_count, bytes.data(), sizeof(int));
  }
  peers_.clear();
  for (const auto& [rank, peer] : peers) peers_.push_back(peer);
}

void Halo::make_room(Particles& particles) {
  std::int64_t received = 0;
  for (auto& peer : peers_) {
    peer.receive_begin = static_cast<int>(received);
    received += peer.receive_count;
  }
  particles.resize_halo(num_self_ + received);
  num_received_ = static_cast<int>(received);
  halo_begin_ = particles.halo_begin();
  slot_ = make_uninitialized<Array1<int>>("halo slots", static_cast<std::size_t>(num_copies()));
}

void Halo::build(const Tiling& tiling, Particles& particles, double width) {
  const Region region("data/halo_plan");
  const Comm& comm = tiling.comm();
  comm_ = comm;
  const Sends sends = agree(comm, [&] { return plan_sends(tiling, particles, width); });
  plan_receives(comm, sends);
  agree(comm, [&] { make_room(particles); });
  self_rows_ = sent_rows_ = {};
  const auto slot = slot_;
  Kokkos::parallel_for(
      "data/halo_slots", Range(0, num_copies()), KOKKOS_LAMBDA(int k) { slot(k) = k; });
}

void Halo::reorder(const Array1<int>& order) {
  const int count = num_copies();
  const auto place = make_uninitialized<Array1<int>>("halo places", static_cast<std::size_t>(count));
  const auto slot = slot_;
  Kokkos::parallel_for(
      "data/halo_places", Range(0, count), KOKKOS_LAMBDA(int n) { place(order(n)) = n; });
  Kokkos::parallel_for(
      "data/halo_slots", Range(0, count), KOKKOS_LAMBDA(int k) { slot(k) = place(slot(k)); });
}

}  // namespace tessera::data
