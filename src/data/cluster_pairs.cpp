#include "data/cluster_pairs.hpp"

#include <algorithm>
#include <cmath>

#include "base/region.hpp"

namespace tessera::data {

namespace {

constexpr int width = simd::width;

/// A finite place that no cutoff reaches.
constexpr double far_away = 1e60;

/// Bounding box of a cluster.
struct ClusterBox {
  double low[3], high[3];

  KOKKOS_INLINE_FUNCTION void include(double x, double y, double z) {
    const double point[3] = {x, y, z};
    for (int c = 0; c < 3; ++c) {
      low[c] = point[c] < low[c] ? point[c] : low[c];
      high[c] = point[c] > high[c] ? point[c] : high[c];
    }
  }
  static KOKKOS_INLINE_FUNCTION ClusterBox empty() {
    return {{far_away, far_away, far_away}, {-far_away, -far_away, -far_away}};
  }
};

void fill_padding(const Array2<double>& position, int from, int to) {
  Kokkos::parallel_for(
      "data/pad_clusters", Range(from, std::max(from, to)), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) position(i, c) = far_away;
      });
}

constexpr int whole(int rows) { return (rows + width - 1) / width * width; }

/// Bounding boxes of clusters; the rows between the owned and the halo ones belong to none.
Array1<ClusterBox> find_boxes(const Particles& particles) {
  const auto position = particles.get<double>("position");
  const int owned = particles.num_owned();
  const int halo_begin = particles.halo_begin();
  const int end = halo_begin + particles.num_halo();
  const auto clusters = static_cast<std::size_t>(whole(end) / width);
  const auto boxes = make_uninitialized<Array1<ClusterBox>>("cluster boxes", clusters);
  Kokkos::parallel_for(
      "data/cluster_boxes", Range(0, static_cast<int>(clusters)), KOKKOS_LAMBDA(int cluster) {
        const int first = cluster * width;
        const int stop = first < halo_begin ? owned : end;
        ClusterBox box = ClusterBox::empty();
        for (int i = first; i < first + width && i < stop; ++i)
          box.include(position(i, 0), position(i, 1), position(i, 2));
        boxes(cluster) = box;
      });
  return boxes;
}

/// Clusters that have rows in one column of one section.
struct Span {
  int first = 0, last = -1;
};

/// A run of sorted rows: the owned ones, or one group of the halo.
struct Section {
  int first_span;
  int first_bin;  // within the offsets
  int first_row;
  int first_cluster;
  ClusterBox box;  // of all its rows
};

KOKKOS_INLINE_FUNCTION Span span_of_rows(int first_row, int begin, int end) {
  return begin == end ? Span{} : Span{(first_row + begin) / width, (first_row + end - 1) / width};
}

/// Spans of a column this long are tested whole: that takes less time than to look up the part within reach.
constexpr int short_span = 4;

/// Finds the partners of one owned cluster.
struct PartnerSearch {
  static constexpr int num_sections = 1 + HaloGroups::count;

  ColumnGrid grid;
  Array1<int> owned_offsets, halo_offsets;
  Array2<double> position;
  Array1<ClusterBox> boxes;
  Array1<Span> spans;  // one for each column of each section
  Section sections[num_sections];
  Vec3 edge, slack;  // width of a column, and how wrong its place may be
  double radius;
  bool half;

  /// Hands each partner to visit(J), in rising order; `owned_done()` is called between owned and halo ones.
  template <class Visit, class OwnedDone>
  KOKKOS_FUNCTION void operator()(int cluster, const Visit& visit, const OwnedDone& owned_done) const {
    const std::size_t stride = position.extent(0);
    const double* x = position.data() + static_cast<std::size_t>(cluster) * width;
    const simd::Pack here[3] = {simd::load(x), simd::load(x + stride), simd::load(x + 2 * stride)};
    const ClusterBox box = boxes(cluster);
    int last = half ? cluster - 1 : -1;
    scan(box, here, owned_offsets, sections[0], last, visit);
    owned_done();
    last = sections[1].first_cluster - 1;
    for (int n = 1; n < num_sections; ++n)
      if (is_near(box, sections[n].box)) scan(box, here, halo_offsets, sections[n], last, visit);
  }

 private:
  KOKKOS_FUNCTION bool is_near(const ClusterBox& a, const ClusterBox& b) const {
    bool near = true;
    for (int d = 0; d < 3; ++d) near = near && a.low[d] - radius <= b.high[d] && a.high[d] + radius >= b.low[d];
    return near;
  }

