#include "sim/md/lattice.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "data/formats/elements.hpp"

namespace tessera::sim::md {

using data::Int3;
using data::Vec3;

namespace {

constexpr std::array<Vec3, 8> diamond_sites{{{0, 0, 0},
                                             {0, 0.5, 0.5},
                                             {0.5, 0, 0.5},
                                             {0.5, 0.5, 0},
                                             {0.25, 0.25, 0.25},
                                             {0.25, 0.75, 0.75},
                                             {0.75, 0.25, 0.75},
                                             {0.75, 0.75, 0.25}}};
constexpr Vec3 body_centre{0.5, 0.5, 0.5};

Vec3 site(LatticeKind kind, int n) {
  if (kind == LatticeKind::bcc && n == 1) return body_centre;
  return diamond_sites[static_cast<std::size_t>(n)];
}

struct Site {
  std::int64_t id;
  Vec3 place;
};

/// Indices [first, last) of cells along one direction.
struct Span {
  std::int64_t first = 0, last = 0;
  bool holds(std::int64_t n) const { return n >= first && n < last; }
  std::int64_t size() const { return last - first; }
};

/// Cells from `first` to `last`, both included, that exist.
Span clip(double first, double last, std::int64_t cells) {
  const auto count = static_cast<double>(cells);
  const Span span{static_cast<std::int64_t>(std::clamp(first, 0.0, count)),
                  static_cast<std::int64_t>(std::clamp(last + 1.0, 0.0, count))};
  return span.first < span.last ? span : Span{};
}

std::int64_t num_cells(const LatticeParams& params, int d) { return params.cells[static_cast<std::size_t>(d)]; }

/// Cells along d that may have sites in this tile.
Span cells_of_tile(const data::Tiling& tiling, int d, std::int64_t cells) {
  const auto count = static_cast<double>(cells);
  return clip(std::floor(tiling.low(d) * count) - 1.0, std::ceil(tiling.high(d) * count), cells);
}

/// Which sites there are: all, or those in a sphere. Rows run along x; sites are numbered along a row of cells first.
class Rows {
 public:
  explicit Rows(const LatticeParams& params) : params_(params), edge_(cell_edge(params)) {
    if (!params.sphere) return;
    for (std::size_t d = 0; d < 3; ++d)
      centre_[d] =
          params.sphere->centre.empty() ? 0.5 * edge_ * static_cast<double>(params.cells[d]) : params.sphere->centre[d];
  }
  /// Rows along d (y or z) that may hold sites.
  Span range(int d) const {
    const auto cells = num_cells(params_, d);
    if (!params_.sphere) return {0, cells};
    const double middle = centre_[d] / edge_, reach = params_.sphere->radius / edge_;
    return clip(std::floor(middle - reach) - 1.0, std::ceil(middle + reach), cells);
  }
  /// Cells of a row whose site n there is.
  Span cells(std::int64_t iy, std::int64_t iz, int n) const {
    const auto cells = num_cells(params_, 0);
    if (!params_.sphere) return {0, cells};
    const Vec3 s = site(params_.kind, n);
    const double y = (static_cast<double>(iy) + s[1]) * edge_ - centre_[1];
    const double z = (static_cast<double>(iz) + s[2]) * edge_ - centre_[2];
    const double left = params_.sphere->radius * params_.sphere->radius - y * y - z * z;
    if (left < 0.0) return {};
    const double middle = centre_[0] / edge_ - s[0], reach = std::sqrt(left) / edge_;
    return clip(std::ceil(middle - reach), std::floor(middle + reach), cells);
  }

