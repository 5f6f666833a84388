#include "sim/md/replicate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "sim/md/topology/id_directory.hpp"
#include "sim/md/topology/topology.hpp"

namespace tessera::sim::md {

using data::Box;
using data::Int3;
using data::Particles;

using Ids = Array2<std::int64_t>;

KOKKOS_INLINE_FUNCTION std::int64_t modulo(std::int64_t n, std::int64_t count) {
  const std::int64_t rest = n % count;
  return rest < 0 ? rest + count : rest;
}

/// Copies along the three vectors, and the place of one.
struct CopyGrid {
  std::int64_t count[3] = {1, 1, 1};
  bool is_periodic[3] = {true, true, true};

  KOKKOS_INLINE_FUNCTION std::int64_t place(std::int64_t copy, int d) const {
    return d == 0 ? copy % count[0] : d == 1 ? copy / count[0] % count[1] : copy / count[0] / count[1];
  }
  /// Of the copy so many further.
  KOKKOS_INLINE_FUNCTION std::int64_t neighbour(std::int64_t copy, const Int3& further) const {
    std::int64_t k[3];
    for (int d = 0; d < 3; ++d) k[d] = is_periodic[d] ? modulo(place(copy, d) + further[d], count[d]) : place(copy, d);
    return k[0] + count[0] * (k[1] + count[1] * k[2]);
  }
};

/// Row copy * rows + n becomes what row n is.
template <class View>
void repeat_rows(const View& column, int rows, int all) {
  const auto components = static_cast<int>(column.extent(1));
  Kokkos::parallel_for(
      "md/replicate/column", Range(rows, all), KOKKOS_LAMBDA(const int i) {
        for (int c = 0; c < components; ++c) column(i, c) = column(i % rows, c);
      });
}

/// Copy k of a particle lies k cells away from where it really is, crossings counted, so that molecules which are whole
/// stay so.
void place_copies(const Particles& particles, const Box& box, const CopyGrid& grid, int rows) {
  const auto position = particles.get<double>("position");
  const auto image = particles.get<int>("image");
  Kokkos::parallel_for(
      "md/replicate/place", Range(0, particles.num_owned()), KOKKOS_LAMBDA(const int i) {
        Int3 cells{0, 0, 0};
        for (int d = 0; d < 3; ++d) {
          const std::int64_t k = grid.place(i / rows, d), crossed = grid.is_periodic[d] ? image(i, d) : 0;
          cells[d] = static_cast<int>(grid.is_periodic[d] ? modulo(crossed + k, grid.count[d]) : k);
          if (grid.is_periodic[d]) image(i, d) = static_cast<int>((crossed + k - cells[d]) / grid.count[d]);
        }
        const auto shift = box.shift(cells);
        for (int c = 0; c < 3; ++c) position(i, c) += shift[c];
      });
}

/// Numbers above 0 count on from copy to copy.
void count_on(const Ids& number, std::int64_t stride, int rows, int all) {
  Kokkos::parallel_for(
      "md/replicate/number", Range(rows, all), KOKKOS_LAMBDA(const int i) {
        if (number(i, 0) > 0) number(i, 0) += stride * (i / rows);
      });
}

/// Partners in slots of (type, the other ids): `further(row, place)` cells away from the carrier.
void count_partners_on(const Ids& column, const Kokkos::View<int***, MemSpace>& further, const CopyGrid& grid,
                       int ids_per_row, std::int64_t stride, int rows, int all) {
  const auto components = static_cast<int>(column.extent(1));
  Kokkos::parallel_for(
      "md/replicate/partners", Range(0, all), KOKKOS_LAMBDA(const int i) {
        const int n = i % rows;
        for (int c = 0; c < components; ++c) {
          if (c % ids_per_row == 0 || column(i, c) == 0) continue;  // a type, or an empty slot
          const Int3 cells{further(n, c, 0), further(n, c, 1), further(n, c, 2)};
          column(i, c) += stride * grid.neighbour(i / rows, cells);
        }
      });
}

namespace {

using Words = std::vector<std::int64_t>;

/// Where a particle is, as integers that can be delivered: the bits of its position, and its image.
struct Whereabouts {
  double position[3] = {0.0, 0.0, 0.0};
  std::int64_t image[3] = {0, 0, 0};
};

/// Cells by which `to` is to be moved to be the nearest one to `from`, unwrapped.
Int3 nearest(const Box& box, const Whereabouts& from, const Whereabouts& to) {
  data::Vec3 d{0.0, 0.0, 0.0};
  for (int c = 0; c < 3; ++c) d[c] = to.position[c] - from.position[c];
  const auto r = box.minimum_image(d);
  Int3 cells{0, 0, 0};
  for (int k = 0; k < 3; ++k) {
    if (!box.is_periodic[k]) continue;
    double s = 0.0;
    for (int c = 0; c < 3; ++c) s += (r[c] - d[c]) * box.inverse[c][k];
    cells[k] = static_cast<int>(std::llround(s) + from.image[k] - to.image[k]);
  }
  return cells;
}

Int3 sum(const Int3& a, const Int3& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }

/// What is needed of particles on the host.
struct Host {
  explicit Host(const Particles& particles)
      : position(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("position"))),
        image(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<int>("image"))),
        id(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"))) {}

  Whereabouts of(int row) const {
    Whereabouts result;
    for (int c = 0; c < 3; ++c) {
      result.position[c] = position(row, c);
      result.image[c] = image(row, c);
    }
    return result;
  }

  HostArray2<double> position;
  HostArray2<int> image;
  HostArray2<std::int64_t> id;
};

/// Collective. Whereabouts of the partners in a column, by (carrier's id, place in its row).
std::map<std::pair<std::int64_t, std::int64_t>, Whereabouts> find_partners(const IdDirectory& directory,
                                                                           const Host& host,
                                                                           const HostArray2<std::int64_t>& column,
                                                                           int rows, const TopologyKind& kind) {
  std::map<std::int64_t, int> row_of;
  Words questions, answers;
  for (int i = 0; i < rows; ++i) {
    row_of[host.id(i, 0)] = i;
    for (int c = 0; c < static_cast<int>(column.extent(1)); ++c)
      if (c % kind.ids_per_row != 0 && column(i, c) != 0)
        questions.insert(questions.end(), {column(i, c), host.id(i, 0), c});
  }
  const Words asked = directory.deliver(questions, 3, kind.name);
  for (std::size_t at = 0; at < asked.size(); at += 3) {
    const auto here = host.of(row_of.at(asked[at]));
    answers.insert(answers.end(), {asked[at + 1], asked[at + 2]});
    for (const double x : here.position) answers.push_back(std::bit_cast<std::int64_t>(x));
    answers.insert(answers.end(), here.image, here.image + 3);
  }
  const Words told = directory.deliver(answers, 8, kind.name);
  std::map<std::pair<std::int64_t, std::int64_t>, Whereabouts> found;
  for (std::size_t at = 0; at < told.size(); at += 8) {
    auto& place = found[{told[at], told[at + 1]}];
    for (std::size_t c = 0; c < 3; ++c) {
      place.position[c] = std::bit_cast<double>(told[at + 2 + c]);
      place.image[c] = told[at + 5 + c];
    }
  }
  return found;
}

/// Collective. In which cell, seen from the carrier, the nearest partners are: (row, place in the row, direction). Each
/// atom of a row is the nearest one to that before it, as forces see them.
Kokkos::View<int***, MemSpace> cells_of_partners(const data::System& system, const TopologyKind& kind) {
  const auto& particles = system.particles;
  const Host host(particles);
  const auto column = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>(kind.name));
  const int rows = particles.num_owned(), ids = kind.ids_per_row;
  const auto found = find_partners(IdDirectory(particles), host, column, rows, kind);
  const Kokkos::View<int***, MemSpace> cells("cells of partners", static_cast<std::size_t>(rows), column.extent(1), 3);
  const auto cells_here = Kokkos::create_mirror_view(cells);
  const auto slots = static_cast<int>(column.extent(1)) / ids;
  for (int i = 0; i < rows; ++i)
    for (int slot = 0; slot < slots && column(i, slot * ids) != 0; ++slot) {
      // Atom n of the row stands at this place; the carrier itself has none.
      const auto place = [&](int n) { return slot * ids + (n < kind.carrier ? n + 1 : n); };
      for (const int way : {-1, 1}) {
        Whereabouts before = host.of(i);
        Int3 total{0, 0, 0};
        for (int n = kind.carrier + way; n >= 0 && n < ids; n += way) {
          const auto here = found.at({host.id(i, 0), place(n)});
          total = sum(total, nearest(system.box, before, here));
          for (int d = 0; d < 3; ++d) cells_here(i, place(n), d) = total[d];
          before = here;
        }
      }
    }
  Kokkos::deep_copy(cells, cells_here);
  return cells;
}