  template <class Visit>
  KOKKOS_FUNCTION void scan(const ClusterBox& box, const simd::Pack (&here)[3], const Array1<int>& offsets,
                            const Section& section, int& last, const Visit& visit) const {
    int low[2], high[2];
    for (int d = 0; d < 2; ++d) {
      low[d] = grid.index(d, box.low[d] - radius);
      high[d] = grid.index(d, box.high[d] + radius);
    }
    for (int ix = low[0]; ix <= high[0]; ++ix) {
      const double dx = gap(box, 0, ix);
      for (int n = 0; n <= high[1] - low[1]; ++n) {
        // Columns in rising order, so that a cluster that straddles two is met twice in a row.
        const int iy = (ix & 1) != 0 ? high[1] - n : low[1] + n;
        const int column = grid.column(ix, iy);
        Span span = spans(section.first_span + column);
        if (span.last <= last) continue;
        const double dy = gap(box, 1, iy);
        const double left = radius * radius - dx * dx - dy * dy;
        if (left < 0.0) continue;
        if (span.last - span.first >= short_span) span = part_within(section, offsets, column, box, kmath::sqrt(left));
        for (int other = span.first > last ? span.first : last + 1; other <= span.last; ++other)
          if (reaches(here, boxes(other))) visit(other);
        last = span.last > last ? span.last : last;
      }
    }
  }

  /// Clusters of a column that have rows not further than `reach` above or below a box.
  KOKKOS_FUNCTION Span part_within(const Section& section, const Array1<int>& offsets, int column,
                                   const ClusterBox& box, double reach) const {
    const int one = grid.bin(column, grid.index(2, box.low[2] - reach));
    const int two = grid.bin(column, grid.index(2, box.high[2] + reach));
    const int begin = offsets(section.first_bin + (one < two ? one : two));
    const int end = offsets(section.first_bin + (one < two ? two : one) + 1);
    return span_of_rows(section.first_row, begin, end);
  }

  /// Distance along d between a box and a column of the grid (the outermost reach to infinity).
  KOKKOS_FUNCTION double gap(const ClusterBox& box, int d, int index) const {
    const double low = grid.low[d] + index * edge[d], high = low + edge[d];
    const double below = index == 0 ? 0.0 : low - box.high[d];
    const double above = index == grid.count[d] - 1 ? 0.0 : box.low[d] - high;
    // A particle on an edge may have been rounded into the next column.
    const double most = (below > above ? below : above) - slack[d];
    return most > 0.0 ? most : 0.0;
  }

  /// Is any particle within the radius of the other cluster's box?
  KOKKOS_FUNCTION bool reaches(const simd::Pack (&here)[3], const ClusterBox& other) const {
    simd::Pack square = 0.0;
    for (int d = 0; d < 3; ++d) {
      const simd::Pack low = other.low[d], high = other.high[d];
      const simd::Pack outside = simd::larger(simd::larger(low - here[d], here[d] - high), simd::Pack(0.0));
      square += outside * outside;
    }
    return simd::less_bits(square, simd::Pack(radius * radius)) != 0;
  }
};

ClusterBox box_of_clusters(const Array1<ClusterBox>& boxes, int begin, int end) {
  ClusterBox all = ClusterBox::empty();
  for (int c = 0; c < 3; ++c)
    Kokkos::parallel_reduce(
        "data/section_box", Range(begin, end),
        KOKKOS_LAMBDA(int n, double& low, double& high) {
          low = boxes(n).low[c] < low ? boxes(n).low[c] : low;
          high = boxes(n).high[c] > high ? boxes(n).high[c] : high;
        },
        Kokkos::Min<double>(all.low[c]), Kokkos::Max<double>(all.high[c]));
  return all;
}

/// Which clusters lie in each column of a section.
void fill_spans(const ColumnGrid& grid, const Array1<int>& offsets, const Section& section, const Array1<Span>& spans) {
  Kokkos::parallel_for(
      "data/column_spans", Range(0, grid.num_columns()), KOKKOS_LAMBDA(int column) {
        const int bin = section.first_bin + column * grid.count[2];
        spans(section.first_span + column) =
            span_of_rows(section.first_row, offsets(bin), offsets(bin + grid.count[2]));
      });
}