 private:
  const LatticeParams& params_;
  double edge_;
  Vec3 centre_{};
};

void check_size(const data::Tiling& tiling, const LatticeParams& params) {
  constexpr double most = std::numeric_limits<int>::max() / 4.0;  // rows are int, and copies come on top
  const auto ranks = static_cast<double>(tiling.comm().size());
  const auto total = static_cast<double>(num_sites(params));
  if (total / ranks > most)
    throw Error::input(
        fmt::format("{:.4g} particles on {} ranks are {:.4g} each; at most {:.4g} are possible: use at "
                    "least {:.0f} ranks",
                    total, ranks, total / ranks, most, std::ceil(total / most)));
}

/// Sites whose owner is this rank, by rising id.
std::vector<Site> own_sites(const data::Tiling& tiling, const LatticeParams& params) {
  const double edge = cell_edge(params);
  const int per_cell = sites_per_cell(params.kind);
  Span own[3];
  for (int d = 0; d < 3; ++d) own[d] = cells_of_tile(tiling, d, num_cells(params, d));
  const Rows rows(params);
  std::vector<Site> sites;
  std::int64_t id = 0;  // of the last site before the present row
  const auto add_row = [&](std::int64_t iy, std::int64_t iz, const std::array<Span, 8>& row) {
    for (auto ix = own[0].first; ix < own[0].last; ++ix)
      for (int n = 0; n < per_cell; ++n) {
        if (!row[static_cast<std::size_t>(n)].holds(ix)) continue;
        const Vec3 s = site(params.kind, n);
        const Vec3 x{(static_cast<double>(ix) + s[0]) * edge, (static_cast<double>(iy) + s[1]) * edge,
                     (static_cast<double>(iz) + s[2]) * edge};
        if (tiling.owner(tiling.box().to_fractional(x)) != tiling.rank()) continue;
        std::int64_t before = 0;  // in this row: earlier cells, and earlier sites of this cell
        for (int m = 0; m < per_cell; ++m) {
          const Span& cells = row[static_cast<std::size_t>(m)];
          before += std::clamp<std::int64_t>(ix - cells.first + (m < n ? 1 : 0), 0, cells.size());
        }
        sites.push_back({id + before + 1, x});
      }
  };
  const Span all_y = rows.range(1), all_z = rows.range(2);
  for (auto iz = all_z.first; iz < std::min(all_z.last, own[2].last); ++iz)
    for (auto iy = all_y.first; iy < all_y.last; ++iy) {
      std::array<Span, 8> row{};
      for (int n = 0; n < per_cell; ++n) row[static_cast<std::size_t>(n)] = rows.cells(iy, iz, n);
      if (own[1].holds(iy) && own[2].holds(iz)) add_row(iy, iz, row);
      for (const auto& cells : row) id += cells.size();
    }
  return sites;
}

/// Types by id: the permuted ids are dealt out, so many to each type.
class TypeOfId {
 public:
  TypeOfId(const LatticeParams& params, std::uint32_t seed)
      : random_(seed, RandomPurpose::md_composition), count_(static_cast<std::uint64_t>(num_sites(params))) {
    if (params.types.size() < 2) return;
    ends_ = share_out(params.composition, num_sites(params));
    std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
  }
  int operator()(std::int64_t id) const {
    if (ends_.empty()) return 0;
    const auto place = static_cast<std::int64_t>(permuted_index(random_, static_cast<std::uint64_t>(id - 1), count_));
    return static_cast<int>(std::upper_bound(ends_.begin(), ends_.end(), place) - ends_.begin());
  }

 private:
  Random random_;
  std::uint64_t count_;
  std::vector<std::int64_t> ends_;
};

/// Of a site, by its place where that decides.
class TypeOfSite {
 public:
  TypeOfSite(const LatticeParams& params, std::uint32_t seed) : of_id_(params, seed) {
    if (!params.bottom) return;
    end_ = static_cast<double>(params.bottom->cells) * cell_edge(params);
    const auto& types = params.types;
    bottom_ = static_cast<int>(std::find(types.begin(), types.end(), params.bottom->type) - types.begin());
  }
  int operator()(const Site& place) const { return place.place[2] < end_ ? bottom_ : of_id_(place.id); }

 private:
  TypeOfId of_id_;
  double end_ = -1.0;  // of the bottom along z
  int bottom_ = 0;
};

void fill(data::Particles& particles, const std::vector<Site>& sites, const TypeOfSite& type_of_site) {
  particles.resize_owned(static_cast<int>(sites.size()));
  const auto position = particles.get<double>("position");
  const auto id = particles.get<std::int64_t>("id");
  const auto type = particles.get<int>("type");
  const auto host_position = Kokkos::create_mirror_view(position);
  const auto host_id = Kokkos::create_mirror_view(id);
  const auto host_type = Kokkos::create_mirror_view(type);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    for (int c = 0; c < 3; ++c) host_position(i, c) = sites[i].place[c];
    host_id(i, 0) = sites[i].id;
    host_type(i, 0) = type_of_site(sites[i]);
  }
  Kokkos::deep_copy(position, host_position);
  Kokkos::deep_copy(id, host_id);
  Kokkos::deep_copy(type, host_type);
  Kokkos::deep_copy(particles.get<int>("image"), 0);
}

}  // namespace

int sites_per_cell(LatticeKind kind) {
  switch (kind) {
    case LatticeKind::sc:
      return 1;
    case LatticeKind::bcc:
      return 2;
    case LatticeKind::fcc:
      return 4;
    case LatticeKind::diamond:
      return 8;
  }
  throw Error::internal("a lattice of unknown kind");
}