/// Collective. The largest number in a column of them, over all ranks; at least 0.
std::int64_t largest(const Particles& particles, const std::string& name) {
  std::int64_t most = 0;
  if (!particles.has_column(name)) return most;
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>(name));
  for (int i = 0; i < particles.num_owned(); ++i) most = std::max(most, host(i, 0));
  return particles.comm().all_reduce(most, Op::max);
}

void check_numbers(std::int64_t ids, std::int64_t molecules, const std::vector<std::int64_t>& counts) {
  constexpr double most = 0x1p53;  // exact as a double, as some files have them
  const double copies = static_cast<double>(num_copies(counts));
  if (static_cast<double>(ids) * copies >= most || static_cast<double>(molecules) * copies >= most)
    throw Error::input(
        fmt::format("replicate = [{}, {}, {}]: {:.3g} copies of particles up to number {} are more than "
                    "can be numbered; use fewer copies",
                    counts[0], counts[1], counts[2], copies, ids));
}

}  // namespace

std::int64_t num_copies(const std::vector<std::int64_t>& counts) {
  std::int64_t copies = 1;
  for (const auto count : counts) copies *= count;
  return copies;
}

Box replicated(const Box& box, const std::vector<std::int64_t>& counts) {
  if (counts.empty()) return box;
  double vectors[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c)
      vectors[d][c] = static_cast<double>(counts[static_cast<std::size_t>(d)]) * box.cell[d][c];
  return Box::triclinic(box.origin, vectors, {box.is_periodic[0], box.is_periodic[1], box.is_periodic[2]});
}

