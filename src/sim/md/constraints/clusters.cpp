#include "sim/md/constraints/clusters.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numbers>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "sim/md/topology/coefficients.hpp"
#include "sim/md/topology/id_directory.hpp"
#include "sim/md/topology/topology.hpp"

namespace tessera::sim::md {

namespace {

using Words = std::vector<std::int64_t>;

/// Of an atom: the other atoms of its rigid bonds and their types.
using Bonds = std::map<std::int64_t, std::map<std::int64_t, std::int64_t>>;

struct Cluster {
  std::int64_t angle_type = 0;
  std::map<std::int64_t, std::int64_t> bonds;  ///< type by partner
};

double length_of(const std::vector<double>& lengths, std::int64_t type) {
  return type >= 1 && type <= static_cast<std::int64_t>(lengths.size()) ? lengths[static_cast<std::size_t>(type) - 1]
                                                                        : 0.0;
}

const data::TopologyTable* table_of(const std::vector<data::TopologyTable>& tables, const char* name) {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.name == name; });
  return found == tables.end() ? nullptr : &*found;
}

/// Collective. Rows (atom, partner, type) both ways, to the owner of the atom.
Bonds rigid_bonds(const IdDirectory& directory, const data::TopologyTable* table, const RigidTypes& types) {
  Words rows;
  for (std::size_t at = 0; table != nullptr && at < table->rows.size(); at += 3) {
    const auto type = table->rows[at], a = table->rows[at + 1], b = table->rows[at + 2];
    if (length_of(types.bond_length, type) > 0.0) rows.insert(rows.end(), {a, b, type, b, a, type});
  }
  Bonds bonds;
  const Words mine = directory.deliver(rows, 3, "bonds");
  for (std::size_t at = 0; at < mine.size(); at += 3) bonds[mine[at]].emplace(mine[at + 1], mine[at + 2]);
  return bonds;
}

[[noreturn]] void refuse_chain(std::int64_t a, std::int64_t b) {
  throw Error::input(fmt::format(
      "rigid bonds of particles {} and {} make a chain or a ring; they can hold one middle atom with up to {} others, "
      "each bound to nothing else, such as a carbon with its hydrogens: make one of these types harmonic",
      a, b, most_partners));
}

/// Collective. The bonds of each middle atom that this rank has.
std::map<std::int64_t, Cluster> middles(const IdDirectory& directory, const Comm& comm, const Bonds& bonds) {
  Words degrees;
  for (const auto& [atom, partners] : bonds)
    for (const auto& [partner, type] : partners)
      degrees.insert(degrees.end(), {partner, atom, static_cast<std::int64_t>(partners.size())});
  const Words heard = directory.deliver(degrees, 3, "bonds");
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> degree_of;  // (own atom, partner)
  for (std::size_t at = 0; at < heard.size(); at += 3) degree_of[{heard[at], heard[at + 1]}] = heard[at + 2];
  return agree(comm, [&] {
    std::map<std::int64_t, Cluster> clusters;
    for (const auto& [atom, partners] : bonds) {
      if (partners.size() > static_cast<std::size_t>(most_partners))
        throw Error::input(fmt::format("particle {} has {} rigid bonds; at most {} are possible", atom, partners.size(),
                                       most_partners));
      const bool is_pair = partners.size() == 1 && degree_of.at({atom, partners.begin()->first}) == 1;
      for (const auto& [partner, type] : partners)
        if (partners.size() > 1 && degree_of.at({atom, partner}) > 1) refuse_chain(atom, partner);
      if (partners.size() > 1 || (is_pair && atom < partners.begin()->first)) clusters[atom].bonds = partners;
    }
    return clusters;
  });
}

void add_angles(std::map<std::int64_t, Cluster>& clusters, const data::TopologyTable* table, const RigidTypes& types) {
  for (std::size_t at = 0; table != nullptr && at < table->rows.size(); at += 4) {
    const auto type = table->rows[at], a = table->rows[at + 1], middle = table->rows[at + 2], b = table->rows[at + 3];
    if (length_of(types.angle, type) == 0.0) continue;
    const auto found = clusters.find(middle);
    const bool is_triangle = found != clusters.end() && found->second.bonds.size() == 2 &&
                             found->second.bonds.count(a) == 1 && found->second.bonds.count(b) == 1;
    if (!is_triangle)
      throw Error::input(
          fmt::format("the angle of particles {}, {} and {} is rigid; that is possible where particle "
                      "{} has two rigid bonds, to the other two and to nothing else",
                      a, middle, b, middle));
    found->second.angle_type = type;
  }
}

}  // namespace

bool RigidTypes::any() const {
  const auto is_given = [](double value) { return value > 0.0; };
  return std::any_of(bond_length.begin(), bond_length.end(), is_given) ||
         std::any_of(angle.begin(), angle.end(), is_given);
}

RigidTypes rigid_types(const MoleculeParams& deck, const data::System& system) {
  RigidTypes rigid;
  for (const auto& one : coefficients_of("bonds", deck, system))
    rigid.bond_length.push_back(one.style == "rigid" ? one.values[0] : 0.0);
  for (const auto& one : coefficients_of("angles", deck, system))
    rigid.angle.push_back(one.style == "rigid" ? one.values[0] * std::numbers::pi / 180.0 : 0.0);
  return rigid;
}

void find_clusters(data::System& system, const RigidTypes& types) {
  const Region region("md/find_clusters");
  auto& particles = system.particles;
  std::erase_if(particles.columns(), [](const auto& column) { return column.name == cluster_column; });
  if (!types.any() || !has_topology(particles)) return;
  const Comm& comm = particles.comm();
  const IdDirectory directory(particles);
  const auto tables = topology_of(particles);
  auto clusters = middles(directory, comm, rigid_bonds(directory, table_of(tables, "bonds"), types));
  agree(comm, [&] { add_angles(clusters, table_of(tables, "angles"), types); });

  std::size_t most = 0;
  for (const auto& [middle, cluster] : clusters) most = std::max(most, cluster.bonds.size());
  const int slots = comm.all_reduce(static_cast<int>(most), Op::max);
  if (slots == 0) return;
  particles.add<std::int64_t>(cluster_column, 1 + 2 * slots, data::Column::saved);
  const auto column = Kokkos::create_mirror_view(particles.get<std::int64_t>(cluster_column));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  for (int i = 0; i < particles.num_owned(); ++i) {
    const auto found = clusters.find(id(i, 0));
    if (found == clusters.end()) continue;
    column(i, 0) = found->second.angle_type;
    int slot = 1;
    for (const auto& [partner, type] : found->second.bonds) {
      column(i, slot++) = type;
      column(i, slot++) = partner;
    }
  }
  Kokkos::deep_copy(particles.get<std::int64_t>(cluster_column), column);
}

}  // namespace tessera::sim::md
