// Particles change owners: only what leaves is packed, and only ranks that have something to say send.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "data/tiling.hpp"

namespace tessera::data {

namespace {

template <class View>
auto to_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

Array1<int> to_device(const std::vector<int>& values) {
  const auto result = make_uninitialized<Array1<int>>("rows", values.size());
  Kokkos::deep_copy(result, HostArray1<const int>(values.data(), values.size()));
  return result;
}

/// Where a row is once wrapped, and how many cells it has crossed then.
struct Wrapped {
  Vec3 x;
  std::int64_t image[3];
  bool is_lost;  // not finite, or absurdly far: nothing else holds
};

KOKKOS_INLINE_FUNCTION Wrapped wrap_row(const Box& box, const Vec3& x, int image_x, int image_y, int image_z) {
  Wrapped row{x, {image_x, image_y, image_z}, !box.can_follow(x)};
  if (row.is_lost) return row;
  constexpr std::int64_t farthest = 1 << 30;
  const Int3 crossed = box.wrap(row.x);
  for (int d = 0; d < 3; ++d) {
    row.image[d] += crossed[d];
    row.is_lost = row.is_lost || row.image[d] < -farthest || row.image[d] > farthest;
  }
  return row;
}

/// Returns how many particles are lost; these stay as they are.
int wrap_positions(const Box& box, const Particles& particles) {
  const auto position = particles.get<double>("position");
  const auto image = particles.get<int>("image");
  int lost = 0;
  Kokkos::parallel_reduce(
      "data/wrap", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, int& count) {
        const Wrapped row =
            wrap_row(box, {position(i, 0), position(i, 1), position(i, 2)}, image(i, 0), image(i, 1), image(i, 2));
        count += row.is_lost ? 1 : 0;
        for (int c = 0; c < 3 && !row.is_lost; ++c) {
          position(i, c) = row.x[c];
          image(i, c) = static_cast<int>(row.image[c]);
        }
      },
      lost);
  return lost;
}

/// The one of the lowest id.
Error lost_particle(const Box& box, const Particles& particles) {
  const auto position = to_host(particles.get<double>("position"));
  const auto image = to_host(particles.get<int>("image"));
  const auto id = to_host(particles.get<std::int64_t>("id"));
  int first = -1;
  for (int i = 0; i < particles.num_owned(); ++i) {
    const Vec3 x{position(i, 0), position(i, 1), position(i, 2)};
    if (!wrap_row(box, x, image(i, 0), image(i, 1), image(i, 2)).is_lost) continue;
    if (first < 0 || id(i, 0) < id(first, 0)) first = i;
  }
  return Error::numeric(fmt::format(
      "particle {} is at ({}, {}, {}), in image ({}, {}, {}) of the box: not finite, or more than 2^30 boxes away. The "
      "simulation has blown up, or its input is wrong; try a smaller dt",
      id(first, 0), position(first, 0), position(first, 1), position(first, 2), image(first, 0), image(first, 1),
      image(first, 2)));
}

/// Rows whose place lies outside this tile; a first, cheap look on the device.
Array1<int> find_leaving(const Tiling& tiling, const Particles& particles) {
  const auto position = particles.get<double>("position");
  const Box box = tiling.box();
  Vec3 low, high;
  for (int d = 0; d < 3; ++d) {
    const bool first = tiling.coordinates()[d] == 0;
    const bool last = tiling.coordinates()[d] == tiling.grid()[d] - 1;
    low[d] = first ? -HUGE_VAL : tiling.low(d);
    high[d] = last ? HUGE_VAL : tiling.high(d);
  }
  const int rows = particles.num_owned();
  const auto leaves = KOKKOS_LAMBDA(int i) {
    const Vec3 s = box.to_fractional({position(i, 0), position(i, 1), position(i, 2)});
    bool stays = true;
    for (int d = 0; d < 3; ++d) stays = stays && s[d] >= low[d] && s[d] < high[d];
    return !stays;
  };
  int count = 0;
  Kokkos::parallel_reduce(
      "data/count_leaving", Range(0, rows), KOKKOS_LAMBDA(int i, int& n) { n += leaves(i) ? 1 : 0; }, count);
  Array1<int> leaving("leaving", static_cast<std::size_t>(count));
  if (count > 0)
    Kokkos::parallel_scan(
        "data/list_leaving", Range(0, rows), KOKKOS_LAMBDA(int i, int& n, bool final) {
          if (!leaves(i)) return;
          if (final) leaving(n) = i;
          ++n;
        });
  return leaving;
}

/// Values of these rows, one component behind the other.
template <class T>
Array1<T> gather_rows(const Array2<T>& column, const Array1<int>& rows) {
  const auto count = rows.extent(0);
  const auto components = column.extent(1);
  const auto values = make_uninitialized<Array1<T>>("migrating values", count * components);
  Kokkos::parallel_for(
      "data/pack_rows", Range(0, count), KOKKOS_LAMBDA(int n) {
        for (std::size_t c = 0; c < components; ++c)
          values(c * count + static_cast<std::size_t>(n)) = column(rows(n), c);
      });
  return values;
}

template <class T>
void scatter_rows(const Array2<T>& column, int first, std::size_t count, const Array1<T>& values) {
  const auto components = column.extent(1);
  Kokkos::parallel_for(
      "data/unpack_rows", Range(0, count), KOKKOS_LAMBDA(int n) {
        for (std::size_t c = 0; c < components; ++c)
          column(first + n, c) = values(c * count + static_cast<std::size_t>(n));
      });
}

template <class T>
void move_rows(const Array2<T>& column, const Array1<int>& from, const Array1<int>& to) {
  const auto components = column.extent(1);
  Kokkos::parallel_for(
      "data/move_rows", Range(0, from.extent(0)), KOKKOS_LAMBDA(int n) {
        for (std::size_t c = 0; c < components; ++c) column(to(n), c) = column(from(n), c);
      });
}

/// Calls visit(column) for every saved column.
template <class Visit>
void for_saved_columns(const Particles& particles, const Visit& visit) {
  for (const auto& column : particles.columns())
    if (has(column.flags, Column::saved)) std::visit(visit, column.data);
}

/// Rows that go to other ranks: ordered by destination, and by row within one.
struct Departure {
  std::vector<int> rows;
  std::map<int, std::size_t> counts;  // by destination
};

Departure plan_departure(const Tiling& tiling, const Particles& particles) {
  const auto leaving = find_leaving(tiling, particles);
  const auto rows = to_host(leaving);
  const auto x = to_host(gather_rows(particles.get<double>("position"), leaving));
  const std::size_t count = rows.extent(0);
  std::vector<std::pair<int, int>> moves;  // (destination, row)
  Departure departure;
  for (std::size_t n = 0; n < count; ++n) {
    const int owner = tiling.owner(tiling.box().to_fractional({x(n), x(count + n), x(2 * count + n)}));
    if (owner == tiling.rank()) continue;
    moves.emplace_back(owner, rows(n));
    ++departure.counts[owner];
  }
  std::sort(moves.begin(), moves.end());
  for (const auto& move : moves) departure.rows.push_back(move.second);
  return departure;
}

template <class T>
void append(std::vector<std::byte>& buffer, const T* values, std::size_t count) {
  const auto* bytes = reinterpret_cast<const std::byte*>(values);
  buffer.insert(buffer.end(), bytes, bytes + count * sizeof(T));
}

/// One message a destination: column after column, component after component.
std::vector<Comm::Message> pack(const Particles& particles, const Departure& departure) {
  std::vector<Comm::Message> messages;
  for (const auto& [rank, count] : departure.counts) messages.emplace_back(rank, std::vector<std::byte>());
  if (messages.empty()) return messages;
  const auto rows = to_device(departure.rows);
  for_saved_columns(particles, [&](const auto& column) {
    const auto values = to_host(gather_rows(column, rows));
    for (std::size_t c = 0; c < column.extent(1); ++c) {
      const auto* next = values.data() + c * departure.rows.size();
      for (auto& [rank, buffer] : messages) {
        const std::size_t count = departure.counts.at(rank);
        append(buffer, next, count);
        next += count;
      }
    }
  });
  return messages;
}

/// Moves rows from the end into the places of those that left.
void close_gaps(Particles& particles, std::vector<int> leaving) {
  if (leaving.empty()) return;
  std::sort(leaving.begin(), leaving.end());
  const int remaining = particles.num_owned() - static_cast<int>(leaving.size());
  std::vector<int> from, to;
  std::size_t tail = leaving.size();
  int last = particles.num_owned() - 1;
  for (const int gap : leaving) {
    if (gap >= remaining) break;
    while (tail > 0 && leaving[tail - 1] == last) --tail, --last;
    from.push_back(last--);
    to.push_back(gap);
  }
  const auto sources = to_device(from), targets = to_device(to);
  for_saved_columns(particles, [&](const auto& column) { move_rows(column, sources, targets); });
  particles.resize_owned(remaining);
}

void unpack(Particles& particles, const std::vector<Comm::Message>& messages) {
  if (messages.empty()) return;
  std::size_t row_bytes = 0;
  for_saved_columns(particles, [&](const auto& column) {
    row_bytes += column.extent(1) * sizeof(typename std::decay_t<decltype(column)>::value_type);
  });
  std::size_t total = 0;
  for (const auto& message : messages) total += message.second.size() / row_bytes;
  const int first = particles.num_owned();
  particles.resize_owned(first + static_cast<std::int64_t>(total));
  std::vector<std::size_t> offsets(messages.size(), 0);
  for_saved_columns(particles, [&](const auto& column) {
    using T = typename std::decay_t<decltype(column)>::value_type;
    HostArray1<T> values("arriving values", total * column.extent(1));
    T* next = values.data();
    for (std::size_t c = 0; c < column.extent(1); ++c)
      for (std::size_t m = 0; m < messages.size(); ++m) {
        const std::size_t count = messages[m].second.size() / row_bytes;
        std::memcpy(next, messages[m].second.data() + offsets[m], count * sizeof(T));
        offsets[m] += count * sizeof(T);
        next += count;
      }
    scatter_rows<T>(column, first, total, Kokkos::create_mirror_view_and_copy(MemSpace(), values));
  });
}

}  // namespace

std::int64_t migrate(const Tiling& tiling, Particles& particles) {
  const Region region("data/migrate");
  const Comm& comm = tiling.comm();
  particles.resize_owned(particles.num_owned());  // drops copies
  const int lost = wrap_positions(tiling.box(), particles);
  agree(comm, [&] {
    if (lost > 0) throw lost_particle(tiling.box(), particles);
  });
  if (comm.size() == 1) return 0;

  const Departure departure = plan_departure(tiling, particles);
  const auto arriving = comm.sparse_exchange(pack(particles, departure));
  agree(comm, [&] {
    close_gaps(particles, departure.rows);
    unpack(particles, arriving);
  });
  return static_cast<std::int64_t>(departure.rows.size());
}

}  // namespace tessera::data