void replicate(data::System& system, const std::vector<std::int64_t>& counts) {
  if (num_copies(counts) == 1) return;
  const Region region("md/replicate");
  auto& particles = system.particles;
  CopyGrid grid;
  for (int d = 0; d < 3; ++d) {
    grid.count[d] = counts[static_cast<std::size_t>(d)];
    grid.is_periodic[d] = system.box.is_periodic[d];
  }
  const std::int64_t ids = largest(particles, "id"), molecules = largest(particles, "molecule");
  check_numbers(ids, molecules, counts);
  std::vector<Kokkos::View<int***, MemSpace>> partners;
  for (const auto& kind : topology_kinds)
    partners.push_back(particles.has_column(kind.name) ? cells_of_partners(system, kind)
                                                       : Kokkos::View<int***, MemSpace>());
  const int rows = particles.num_owned();
  agree(particles.comm(), [&] { particles.resize_owned(num_copies(counts) * rows); });
  const int all = particles.num_owned();
  for (const auto& column : particles.columns())
    std::visit([&](const auto& view) { repeat_rows(view, rows, all); }, column.data);
  place_copies(particles, system.box, grid, rows);
  count_on(particles.get<std::int64_t>("id"), ids, rows, all);
  if (particles.has_column("molecule")) count_on(particles.get<std::int64_t>("molecule"), molecules, rows, all);
  for (std::size_t n = 0; n < topology_kinds.size(); ++n)
    if (particles.has_column(topology_kinds[n].name))
      count_partners_on(particles.get<std::int64_t>(topology_kinds[n].name), partners[n], grid,
                        topology_kinds[n].ids_per_row, ids, rows, all);
  system.box = replicated(system.box, counts);
}

}  // namespace tessera::sim::md
