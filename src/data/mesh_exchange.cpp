#include "data/mesh_exchange.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "base/region.hpp"
#include "data/halo_plan.hpp"

namespace tessera::data {

namespace {

/// Cells along one direction that this rank shares with a tile, seen in some image of the box.
struct Part {
  int tile, image;
  std::int64_t begin, end;  // global, in this rank's image
};

/// Sending: the own cells that the tile has as ghosts (its own image has all of them: the cells themselves).
/// Receiving: the tile's cells that this rank has as ghosts. The first part is this rank's own.
std::vector<Part> find_parts(const Mesh& mesh, int d, int layers, bool sends) {
  const Tiling& tiling = mesh.tiling();
  const auto cells = mesh.num_cells()[static_cast<std::size_t>(d)];
  const int own = tiling.coordinates()[d];
  const std::int64_t low = mesh.first_of(d, own), high = mesh.first_of(d, own + 1);
  std::vector<Part> parts{{own, 0, low, high}};
  // Cuts are rounded to cells: one cell more than the layers finds every tile that could want something.
  for (const auto& target : find_targets(tiling, d, (layers + 1.0) / static_cast<double>(cells))) {
    if (target.tile == own && target.image == 0) continue;
    const std::int64_t shift = target.image * cells, first = mesh.first_of(d, target.tile) + shift,
                       last = mesh.first_of(d, target.tile + 1) + shift;
    const std::int64_t begin = sends ? std::max(low, first - layers) : std::max(low - layers, first);
    const std::int64_t end = sends ? std::min(high, last + layers) : std::min(high + layers, last);
    if (begin < end) parts.push_back({target.tile, target.image, begin, end});
  }
  return parts;
}

/// Number n of the runs of a kernel goes over all components.
struct RunOf {
  Array1<MeshRun> runs;
  int first, count;
  KOKKOS_INLINE_FUNCTION MeshRun run(std::int64_t n) const { return runs(first + static_cast<int>(n % count)); }
  KOKKOS_INLINE_FUNCTION int component(std::int64_t n) const { return static_cast<int>(n / count); }
};

KOKKOS_INLINE_FUNCTION std::size_t place_of(const MeshRun& run, int components, int c) {
  return static_cast<std::size_t>(run.cuboid_begin) * static_cast<std::size_t>(components) +
         static_cast<std::size_t>(c) * static_cast<std::size_t>(run.cuboid_cells) + static_cast<std::size_t>(run.place);
}

/// Visits (run, component) of runs [first, last).
template <class Visit>
void for_runs(const char* name, const Array1<MeshRun>& runs, int first, int last, int components, const Visit& visit) {
  const RunOf of{runs, first, last - first};
  Kokkos::parallel_for(
      name, Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, std::int64_t{1} * of.count * components),
      KOKKOS_LAMBDA(std::int64_t n) { visit(of.run(n), of.component(n)); });
}

void pack(const Array1<MeshRun>& runs, int first, int last, const Array2<double>& cells,
          const Array1<double>& message) {
  const auto components = static_cast<int>(cells.extent(1));
  for_runs(
      "data/mesh_pack", runs, first, last, components, KOKKOS_LAMBDA(const MeshRun& run, int c) {
        const double* from = &cells(run.cell, c);
        double* to = &message(place_of(run, components, c));
        for (int i = 0; i < run.length; ++i) to[i] = from[i];
      });
}

}  // namespace

MeshExchange::MeshExchange(const Mesh& mesh, const Int3& layers) : comm_(mesh.comm()), layers_(layers) {
  double total = 1.0;
  for (int d = 0; d < 3; ++d) total *= mesh.count()[d] + 2.0 * layers[d];
  if (total > std::numeric_limits<int>::max())
    throw Error::input(
        fmt::format("a rank would hold {:.0f} cells, ghosts included; at most 2^31 - 1 are possible: "
                    "use more ranks or fewer ghost layers",
                    total));
  for (int d = 0; d < 3; ++d) extent_[d] = mesh.count()[d] + 2 * layers[d];
  sent_ = make_side(find_cuboids(mesh, true), peers_, true);
  received_ = make_side(find_cuboids(mesh, false), peers_, false);
}

