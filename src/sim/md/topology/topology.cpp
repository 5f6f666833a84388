#include "sim/md/topology/topology.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "sim/md/topology/id_directory.hpp"

namespace tessera::sim::md {

namespace {

using Words = std::vector<std::int64_t>;

const TopologyKind& kind_of(const data::TopologyTable& table) {
  for (const auto& kind : topology_kinds)
    if (table.name == kind.name && table.ids_per_row == kind.ids_per_row) return kind;
  throw Error::input(
      fmt::format("a topology table \"{}\" of {} particles a row cannot be simulated; bonds, angles, "
                  "dihedrals and impropers can",
                  table.name, table.ids_per_row));
}

void check_rows(const data::TopologyTable& table) {
  const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
  for (std::size_t at = 0; at + width <= table.rows.size(); at += width) {
    const std::vector<std::int64_t> row(table.rows.begin() + static_cast<std::ptrdiff_t>(at),
                                        table.rows.begin() + static_cast<std::ptrdiff_t>(at + width));
    const std::set<std::int64_t> ids(row.begin() + 1, row.end());
    if (ids.size() + 1 != width)
      throw Error::input(fmt::format("{}: a particle appears twice among {}", table.name,
                                     fmt::join(row.begin() + 1, row.end(), ", ")));
    if (row[0] < 1) throw Error::input(fmt::format("{} have type {}; types count from 1", table.name, row[0]));
  }
}

/// Rows (carrier, type, the other ids).
Words by_carrier(const data::TopologyTable& table, const TopologyKind& kind) {
  const auto width = static_cast<std::size_t>(kind.ids_per_row) + 1;
  const auto carrier = static_cast<std::size_t>(kind.carrier) + 1;
  Words rows;
  for (std::size_t at = 0; at < table.rows.size(); at += width) {
    rows.push_back(table.rows[at + carrier]);
    rows.push_back(table.rows[at]);
    for (std::size_t n = 1; n < width; ++n)
      if (n != carrier) rows.push_back(table.rows[at + n]);
  }
  return rows;
}

/// Collective. Every id must have a particle, not only the carriers'.
void check_members(const IdDirectory& directory, const data::TopologyTable& table) {
  Words ids;
  const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
  for (std::size_t at = 0; at < table.rows.size(); ++at)
    if (at % width != 0) ids.push_back(table.rows[at]);
  directory.deliver(ids, 1, table.name);
}

void add_column(data::Particles& particles, const TopologyKind& kind, const Words& rows) {
  const auto width = static_cast<std::size_t>(kind.ids_per_row) + 1;
  const int slot = kind.ids_per_row;  // numbers of one: the type and the other ids
  std::int64_t most = 0, run = 0;
  for (std::size_t at = 0; at < rows.size(); at += width) {
    run = at > 0 && rows[at] == rows[at - width] ? run + 1 : 1;
    most = std::max(most, run);
  }
  most = particles.comm().all_reduce(most, Op::max);
  if (most == 0) return;
  particles.add<std::int64_t>(kind.name, static_cast<int>(most) * slot, data::Column::saved);
  const auto column = Kokkos::create_mirror_view(particles.get<std::int64_t>(kind.name));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  std::map<std::int64_t, int> row_of;
  for (int i = 0; i < particles.num_owned(); ++i) row_of[id(i, 0)] = i;
  run = 0;
  for (std::size_t at = 0; at < rows.size(); at += width) {
    run = at > 0 && rows[at] == rows[at - width] ? run + 1 : 0;
    const int row = row_of.at(rows[at]);
    for (int n = 0; n < slot; ++n)
      column(row, static_cast<int>(run) * slot + n) = rows[at + static_cast<std::size_t>(n) + 1];
  }
  Kokkos::deep_copy(particles.get<std::int64_t>(kind.name), column);
}

}  // namespace

bool has_topology(const data::Particles& particles) {
  return std::any_of(topology_kinds.begin(), topology_kinds.end(),
                     [&](const TopologyKind& kind) { return particles.has_column(kind.name); });
}

void attach_topology(data::System& system) {
  const Region region("md/attach_topology");
  const Comm& comm = system.particles.comm();
  if (comm.all_reduce(static_cast<int>(system.topology.size()), Op::max) == 0) return;
  agree(comm, [&] {
    for (const auto& table : system.topology) {
      kind_of(table);
      check_rows(table);
    }
  });
  const IdDirectory directory(system.particles);
  for (const auto& kind : topology_kinds) {  // all ranks in step, whatever tables each of them has
    data::TopologyTable all{kind.name, kind.ids_per_row, {}};
    for (const auto& table : system.topology)
      if (table.name == kind.name) all.rows.insert(all.rows.end(), table.rows.begin(), table.rows.end());
    check_members(directory, all);
    const auto width = static_cast<std::size_t>(kind.ids_per_row) + 1;
    add_column(system.particles, kind, directory.deliver(by_carrier(all, kind), width, kind.name));
  }
  system.topology.clear();
}

std::vector<data::TopologyTable> topology_of(const data::Particles& particles) {
  std::vector<data::TopologyTable> tables;
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  for (const auto& kind : topology_kinds) {
    if (!particles.has_column(kind.name)) continue;
    const auto column =
        Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>(kind.name));
    data::TopologyTable table{kind.name, kind.ids_per_row, {}};
    const int slots = static_cast<int>(column.extent(1)) / kind.ids_per_row;
    for (int i = 0; i < particles.num_owned(); ++i)
      for (int slot = 0; slot < slots && column(i, slot * kind.ids_per_row) != 0; ++slot) {
        int next = slot * kind.ids_per_row;
        table.rows.push_back(column(i, next++));
        for (int n = 0; n < kind.ids_per_row; ++n)
          table.rows.push_back(n == kind.carrier ? id(i, 0) : column(i, next++));
      }
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace tessera::sim::md
