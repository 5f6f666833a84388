#include "systems.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/agree.hpp"
#include "base/random.hpp"

namespace tessera::test {

namespace {

using namespace data;

void fill_columns(System& system, const SystemKind& kind, const std::vector<int>& mine) {
  auto& particles = system.particles;
  const Random random(11, RandomPurpose::test);
  const auto position = Kokkos::create_mirror_view(particles.get<double>("position"));
  const auto image = Kokkos::create_mirror_view(particles.get<int>("image"));
  const auto id = Kokkos::create_mirror_view(particles.get<std::int64_t>("id"));
  const auto type = Kokkos::create_mirror_view(particles.get<int>("type"));
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const auto n = static_cast<std::uint64_t>(mine[i]);
    const auto u = random.uniform(n, 0), v = random.uniform(n, 1);
    const Vec3 x = system.box.to_cartesian({u.first, u.second, v.first});
    for (int d = 0; d < 3; ++d) {
      position(i, d) = x[d];
      image(i, d) = system.box.is_periodic[d] ? mine[i] % (3 + d) - 1 : 0;
    }
    id(i, 0) = 1 + mine[i] * kind.id_stride;
    type(i, 0) = static_cast<int>(v.second * 3);
  }
  Kokkos::deep_copy(particles.get<double>("position"), position);
  Kokkos::deep_copy(particles.get<int>("image"), image);
  Kokkos::deep_copy(particles.get<std::int64_t>("id"), id);
  Kokkos::deep_copy(particles.get<int>("type"), type);
}

void add_random_column(System& system, const char* name, int components, std::uint64_t step,
                       const std::vector<int>& mine) {
  system.particles.add<double>(name, components, Column::saved | Column::output, name);
  const auto column = system.particles.get<double>(name);
  const auto host = Kokkos::create_mirror_view(column);
  const Random random(12, RandomPurpose::test);
  for (std::size_t i = 0; i < mine.size(); ++i)
    for (int c = 0; c < components; ++c)
      host(i, c) = random.normal(static_cast<std::uint64_t>(mine[i]), step, static_cast<std::uint32_t>(c)).first;
  Kokkos::deep_copy(column, host);
}

void add_topology(System& system, const SystemKind& kind) {
  const auto& comm = system.particles.comm();
  const char* names[] = {"bonds", "angles", "dihedrals", "impropers"};
  const int widths[] = {2, 3, 4, 4};
  for (int n = 0; n < 4; ++n) {
    TopologyTable table{names[n], widths[n], {}};
    const int rows = kind.particles - 4;
    for (int row = rows * comm.rank() / comm.size(); row < rows * (comm.rank() + 1) / comm.size(); ++row) {
      table.rows.push_back(1 + row % (n + 1));
      for (int k = 0; k < widths[n]; ++k) table.rows.push_back(1 + (row + k) * kind.id_stride);
    }
    system.topology.push_back(table);
  }
}

}  // namespace

System make_system(const SystemKind& kind, const Comm& comm) {
  System system(comm);
  const std::array<bool, 3> periodic{!kind.is_open, true, !kind.is_open};
  const double cell[3][3] = {
      {7.25, 0, 0}, {kind.is_triclinic ? -1.5 : 0, 6.5, 0}, {0, kind.is_triclinic ? 2.125 : 0, 9}};
  system.box = Box::triclinic({0, 0, 0}, cell, periodic);
  system.species = {{"Ar", 39.948}, {"Kr", 83.798}, {"X1", 1.0 / 3.0}};
  system.step = 1200;
  system.time = 0.1 + 0.2;
  std::vector<int> mine;
  for (int n = 0; n < kind.particles; ++n)
    if ((n * 7 + 3) % comm.size() == comm.rank()) mine.push_back(kind.particles - 1 - n);
  system.particles.resize_owned(static_cast<int>(mine.size()));
  fill_columns(system, kind, mine);
  if (kind.has_velocity) add_random_column(system, "velocity", 3, 1, mine);
  if (kind.has_force) add_random_column(system, "force", 3, 2, mine);
  if (kind.has_charge) add_random_column(system, "charge", 1, 3, mine);
  if (kind.has_molecule) {
    system.particles.add<std::int64_t>("molecule", 1, Column::saved | Column::output);
    const auto column = system.particles.get<std::int64_t>("molecule");
    const auto host = Kokkos::create_mirror_view(column);
    for (std::size_t i = 0; i < mine.size(); ++i) host(i, 0) = 1 + mine[i] / 5;
    Kokkos::deep_copy(column, host);
  }
  if (kind.has_topology) add_topology(system, kind);
  return system;
}

namespace {

/// All values of all ranks, in the order of ranks.
template <class T>
std::vector<T> gather(const std::vector<T>& here) {
  std::vector<Comm::Message> outgoing;
  const auto* begin = reinterpret_cast<const std::byte*>(here.data());
  for (int rank = 0; rank < comm().size(); ++rank)
    outgoing.emplace_back(rank, std::vector<std::byte>(begin, begin + here.size() * sizeof(T)));
  std::vector<T> all;
  for (const auto& [rank, content] : comm().sparse_exchange(outgoing)) {
    const std::size_t old = all.size();
    all.resize(old + content.size() / sizeof(T));
    if (!content.empty()) std::memcpy(all.data() + old, content.data(), content.size());
  }
  return all;
}

void append_column(const Particles& particles, const std::string& name, std::vector<Row>& rows) {
  for (const auto& column : particles.columns()) {
    if (column.name != name) continue;
    std::visit(
        [&](const auto& view) {
          const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
          for (std::size_t i = 0; i < rows.size(); ++i)
            for (int c = 0; c < column.components; ++c) rows[i].values.push_back(static_cast<double>(host(i, c)));
        },
        column.data);
  }
}

}  // namespace

std::vector<Row> gather_rows(const System& system, const std::vector<std::string>& columns) {
  std::vector<Row> rows(static_cast<std::size_t>(system.particles.num_owned()));
  append_column(system.particles, "id", rows);
  for (const auto& name : columns) append_column(system.particles, name, rows);
  std::vector<double> values;
  for (const auto& row : rows) values.insert(values.end(), row.values.begin(), row.values.end());
  const int width = comm().all_reduce(rows.empty() ? 0 : static_cast<int>(rows[0].values.size()), Op::max);
  values = gather(values);
  rows.clear();
  for (std::size_t i = 0; i < values.size(); i += static_cast<std::size_t>(width)) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i);
    rows.push_back({static_cast<std::int64_t>(*begin), std::vector<double>(begin + 1, begin + width)});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return rows;
}

std::vector<std::int64_t> gather_topology(const System& system, const std::string& name) {
  std::vector<std::int64_t> here;
  for (const auto& table : system.topology)
    if (table.name == name) here = table.rows;
  return gather(here);
}

std::string write_file(const std::string& name, const std::string& content) {
  const std::string path = scratch_folder() + "/" + name;
  agree(comm(), [&] {
    if (comm().is_root()) std::ofstream(path, std::ios::binary) << content;
  });
  return path;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace tessera::test