std::vector<MeshExchange::Cuboid> MeshExchange::find_cuboids(const Mesh& mesh, bool sends) const {
  std::vector<Part> parts[3];
  for (int d = 0; d < 3; ++d) parts[d] = find_parts(mesh, d, layers_[d], sends);
  std::vector<Cuboid> cuboids;
  for (std::size_t z = 0; z < parts[2].size(); ++z)
    for (std::size_t y = 0; y < parts[1].size(); ++y)
      for (std::size_t x = 0; x < parts[0].size(); ++x) {
        if (x + y + z == 0) continue;
        const Part part[3] = {parts[0][x], parts[1][y], parts[2][z]};
        Cuboid cuboid{mesh.tiling().rank_of({part[0].tile, part[1].tile, part[2].tile}), {}, {}, {}};
        for (int d = 0; d < 3; ++d) {
          cuboid.image[d] = sends ? part[d].image : -part[d].image;
          cuboid.begin[d] = static_cast<int>(part[d].begin - mesh.first()[static_cast<std::size_t>(d)]) + layers_[d];
          cuboid.extent[d] = static_cast<int>(part[d].end - part[d].begin);
        }
        cuboids.push_back(cuboid);
      }
  // This rank's own first, then by rank; within a rank in an order on which both sides agree.
  const int self = mesh.tiling().rank();
  const auto key = [self](const Cuboid& c) {
    return std::make_tuple(c.rank != self, c.rank, c.image[2], c.image[1], c.image[0]);
  };
  std::sort(cuboids.begin(), cuboids.end(), [&](const Cuboid& a, const Cuboid& b) { return key(a) < key(b); });
  return cuboids;
}

MeshExchange::Side MeshExchange::make_side(const std::vector<Cuboid>& cuboids, std::vector<Peer>& peers,
                                           bool sends) const {
  Side side;
  std::vector<MeshRun> runs;
  side.first_run.push_back(0);
  for (const auto& cuboid : cuboids) {
    const bool is_self = cuboid.rank == comm_.rank();
    const int begin = is_self ? 0 : side.num_cells;
    // Devices want neighbouring threads at neighbouring cells, hosts long loops.
    const int longest = device_is_host ? cuboid.extent[0] : 1;
    int place = 0;
    for (int z = 0; z < cuboid.extent[2]; ++z)
      for (int y = 0; y < cuboid.extent[1]; ++y)
        for (int x = 0; x < cuboid.extent[0]; x += longest, place += longest) {
          const int cell =
              cuboid.begin[0] + x + extent_[0] * (cuboid.begin[1] + y + extent_[1] * (cuboid.begin[2] + z));
          runs.push_back({cell, longest, place, begin, cuboid.num_cells()});
        }
    side.first_run.push_back(static_cast<int>(runs.size()));
    if (is_self) {
      ++side.num_self_cuboids;
      continue;
    }
    if (std::int64_t{side.num_cells} + cuboid.num_cells() > std::numeric_limits<int>::max())
      throw Error::input("a rank would send more than 2^31 cells: use more ranks or fewer ghost layers");
    side.num_cells += cuboid.num_cells();
    auto peer = std::find_if(peers.begin(), peers.end(), [&](const Peer& p) { return p.rank == cuboid.rank; });
    if (peer == peers.end()) peer = peers.insert(peers.end(), Peer{cuboid.rank, 0, 0, 0, 0});
    int& first = sends ? peer->send_begin : peer->receive_begin;
    int& count = sends ? peer->send_count : peer->receive_count;
    if (count == 0) first = begin;
    count += cuboid.num_cells();
  }
  side.runs = make_uninitialized<Array1<MeshRun>>("mesh runs", runs.size());
  Kokkos::deep_copy(side.runs, HostArray1<const MeshRun>(runs.data(), runs.size()));
  return side;
}

