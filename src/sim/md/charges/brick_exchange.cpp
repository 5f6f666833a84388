#include "sim/md/charges/brick_exchange.hpp"

#include <algorithm>

namespace tessera::sim::md {

namespace {

int wrapped(int index, int points) {
  const int rest = index % points;
  return rest < 0 ? rest + points : rest;
}

}  // namespace

BrickExchange::BrickExchange(const Comm& comm, const std::array<int, 3>& points, const math::Slab& slab,
                             const Brick& mine, int pitch)
    : comm_(comm), points_(points), pitch_(pitch), bricks_(comm.all_gather(mine)) {
  const auto slabs = comm.all_gather(slab);
  data::Peer peer{0, 0, 0, 0, 0};
  for (int rank = 0; rank < comm.size(); ++rank) {
    const auto sent = common(rank, mine, slabs[static_cast<std::size_t>(rank)]);
    const auto received = common(rank, bricks_[static_cast<std::size_t>(rank)], slab);
    if (sent.numbers() > 0) sent_.push_back(sent);
    if (received.numbers() > 0) received_.push_back(received);
    if (rank == comm.rank()) continue;
    peer.rank = rank;
    peer.send_count = sent.numbers();
    peer.receive_count = received.numbers();
    if (peer.send_count + peer.receive_count > 0) peers_.push_back(peer);
    peer.send_begin += peer.send_count;
    peer.receive_begin += peer.receive_count;
  }
  num_sent_ = peer.send_begin;
  num_received_ = peer.receive_begin;
}

BrickExchange::Part BrickExchange::common(int rank, const Brick& brick, const math::Slab& slab) const {
  Part part{rank, brick, {}, {}};
  for (int z = 0; z < brick.extent[2]; ++z) {
    const auto row = wrapped(brick.first[2] + z, points_[2]) - slab.first;
    if (row < 0 || row >= slab.count) continue;
    part.in_brick.push_back(z);
    part.in_slab.push_back(static_cast<int>(row));
  }
  return part;
}

/// visit(plane in the brick, y, x, place in the slab, length, place in a message), of pieces that lie in one piece in
/// both.
template <class Visit>
void BrickExchange::for_each_run(const Part& part, const Visit& visit) const {
  const auto& brick = part.brick;
  std::int64_t place = 0;
  for (std::size_t plane = 0; plane < part.in_brick.size(); ++plane)
    for (int y = 0; y < brick.extent[1]; ++y) {
      const std::int64_t row =
          (std::int64_t{part.in_slab[plane]} * points_[1] + wrapped(brick.first[1] + y, points_[1])) * points_[0];
      for (int x = 0; x < brick.extent[0];) {
        const int start = wrapped(brick.first[0] + x, points_[0]);
        const int length = std::min(points_[0] - start, brick.extent[0] - x);
        visit(part.in_brick[plane], y, x, row + start, length, place);
        x += length;
        place += length;
      }
    }
}

void BrickExchange::to_slab(const double* brick, std::span<double> slab) {
  const auto outgoing = messages_.send_buffer<double>(static_cast<std::size_t>(num_sent_));
  const auto incoming = messages_.receive_buffer<double>(static_cast<std::size_t>(num_received_));
  const auto pack = Kokkos::create_mirror_view(Kokkos::HostSpace(), outgoing);
  const auto in_brick = [&](const Part& part, int z, int y, int x) {
    return brick + (std::int64_t{z} * part.brick.extent[1] + y) * pitch_ + x;
  };
  double* next = pack.data();
  for (const auto& part : sent_) {
    if (part.rank == comm_.rank()) continue;
    for_each_run(part, [&](int z, int y, int x, std::int64_t, int length, std::int64_t place) {
      std::copy_n(in_brick(part, z, y, x), length, next + place);
    });
    next += part.numbers();
  }
  Kokkos::deep_copy(outgoing, pack);
  messages_.start(comm_, peers_, outgoing, incoming, 1, false);
  std::fill(slab.begin(), slab.end(), 0.0);
  messages_.wait();
  const auto arrived = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), incoming);
  const double* from = arrived.data();
  for (const auto& part : received_) {
    const bool is_own = part.rank == comm_.rank();
    for_each_run(part, [&](int z, int y, int x, std::int64_t at, int length, std::int64_t place) {
      const double* source = is_own ? in_brick(part, z, y, x) : from + place;
      double* target = slab.data() + at;
      for (int n = 0; n < length; ++n) target[n] += source[n];
    });
    if (!is_own) from += part.numbers();
  }
}

void BrickExchange::to_bricks(const std::array<std::span<const double>, 3>& slabs, double* brick, int stride) {
  // The other way: what was received is sent. Components of a part lie behind one another.
  const auto outgoing = messages_.receive_buffer<double>(3 * static_cast<std::size_t>(num_received_));
  const auto incoming = messages_.send_buffer<double>(3 * static_cast<std::size_t>(num_sent_));
  const auto pack = Kokkos::create_mirror_view(Kokkos::HostSpace(), outgoing);
  const auto spread = [&](const Part& part, int z, int y, int x, std::size_t component, const double* from,
                          int length) {
    double* target = brick + ((std::int64_t{z} * part.brick.extent[1] + y) * part.brick.extent[0] + x) * stride +
                     static_cast<std::int64_t>(component);
    for (int n = 0; n < length; ++n) target[std::int64_t{n} * stride] = from[n];
  };
  double* next = pack.data();
  for (const auto& part : received_) {
    if (part.rank == comm_.rank()) continue;
    for (const auto& slab : slabs) {
      for_each_run(part, [&](int, int, int, std::int64_t at, int length, std::int64_t place) {
        std::copy_n(slab.data() + at, length, next + place);
      });
      next += part.numbers();
    }
  }
  Kokkos::deep_copy(outgoing, pack);
  messages_.start(comm_, peers_, outgoing, incoming, 3, true);
  for (const auto& part : sent_) {
    if (part.rank != comm_.rank()) continue;
    for (std::size_t c = 0; c < 3; ++c)
      for_each_run(part, [&](int z, int y, int x, std::int64_t at, int length, std::int64_t) {
        spread(part, z, y, x, c, slabs[c].data() + at, length);
      });
  }
  messages_.wait();
  const auto arrived = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), incoming);
  const double* from = arrived.data();
  for (const auto& part : sent_) {
    if (part.rank == comm_.rank()) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      for_each_run(part, [&](int z, int y, int x, std::int64_t, int length, std::int64_t place) {
        spread(part, z, y, x, c, from + place, length);
      });
      from += part.numbers();
    }
  }
}

}  // namespace tessera::sim::md