double cell_edge(const LatticeParams& params) {
  return params.spacing ? *params.spacing : std::cbrt(sites_per_cell(params.kind) / params.density.value());
}

std::int64_t num_sites(const LatticeParams& params) {
  const int per_cell = sites_per_cell(params.kind);
  if (!params.sphere) return per_cell * params.cells[0] * params.cells[1] * params.cells[2];
  const Rows rows(params);
  const Span all_y = rows.range(1), all_z = rows.range(2);
  std::int64_t sum = 0;
  for (auto iz = all_z.first; iz < all_z.last; ++iz)
    for (auto iy = all_y.first; iy < all_y.last; ++iy)
      for (int n = 0; n < per_cell; ++n) sum += rows.cells(iy, iz, n).size();
  return sum;
}

void check_sphere(const LatticeParams& params) {
  if (!params.sphere) return;
  constexpr std::int64_t most = std::int64_t{1} << 28;  // a second or two
  const Rows rows(params);
  const auto count = rows.range(1).size() * rows.range(2).size();
  if (count > most)
    throw Error::input(
        fmt::format("the sphere of the lattice reaches over {} rows of cells; at most {} can be counted", count, most));
  if (num_sites(params) == 0)
    throw Error::input(
        fmt::format("no site of the lattice lies within {} of the centre of its sphere; expected a sphere that reaches "
                    "into the box, and a radius not much smaller than a cell ({:.4g})",
                    params.sphere->radius, cell_edge(params)));
}

data::Box lattice_box(const LatticeParams& params) {
  const double edge = cell_edge(params);
  Vec3 length{};
  for (int d = 0; d < 3; ++d) length[d] = static_cast<double>(params.cells[static_cast<std::size_t>(d)]) * edge;
  const auto is_periodic = [&](char direction) { return params.periodic.find(direction) != std::string::npos; };
  return data::Box::orthogonal({0, 0, 0}, length, {is_periodic('x'), is_periodic('y'), is_periodic('z')});
}

std::vector<data::Species> lattice_species(const LatticeParams& params, const std::string& units) {
  std::vector<data::Species> species;
  for (std::size_t t = 0; t < params.types.size(); ++t) {
    const auto& name = params.types[t];
    double mass = 1.0;
    if (!params.masses.empty())
      mass = params.masses[t];
    else if (units == "metal" || units == "real")
      mass = data::atomic_weight(name).value();
    species.push_back({name, mass});
  }
  return species;
}

std::vector<std::int64_t> share_out(const std::vector<double>& amounts, std::int64_t total) {
  const double sum = std::accumulate(amounts.begin(), amounts.end(), 0.0);
  std::vector<std::int64_t> counts;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::int64_t given = 0;
  for (std::size_t n = 0; n < amounts.size(); ++n) {
    const double share = amounts[n] / sum * static_cast<double>(total);
    counts.push_back(static_cast<std::int64_t>(std::floor(share)));
    remainders.emplace_back(static_cast<double>(counts.back()) - share, n);
    given += counts.back();
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t n = 0; given < total; ++n, ++given) ++counts[remainders[n % remainders.size()].second];
  return counts;
}

std::uint64_t permuted_index(const Random& random, std::uint64_t index, std::uint64_t count) {
  constexpr std::uint32_t rounds = 8;
  unsigned half = 1;
  while (half < 31 && (std::uint64_t{1} << (2 * half)) < count) ++half;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  do {
    std::uint64_t left = index >> half, right = index & mask;
    for (std::uint32_t round = 0; round < rounds; ++round) {
      const std::uint64_t mixed = left ^ (random.block(right, 0, round).v[0] & mask);
      left = right;
      right = mixed;
    }
    index = (left << half) | right;
  } while (index >= count);
  return index;
}

data::System make_lattice(const data::Tiling& tiling, const LatticeParams& params, const std::string& units,
                          std::uint32_t seed) {
  const Region region("md/create");
  check_sphere(params);
  check_size(tiling, params);
  data::System system(tiling.comm());
  system.box = tiling.box();
  system.species = lattice_species(params, units);
  agree(tiling.comm(), [&] { fill(system.particles, own_sites(tiling, params), TypeOfSite(params, seed)); });
  if (system.particles.num_global() != num_sites(params))
    throw Error::internal("sites of the lattice have no owner or several");
  return system;
}

}  // namespace tessera::sim::md
