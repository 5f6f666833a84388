#include "learn/trajcast/domain_edges.hpp"

#include <algorithm>
#include <vector>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::learn::trajcast {

namespace {

using data::Int3;
using data::Vec3;
using Owner = GhostExchange::Owner;

/// Calls f(row of the graph, image, vector to it) for all partners of an owned row closer than a distance.
struct DomainPartners {
  data::ClusterLists lists;  // of owned clusters
  Array1<int> row;
  Array2<int> image;
  data::RowArray<double> position;
  data::Box box;
  double limit;  // squared cutoff
  int num_owned, halo_begin, halo_end;

  template <class F>
  KOKKOS_FORCEINLINE_FUNCTION void operator()(int i, const F& f) const {
    const int cluster = i / simd::width;
    for (int n = 0; n < lists.num_total(cluster); ++n) {
      const int first = lists.cluster(lists.begin(cluster) + n) * simd::width;
      for (int j = first; j < first + simd::width; ++j) {
        if (j == i || (j >= num_owned && (j < halo_begin || j >= halo_end))) continue;
        const Int3 cells{image(j, 0), image(j, 1), image(j, 2)};
        const Vec3 shift = box.shift(cells);
        Vec3 r{0.0, 0.0, 0.0};
        // In this order the vector back is the opposite one.
        for (int c = 0; c < 3; ++c) r[c] = (position(row(j), c) - position(i, c)) + shift[c];
        if (r[0] * r[0] + r[1] * r[1] + r[2] * r[2] < limit) f(row(j), cells, r);
      }
    }
  }
};

/// Edges of receivers as offsets; returns their number.
std::int64_t count_edges(const DomainPartners& partners, const Array1<int>& begin) {
  std::int64_t total = 0;
  Kokkos::parallel_scan(
      "trajcast/count_edges", Range(0, partners.num_owned),
      KOKKOS_LAMBDA(int i, std::int64_t& sum, bool final) {
        int count = 0;
        partners(i, [&](int, const Int3&, const Vec3&) { ++count; });
        sum += count;
        if (final) begin(i + 1) = static_cast<int>(sum);
      },
      total);
  return total;
}

void fill_edges(const DomainPartners& partners, const Array2<int>& images, const Edges& edges) {
  Kokkos::parallel_for(
      "trajcast/fill_edges", Range(0, edges.num_receivers), KOKKOS_LAMBDA(int i) {
        int e = edges.begin(i);
        partners(i, [&](int row, const Int3& cells, const Vec3& r) {
          edges.receiver(e) = i;
          edges.sender(e) = row;
          for (int c = 0; c < 3; ++c) {
            edges.vector(e, c) = r[c];
            images(e, c) = cells[c];
          }
          ++e;
        });
      });
}

/// An edge out of its arrays.
struct DomainEdge {
  std::int64_t id;
  int sender;
  Int3 image;
  Vec3 vector;

  KOKKOS_FUNCTION bool operator<(const DomainEdge& other) const {
    if (id != other.id) return id < other.id;
    for (int d = 0; d < 3; ++d)
      if (image[d] != other.image[d]) return image[d] < other.image[d];
    return false;
  }
};

struct EdgeArrays {
  Edges edges;
  Array2<int> images;
  Array1<std::int64_t> id;

  KOKKOS_FUNCTION DomainEdge get(int e) const {
    return {id(edges.sender(e)),
            edges.sender(e),
            {images(e, 0), images(e, 1), images(e, 2)},
            {edges.vector(e, 0), edges.vector(e, 1), edges.vector(e, 2)}};
  }
  KOKKOS_FUNCTION void set(int e, const DomainEdge& edge) const {
    edges.sender(e) = edge.sender;
    for (int c = 0; c < 3; ++c) {
      images(e, c) = edge.image[c];
      edges.vector(e, c) = edge.vector[c];
    }
  }
};

void sort_by_receiver(const EdgeArrays& arrays) {
  Kokkos::parallel_for(
      "trajcast/sort_by_receiver", Range(0, arrays.edges.num_receivers), KOKKOS_LAMBDA(int i) {
        const int begin = arrays.edges.begin(i), end = arrays.edges.begin(i + 1);
        for (int n = begin + 1; n < end; ++n) {
          const DomainEdge edge = arrays.get(n);
          int m = n;
          for (; m > begin; --m) {
            const DomainEdge before = arrays.get(m - 1);
            if (!(edge < before)) break;
            arrays.set(m, before);
          }
          arrays.set(m, edge);
        }
      });
}

/// Rank and row of whoever owns each row.
Array2<int> find_owners(const data::Particles& particles, const data::Halo& halo) {
  const Array2<int> owner("owner", static_cast<std::size_t>(particles.num_rows()), 2);
  const int rank = particles.comm().rank();
  Kokkos::parallel_for(
      "trajcast/owners", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        owner(i, 0) = rank;
        owner(i, 1) = i;
      });
  halo.forward(owner);
  return owner;
}