PartnerSearch make_search(const Particles& particles, const SortedRows& rows, double radius, bool half) {
  const int columns = rows.grid.num_columns(), bins = rows.grid.num_bins();
  PartnerSearch search{.grid = rows.grid,
                       .owned_offsets = rows.owned_offsets,
                       .halo_offsets = rows.halo_offsets,
                       .position = particles.get<double>("position"),
                       .boxes = find_boxes(particles),
                       .spans = make_uninitialized<Array1<Span>>(
                           "column spans", static_cast<std::size_t>(columns * PartnerSearch::num_sections)),
                       .sections = {},
                       .edge = {},
                       .slack = {},
                       .radius = radius,
                       .half = half};
  for (int d = 0; d < 3; ++d) {
    search.edge[d] = 1.0 / rows.grid.inverse_edge[d];
    search.slack[d] = 1e-14 * (std::abs(rows.grid.low[d]) + rows.grid.count[d] * search.edge[d]);
  }
  search.sections[0].box = ClusterBox::empty();
  fill_spans(rows.grid, rows.owned_offsets, search.sections[0], search.spans);
  const int first = particles.halo_begin() / width;
  for (int group = 0; group < HaloGroups::count; ++group) {
    auto& section = search.sections[group + 1];
    section = {.first_span = (group + 1) * columns,
               .first_bin = group * bins,
               .first_row = particles.halo_begin(),
               .first_cluster = first,
               .box = ClusterBox::empty()};
    if (particles.num_halo() == 0) continue;
    fill_spans(rows.grid, rows.halo_offsets, section, search.spans);
    int begin = 0, end = 0;
    Kokkos::deep_copy(begin, Kokkos::subview(rows.halo_offsets, group * bins));
    Kokkos::deep_copy(end, Kokkos::subview(rows.halo_offsets, (group + 1) * bins));
    if (begin < end) section.box = box_of_clusters(search.boxes, first + begin / width, first + (end - 1) / width + 1);
  }
  return search;
}

/// Claims room for one list at a time. The cursor counts all entries, whether there was room
/// or not, so that the caller can enlarge it and begin anew.
struct ListWriter {
  ClusterLists lists;

  KOKKOS_FUNCTION std::int64_t claim(int count) const {
    return Kokkos::atomic_fetch_add(&lists.cursor(0), static_cast<std::int64_t>(count));
  }
  KOKKOS_FUNCTION bool has_room(std::int64_t begin, int count) const {
    return begin + count <= static_cast<std::int64_t>(lists.cluster.extent(0));
  }
};

/// Runs make_kernel(writer) over the range until all lists had room.
template <class MakeKernel>
void write_lists(const char* label, ClusterLists& lists, int num_lists, int range, const MakeKernel& make_kernel) {
  if (lists.begin.extent(0) != static_cast<std::size_t>(num_lists)) {
    lists.begin = Array1<std::int64_t>("list begin", static_cast<std::size_t>(num_lists));
    lists.num_owned = Array1<int>("list owned", static_cast<std::size_t>(num_lists));
    lists.num_total = Array1<int>("list total", static_cast<std::size_t>(num_lists));
  }
  if (lists.cursor.extent(0) == 0) lists.cursor = Array1<std::int64_t>("list cursor", 1);
  for (;;) {
    Kokkos::deep_copy(lists.cursor, std::int64_t{0});
    Kokkos::parallel_for(label, Range(0, range), make_kernel(ListWriter{lists}));
    std::int64_t total = 0;
    Kokkos::deep_copy(total, Kokkos::subview(lists.cursor, 0));
    if (total <= static_cast<std::int64_t>(lists.cluster.extent(0))) return;
    lists.cluster = Array1<int>();  // free before allocating anew
    lists.cluster = make_uninitialized<Array1<int>>("list clusters", static_cast<std::size_t>(total + total / 16));
  }
}

/// Entries gathered on the stack before room is claimed; longer lists are searched twice.
constexpr int max_local = width > 1 ? 512 : 64;

struct FindKernel {
  PartnerSearch search;
  ListWriter writer;

  KOKKOS_FUNCTION void operator()(int cluster) const {
    int local[max_local];
    int count = 0, owned = 0;
    search(
        cluster,
        [&](int other) {
          if (count < max_local) local[count] = other;
          ++count;
        },
        [&] { owned = count; });
    const std::int64_t begin = writer.claim(count);
    writer.lists.begin(cluster) = begin;
    writer.lists.num_owned(cluster) = owned;
    writer.lists.num_total(cluster) = count;
    if (!writer.has_room(begin, count)) return;
    int* list = writer.lists.cluster.data() + begin;
    if (count <= max_local)
      for (int n = 0; n < count; ++n) list[n] = local[n];
    else
      search(
          cluster, [&](int other) { *list++ = other; }, [] {});
  }
};

/// Thins out the outer list of one owned cluster for each of its particles.
struct PruneKernel {
  ClusterLists outer;
  ListWriter writer;
  Array2<double> position;
  double limit;  // squared radius

