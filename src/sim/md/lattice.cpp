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

/// Cells along d that may have sites in this tile.
std::pair<std::int64_t, std::int64_t> cell_range(const data::Tiling& tiling, int d, std::int64_t cells) {
  const auto count = static_cast<double>(cells);
  const auto first = static_cast<std::int64_t>(std::floor(tiling.low(d) * count)) - 1;
  const auto last = static_cast<std::int64_t>(std::ceil(tiling.high(d) * count)) + 1;
  return {std::max<std::int64_t>(first, 0), std::min(last, cells)};
}

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
  std::pair<std::int64_t, std::int64_t> range[3];
  for (int d = 0; d < 3; ++d) range[d] = cell_range(tiling, d, params.cells[static_cast<std::size_t>(d)]);
  std::vector<Site> sites;
  for (auto iz = range[2].first; iz < range[2].second; ++iz)
    for (auto iy = range[1].first; iy < range[1].second; ++iy)
      for (auto ix = range[0].first; ix < range[0].second; ++ix)
        for (int n = 0; n < per_cell; ++n) {
          const Vec3 s = site(params.kind, n);
          const Vec3 x{(static_cast<double>(ix) + s[0]) * edge, (static_cast<double>(iy) + s[1]) * edge,
                       (static_cast<double>(iz) + s[2]) * edge};
          if (tiling.owner(tiling.box().to_fractional(x)) != tiling.rank()) continue;
          sites.push_back({((iz * params.cells[1] + iy) * params.cells[0] + ix) * per_cell + n + 1, x});
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

void fill(data::Particles& particles, const std::vector<Site>& sites, const TypeOfId& type_of_id) {
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
    host_type(i, 0) = type_of_id(sites[i].id);
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
  return sites_per_cell(params.kind) * params.cells[0] * params.cells[1] * params.cells[2];
}

data::Box lattice_box(const LatticeParams& params) {
  const double edge = cell_edge(params);
  Vec3 length{};
  for (int d = 0; d < 3; ++d) length[d] = static_cast<double>(params.cells[static_cast<std::size_t>(d)]) * edge;
  return data::Box::orthogonal({0, 0, 0}, length);
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
  check_size(tiling, params);
  data::System system(tiling.comm());
  system.box = tiling.box();
  system.species = lattice_species(params, units);
  agree(tiling.comm(), [&] { fill(system.particles, own_sites(tiling, params), TypeOfId(params, seed)); });
  if (system.particles.num_global() != num_sites(params))
    throw Error::internal("sites of the lattice have no owner or several");
  return system;
}

}  // namespace tessera::sim::md
