#include "sim/md/topology/excluded_pairs.hpp"

#include <algorithm>
#include <map>

#include "base/region.hpp"
#include "sim/md/topology/id_directory.hpp"
#include "sim/md/topology/topology.hpp"

namespace tessera::sim::md {

namespace {

using Words = std::vector<std::int64_t>;

/// Of a particle: partner, bonds apart.
using Partners = std::map<std::int64_t, std::map<std::int64_t, int>>;

void note(Partners& partners, std::int64_t atom, std::int64_t partner, int bonds) {
  if (atom != partner) partners[atom].emplace(partner, bonds);  // the first, least number stays
}

Words bonds_both_ways(const data::Particles& particles) {
  Words rows;
  for (const auto& table : topology_of(particles)) {
    if (table.name != "bonds") continue;
    for (std::size_t at = 0; at < table.rows.size(); at += 3)
      for (const std::size_t end : {1U, 2U}) rows.insert(rows.end(), {table.rows[at + end], table.rows[at + 3 - end]});
  }
  return rows;
}

Partners find_partners(const data::Particles& particles) {
  const IdDirectory directory(particles);
  Partners partners;
  std::map<std::int64_t, Words> bonded;
  const Words bonds = directory.deliver(bonds_both_ways(particles), 2, "bonds");
  for (std::size_t at = 0; at < bonds.size(); at += 2) {
    auto& known = bonded[bonds[at]];
    if (std::find(known.begin(), known.end(), bonds[at + 1]) == known.end()) known.push_back(bonds[at + 1]);
    note(partners, bonds[at], bonds[at + 1], 1);
  }
  // The middle atom tells each of its partners about the others: (told, other, middle).
  Words tales;
  for (const auto& [middle, ends] : bonded)
    for (const auto told : ends)
      for (const auto other : ends)
        if (told != other) tales.insert(tales.end(), {told, other, middle});
  const Words heard = directory.deliver(tales, 3, "bonds");
  for (std::size_t at = 0; at < heard.size(); at += 3) note(partners, heard[at], heard[at + 1], 2);
  // And these tell theirs, but for the middle atom itself.
  Words further;
  for (std::size_t at = 0; at < heard.size(); at += 3)
    for (const auto told : bonded[heard[at]])
      if (told != heard[at + 2]) further.insert(further.end(), {told, heard[at + 1]});
  const Words third = directory.deliver(further, 2, "bonds");
  for (std::size_t at = 0; at < third.size(); at += 2) note(partners, third[at], third[at + 1], 3);
  return partners;
}

}  // namespace

std::array<bool, 3> excluded_kinds(const SpecialParams& special) {
  const auto& coulomb = special.coulomb.empty() ? special.lj : special.coulomb;
  std::array<bool, 3> kinds{};
  for (std::size_t n = 0; n < 3; ++n) kinds[n] = special.lj[n] != 1.0 || coulomb[n] != 1.0;
  return kinds;
}

void find_excluded_pairs(data::System& system, const std::array<bool, 3>& wanted) {
  const Region region("md/find_excluded_pairs");
  auto& particles = system.particles;
  if (!has_topology(particles)) return;
  auto partners = find_partners(particles);
  std::size_t most = 1;  // bonded terms need the column's index even if nothing is left out
  for (auto& [atom, all] : partners) {
    std::erase_if(all, [&](const auto& one) { return !wanted[static_cast<std::size_t>(one.second) - 1]; });
    most = std::max(most, all.size());
  }
  const int slots = particles.comm().all_reduce(static_cast<int>(most), Op::max);
  auto& columns = particles.columns();
  std::erase_if(columns, [](const auto& column) { return column.name == data::excluded_column; });
  particles.add<std::int64_t>(data::excluded_column, slots, data::Column::saved);
  const auto column = Kokkos::create_mirror_view(particles.get<std::int64_t>(data::excluded_column));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  for (int i = 0; i < particles.num_owned(); ++i) {
    int slot = 0;
    for (const auto& [partner, bonds] : partners[id(i, 0)]) column(i, slot++) = data::excluded_entry(partner, bonds);
  }
  Kokkos::deep_copy(particles.get<std::int64_t>(data::excluded_column), column);
}

}  // namespace tessera::sim::md