  KOKKOS_FUNCTION void operator()(int cluster) const {
    const int total = outer.num_total(cluster);
    const int* list = outer.cluster.data() + outer.begin(cluster);
    if (total <= max_local / 4) {
      // One slot more than can be kept: what is tested is written first and counted afterwards.
      int local[width][max_local / 4 + 1];
      int* target[width];
      for (int lane = 0; lane < width; ++lane) target[lane] = local[lane];
      int count[width] = {}, owned[width] = {};
      keep(cluster, list, 0, outer.num_owned(cluster), target, count);
      for (int lane = 0; lane < width; ++lane) owned[lane] = count[lane];
      keep(cluster, list, outer.num_owned(cluster), total, target, count);
      int sum = 0;
      for (int lane = 0; lane < width; ++lane) sum += count[lane];
      std::int64_t begin = writer.claim(sum);
      const bool room = writer.has_room(begin, sum);
      for (int lane = 0; lane < width; ++lane) {
        note(cluster * width + lane, begin, owned[lane], count[lane]);
        if (room)
          for (int n = 0; n < count[lane]; ++n) writer.lists.cluster(begin + n) = local[lane][n];
        begin += count[lane];
      }
      return;
    }
    for (int lane = 0; lane < width; ++lane) prune_long(cluster, lane, list, total);
  }

 private:
  KOKKOS_FUNCTION void note(int i, std::int64_t begin, int owned, int total) const {
    writer.lists.begin(i) = begin;
    writer.lists.num_owned(i) = owned;
    writer.lists.num_total(i) = total;
  }

  KOKKOS_FORCEINLINE_FUNCTION bool is_inside(int i, int other) const {
    const std::size_t stride = position.extent(0);
    const double* xi = position.data() + i;
    const double* xj = position.data() + static_cast<std::size_t>(other) * width;
    const simd::Pack dx = xi[0] - simd::load(xj), dy = xi[stride] - simd::load(xj + stride),
                     dz = xi[2 * stride] - simd::load(xj + 2 * stride);
    return simd::less_bits(dx * dx + dy * dy + dz * dz, simd::Pack(limit)) != 0;
  }

  KOKKOS_FORCEINLINE_FUNCTION void keep(int cluster, const int* list, int from, int to, int* const (&target)[width],
                                        int (&count)[width]) const {
    for (int n = from; n < to; ++n)
      for (int lane = 0; lane < width; ++lane) {
        target[lane][count[lane]] = list[n];
        count[lane] += is_inside(cluster * width + lane, list[n]) ? 1 : 0;
      }
  }

  KOKKOS_FUNCTION void prune_long(int cluster, int lane, const int* list, int total) const {
    const int i = cluster * width + lane;
    int count = 0, owned = 0;
    for (int n = 0; n < total; ++n) {
      if (n == outer.num_owned(cluster)) owned = count;
      count += is_inside(i, list[n]) ? 1 : 0;
    }
    if (outer.num_owned(cluster) == total) owned = count;
    const std::int64_t begin = writer.claim(count);
    note(i, begin, owned, count);
    if (!writer.has_room(begin, count)) return;
    int* target = writer.lists.cluster.data() + begin;
    for (int n = 0; n < total; ++n)
      if (is_inside(i, list[n])) *target++ = list[n];
  }
};

}  // namespace

PairCount preferred_pair_count() { return ExecSpace().concurrency() > 1 ? PairCount::full : PairCount::half; }

void find_cluster_pairs(Particles& particles, const SortedRows& rows, double radius, PairCount count,
                        ClusterPairs& pairs) {
  const Region region("data/find_pairs");
  const auto position = particles.get<double>("position");
  fill_padding(position, particles.num_owned(), particles.halo_begin());
  if (particles.num_halo() > 0) {
    const int end = particles.halo_begin() + particles.num_halo();
    fill_padding(position, end, whole(end));
  }
  const int clusters = whole(particles.num_owned()) / width;
  const PartnerSearch search = make_search(particles, rows, radius, count == PairCount::half);
  pairs.count = count;
  pairs.num_owned_clusters = clusters;
  pairs.first_halo_cluster = particles.halo_begin() / width;
  write_lists("data/find_pairs", pairs.lists, clusters, clusters, [&](const ListWriter& writer) {
    return FindKernel{search, writer};
  });
}

void prune(const ClusterPairs& pairs, const Particles& particles, double radius, ClusterLists& inner) {
  const Region region("data/prune");
  const auto position = particles.get<double>("position");
  write_lists("data/prune", inner, whole(particles.num_owned()), pairs.num_owned_clusters,
              [&](const ListWriter& writer) {
                return PruneKernel{pairs.lists, writer, position, radius * radius};
              });
}

EntryCount count_entries(const ClusterLists& lists, int rows) {
  EntryCount count;
  Kokkos::parallel_reduce(
      "data/count_entries", Range(0, rows),
      KOKKOS_LAMBDA(int i, double& all, double& owned) {
        all += lists.num_total(i);
        owned += lists.num_owned(i);
      },
      count.all, count.owned);
  return count;
}

}  // namespace tessera::data