/// Cells between the place of each row and that of its owner.
Array2<int> find_images(const data::Particles& particles, const data::Halo& halo, const data::Box& box) {
  const auto rows = static_cast<std::size_t>(particles.num_rows());
  const Array2<double> origin("owner's position", rows, 3);
  const auto position = particles.get<double>("position");
  Kokkos::parallel_for(
      "trajcast/owned_positions", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) origin(i, c) = position(i, c);
      });
  halo.forward(origin);
  const Array2<int> image("image", rows, 3);
  const int begin = particles.halo_begin();
  Kokkos::parallel_for(
      "trajcast/images", Range(0, particles.num_halo()), KOKKOS_LAMBDA(int n) {
        for (int d = 0; d < 3; ++d) {
          double cells = 0.0;
          for (int c = 0; c < 3; ++c) cells += (position(begin + n, c) - origin(begin + n, c)) * box.inverse[c][d];
          image(begin + n, d) = static_cast<int>(kmath::floor(cells + 0.5));
        }
      });
  return image;
}

struct RowNumbering {
  Array1<int> row;  // of the graph, by row of particles
  std::vector<Owner> ghosts;
};

RowNumbering number_rows(const Array2<int>& owner, const data::Particles& particles) {
  const int begin = particles.halo_begin(), rank = particles.comm().rank();
  const auto from = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), owner);
  RowNumbering numbering{Array1<int>("graph row", owner.extent(0)), {}};
  auto& ghosts = numbering.ghosts;
  for (int j = begin; j < begin + particles.num_halo(); ++j)
    if (from(j, 0) != rank) ghosts.push_back({from(j, 0), from(j, 1)});
  std::sort(ghosts.begin(), ghosts.end());
  ghosts.erase(std::unique(ghosts.begin(), ghosts.end()), ghosts.end());
  const auto row = Kokkos::create_mirror_view(numbering.row);
  for (int i = 0; i < particles.num_owned(); ++i) row(i) = i;
  for (int j = begin; j < begin + particles.num_halo(); ++j) {
    const Owner wanted{from(j, 0), from(j, 1)};
    const auto place = std::lower_bound(ghosts.begin(), ghosts.end(), wanted) - ghosts.begin();
    row(j) = wanted.rank == rank ? wanted.row : particles.num_owned() + static_cast<int>(place);
  }
  Kokkos::deep_copy(numbering.row, row);
  return numbering;
}

/// Ids by row of the graph.
Array1<std::int64_t> number_ids(const data::Particles& particles, const data::Halo& halo, const Array1<int>& row,
                                int num_rows) {
  const Array2<std::int64_t> all("id", static_cast<std::size_t>(particles.num_rows()), 1);
  const auto id = particles.get<std::int64_t>("id");
  Kokkos::parallel_for(
      "trajcast/ids", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) { all(i, 0) = id(i, 0); });
  halo.forward(all);
  const Array1<std::int64_t> result("graph id", static_cast<std::size_t>(num_rows));
  const int num_owned = particles.num_owned(), begin = particles.halo_begin();
  Kokkos::parallel_for(
      "trajcast/ids", Range(0, num_owned), KOKKOS_LAMBDA(int i) { result(i) = all(i, 0); });
  Kokkos::parallel_for(
      "trajcast/ids", Range(begin, begin + particles.num_halo()), KOKKOS_LAMBDA(int j) { result(row(j)) = all(j, 0); });
  return result;
}

}  // namespace

void DomainEdges::plan(const data::Tiling& tiling, const data::Particles& particles,
                       const data::Neighbourhood& neighbourhood) {
  const Region region("trajcast/plan_edges");
  if (neighbourhood.pairs().count != data::PairCount::full)
    throw Error::internal("a graph needs all pairs of particles, from both sides");
  box_ = tiling.box();
  const auto& halo = neighbourhood.halo();
  const auto owner = find_owners(particles, halo);
  image_ = find_images(particles, halo, box_);
  const auto numbering = agree(particles.comm(), [&] { return number_rows(owner, particles); });
  row_ = numbering.row;
  ghosts_ = GhostExchange(particles.comm(), particles.num_owned(), numbering.ghosts);
  edges_.num_receivers = particles.num_owned();
  edges_.num_rows = particles.num_owned() + ghosts_.num_ghosts();
  id_ = number_ids(particles, halo, row_, edges_.num_rows);
  position_ = data::RowArray<double>("graph position", static_cast<std::size_t>(edges_.num_rows), 3);
}

void DomainEdges::find(const data::Particles& particles, const data::Neighbourhood& neighbourhood, double cutoff) {
  const Region region("trajcast/find_edges");
  if (!(cutoff <= neighbourhood.radius())) throw Error::internal("edges are longer than the lists of neighbours reach");
  const auto from = particles.get<double>("position");
  const auto position = position_;
  Kokkos::parallel_for(
      "trajcast/owned_positions", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) position(i, c) = from(i, c);
      });
  ghosts_.fill(position_);
  const int halo_end = particles.halo_begin() + particles.num_halo();
  const DomainPartners partners{
      neighbourhood.pairs().lists, row_,    image_, position_, box_, cutoff * cutoff, particles.num_owned(),
      particles.halo_begin(),      halo_end};
  agree(particles.comm(), [&] {
    make_room(edges_, 0);
    make_room(edges_, count_edges(partners, edges_.begin));
    if (images_.extent(0) < edges_.sender.extent(0))
      images_ = make_uninitialized<Array2<int>>("edge images", edges_.sender.extent(0), 3);
  });
  fill_edges(partners, images_, edges_);
  sort_by_receiver({edges_, images_, id_});
  sort_by_sender(edges_, id_);
}

}  // namespace tessera::learn::trajcast