void MeshExchange::forward_begin(const Array2<double>& cells) {
  const Region region("data/mesh_exchange");
  const auto components = static_cast<int>(cells.extent(1));
  if (!peers_.empty()) {
    const auto outgoing = messages_.send_buffer<double>(cells.extent(1) * static_cast<std::size_t>(sent_.num_cells));
    const auto incoming =
        messages_.receive_buffer<double>(cells.extent(1) * static_cast<std::size_t>(received_.num_cells));
    pack(sent_.runs, sent_.num_self_runs(), sent_.num_runs(), cells, outgoing);
    messages_.start(comm_, peers_, outgoing, incoming, components, false);
  }
  const auto from = sent_.runs, to = received_.runs;
  const int count = sent_.num_self_runs();
  Kokkos::parallel_for(
      "data/mesh_copy", Range(0, count), KOKKOS_LAMBDA(int n) {
        for (int c = 0; c < components; ++c)
          for (int i = 0; i < from(n).length; ++i) cells(to(n).cell + i, c) = cells(from(n).cell + i, c);
      });
}

void MeshExchange::forward_end(const Array2<double>& cells) {
  if (peers_.empty()) return;
  const Region region("data/mesh_exchange");
  messages_.wait();
  const auto components = static_cast<int>(cells.extent(1));
  const auto incoming =
      messages_.receive_buffer<double>(cells.extent(1) * static_cast<std::size_t>(received_.num_cells));
  for_runs(
      "data/mesh_unpack", received_.runs, received_.num_self_runs(), received_.num_runs(), components,
      KOKKOS_LAMBDA(const MeshRun& run, int c) {
        const double* from = &incoming(place_of(run, components, c));
        double* to = &cells(run.cell, c);
        for (int i = 0; i < run.length; ++i) to[i] = from[i];
      });
}

void MeshExchange::reverse(const Array2<double>& cells) {
  const Region region("data/mesh_reverse");
  const auto components = static_cast<int>(cells.extent(1));
  // Outgoing values lie in the buffer that a forward receives into, and the other way round.
  const auto outgoing =
      messages_.receive_buffer<double>(cells.extent(1) * static_cast<std::size_t>(received_.num_cells));
  const auto incoming = messages_.send_buffer<double>(cells.extent(1) * static_cast<std::size_t>(sent_.num_cells));
  if (!peers_.empty()) {
    pack(received_.runs, received_.num_self_runs(), received_.num_runs(), cells, outgoing);
    messages_.start(comm_, peers_, outgoing, incoming, components, true);
  }
  // A cell may be in several cuboids, but only once in each: these follow one another, and none depends on threads.
  const auto runs = sent_.runs, ghosts = received_.runs;
  for (std::size_t n = 0; n + 1 < sent_.first_run.size(); ++n) {
    const int first = sent_.first_run[n], last = sent_.first_run[n + 1];
    const bool is_self = static_cast<int>(n) < sent_.num_self_cuboids;
    if (static_cast<int>(n) == sent_.num_self_cuboids) messages_.wait();
    if (is_self)
      Kokkos::parallel_for(
          "data/mesh_add", Range(first, last), KOKKOS_LAMBDA(int k) {
            for (int c = 0; c < components; ++c)
              for (int i = 0; i < runs(k).length; ++i) cells(runs(k).cell + i, c) += cells(ghosts(k).cell + i, c);
          });
    else
      for_runs(
          "data/mesh_add", runs, first, last, components, KOKKOS_LAMBDA(const MeshRun& run, int c) {
            const double* from = &incoming(place_of(run, components, c));
            double* to = &cells(run.cell, c);
            for (int i = 0; i < run.length; ++i) to[i] += from[i];
          });
  }
}

}  // namespace tessera::data
