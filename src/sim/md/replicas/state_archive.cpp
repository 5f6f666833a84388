#include "sim/md/replicas/state_archive.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "data/io/host_rows.hpp"
#include "sim/md/replicas/move_rows.hpp"

namespace tessera::sim::md {

namespace {

bool is_rows(StateArchive::Kind kind) {
  return kind == StateArchive::Kind::integer_rows || kind == StateArchive::Kind::real_rows;
}

template <class To, class From>
std::vector<To> converted(const std::vector<From>& values) {
  std::vector<To> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(), [](From value) { return static_cast<To>(value); });
  return result;
}

std::string column_name(std::string_view particles, const std::string& column) {
  return std::string(particles) + "." + column;
}

template <class T>
void broadcast(const Comm& comm, std::vector<T>& values, int root) {
  auto count = static_cast<std::int64_t>(values.size());
  comm.broadcast(count, root);
  values.resize(static_cast<std::size_t>(count));
  comm.broadcast_bytes(values.data(), values.size() * sizeof(T), root);
}

/// All named values of an archive, one behind the other, and a line for every entry.
struct Packed {
  std::string list, texts;
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
};

Packed pack(const StateArchive& archive) {
  Packed packed;
  for (const auto& entry : archive.entries) {
    const bool rows = is_rows(entry.kind);
    const std::size_t length = rows ? 0 : std::max({entry.text.size(), entry.integers.size(), entry.reals.size()});
    packed.list +=
        fmt::format("{} {} {} {}\n", static_cast<std::int64_t>(entry.kind), entry.components, length, entry.name);
    if (rows) continue;
    packed.texts += entry.text;
    packed.integers.insert(packed.integers.end(), entry.integers.begin(), entry.integers.end());
    packed.reals.insert(packed.reals.end(), entry.reals.begin(), entry.reals.end());
  }
  return packed;
}

/// Rows are empty.
StateArchive unpack(const Packed& packed) {
  StateArchive archive;
  std::istringstream lines(packed.list);
  std::size_t text = 0, integer = 0, real = 0;
  const auto bad = [] { return Error::input("the checkpoint of this stage has parts of the wrong size"); };
  const auto cut = [&](const auto& from, std::size_t& begin, std::size_t length) {
    if (length > from.size() - begin) throw bad();
    begin += length;
    return std::pair{from.begin() + static_cast<std::ptrdiff_t>(begin - length),
                     from.begin() + static_cast<std::ptrdiff_t>(begin)};
  };
  std::int64_t kind = 0;
  std::size_t length = 0;
  StateArchive::Entry entry;
  while (lines >> kind >> entry.components >> length && std::getline(lines >> std::ws, entry.name)) {
    if (kind < 0 || kind > static_cast<std::int64_t>(StateArchive::Kind::real_rows) || entry.components < 1)
      throw bad();
    StateArchive::Entry& added = archive.entries.emplace_back(entry);
    added.kind = static_cast<StateArchive::Kind>(kind);
    if (added.kind == StateArchive::Kind::text) {
      const auto [begin, end] = cut(packed.texts, text, length);
      added.text.assign(begin, end);
    } else if (added.kind == StateArchive::Kind::integer || added.kind == StateArchive::Kind::integers) {
      const auto [begin, end] = cut(packed.integers, integer, length);
      added.integers.assign(begin, end);
    } else if (added.kind == StateArchive::Kind::real || added.kind == StateArchive::Kind::reals) {
      const auto [begin, end] = cut(packed.reals, real, length);
      added.reals.assign(begin, end);
    }
  }
  return archive;
}

}  // namespace

void ArchiveWriter::put(std::string_view name, std::int64_t value) {
  archive_.entries.push_back({.kind = StateArchive::Kind::integer, .name = std::string(name), .integers = {value}});
}
void ArchiveWriter::put(std::string_view name, double value) {
  archive_.entries.push_back({.kind = StateArchive::Kind::real, .name = std::string(name), .reals = {value}});
}
void ArchiveWriter::put(std::string_view name, const std::string& value) {
  archive_.entries.push_back({.kind = StateArchive::Kind::text, .name = std::string(name), .text = value});
}
void ArchiveWriter::put(std::string_view name, const std::vector<double>& values) {
  archive_.entries.push_back({.kind = StateArchive::Kind::reals, .name = std::string(name), .reals = values});
}
void ArchiveWriter::put(std::string_view name, const std::vector<std::int64_t>& values) {
  archive_.entries.push_back({.kind = StateArchive::Kind::integers, .name = std::string(name), .integers = values});
}
void ArchiveWriter::put_rows(std::string_view name, const std::vector<double>& values, int components) {
  archive_.entries.push_back(
      {.kind = StateArchive::Kind::real_rows, .name = std::string(name), .components = components, .reals = values});
}
void ArchiveWriter::put_rows(std::string_view name, const std::vector<std::int64_t>& values, int components) {
  archive_.entries.push_back({.kind = StateArchive::Kind::integer_rows,
                              .name = std::string(name),
                              .components = components,
                              .integers = values});
}

void ArchiveWriter::put_particles(std::string_view name, const data::Particles& particles) {
  const auto rows = static_cast<std::size_t>(particles.num_owned());
  for (const auto& column : particles.columns()) {
    if (!data::has(column.flags, data::Column::saved)) continue;
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          const auto values = data::host_rows<T>(view, rows);
          const std::string entry = column_name(name, column.name);
          if constexpr (std::is_same_v<T, double>)
            put_rows(entry, values, column.components);
          else
            put_rows(entry, converted<std::int64_t>(values), column.components);
        },
        column.data);
  }
}

void ArchiveWriter::put_field(std::string_view name, const data::Field&) {
  throw Error::internal(fmt::format("state '{}': fields do not live in groups of ranks", name));
}

bool ArchiveReader::has(std::string_view name) const {
  return std::any_of(archive_.entries.begin(), archive_.entries.end(),
                     [&](const StateArchive::Entry& entry) { return entry.name == name; });
}

const StateArchive::Entry& ArchiveReader::find(std::string_view name, StateArchive::Kind kind) const {
  for (const auto& entry : archive_.entries)
    if (entry.name == name && entry.kind == kind) return entry;
  throw Error::input(fmt::format("the checkpoint of this stage has no '{}' of the kind that is needed", name));
}

void ArchiveReader::get(std::string_view name, std::int64_t& value) {
  value = find(name, StateArchive::Kind::integer).integers.at(0);
}
void ArchiveReader::get(std::string_view name, double& value) {
  value = find(name, StateArchive::Kind::real).reals.at(0);
}
void ArchiveReader::get(std::string_view name, std::string& value) {
  value = find(name, StateArchive::Kind::text).text;
}
void ArchiveReader::get(std::string_view name, std::vector<double>& values) {
  values = find(name, StateArchive::Kind::reals).reals;
}
void ArchiveReader::get(std::string_view name, std::vector<std::int64_t>& values) {
  values = find(name, StateArchive::Kind::integers).integers;
}
void ArchiveReader::get_rows(std::string_view name, std::vector<double>& values, int components) {
  const auto& entry = find(name, StateArchive::Kind::real_rows);
  if (entry.components != components)
    throw Error::input(fmt::format("the checkpoint of this stage has '{}' of another width", name));
  values = entry.reals;
}
void ArchiveReader::get_rows(std::string_view name, std::vector<std::int64_t>& values, int components) {
  const auto& entry = find(name, StateArchive::Kind::integer_rows);
  if (entry.components != components)
    throw Error::input(fmt::format("the checkpoint of this stage has '{}' of another width", name));
  values = entry.integers;
}

void ArchiveReader::get_particles(std::string_view name, data::Particles& particles) {
  const auto& id = find(column_name(name, "id"), StateArchive::Kind::integer_rows);
  const std::size_t rows = id.integers.size();
  particles.resize_owned(static_cast<std::int64_t>(rows));
  for (const auto& column : particles.columns()) {
    if (!data::has(column.flags, data::Column::saved)) continue;
    const std::string entry = column_name(name, column.name);
    const auto check = [&](std::size_t values) {
      if (values != rows * static_cast<std::size_t>(column.components))
        throw Error::input(fmt::format("the checkpoint of this stage has '{}' of the wrong size", entry));
    };
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          if constexpr (std::is_same_v<T, double>) {
            const auto& values = find(entry, StateArchive::Kind::real_rows).reals;
            check(values.size());
            data::set_host_rows<T>(view, rows, values);
          } else {
            const auto& values = find(entry, StateArchive::Kind::integer_rows).integers;
            check(values.size());
            data::set_host_rows<T>(view, rows, converted<T>(values));
          }
        },
        column.data);
  }
}

void ArchiveReader::get_field(std::string_view name, data::Field&) {
  throw Error::internal(fmt::format("state '{}': fields do not live in groups of ranks", name));
}

void put_archive(data::StateWriter& writer, const std::string& part, const StateArchive& archive, const Comm& comm,
                 int first) {
  Packed packed = pack(archive);
  comm.broadcast(packed.list, first);
  comm.broadcast(packed.texts, first);
  broadcast(comm, packed.integers, first);
  broadcast(comm, packed.reals, first);
  writer.put(part + ".entries", packed.list);
  writer.put(part + ".texts", packed.texts);
  writer.put(part + ".integers", packed.integers);
  writer.put(part + ".reals", packed.reals);
  const bool is_owner = !archive.entries.empty();
  const StateArchive outline = unpack(packed);
  for (std::size_t n = 0; n < outline.entries.size(); ++n) {
    const StateArchive::Entry& entry = is_owner ? archive.entries[n] : outline.entries[n];
    const std::string name = part + "." + entry.name;
    if (entry.kind == StateArchive::Kind::integer_rows) writer.put_rows(name, entry.integers, entry.components);
    if (entry.kind == StateArchive::Kind::real_rows) writer.put_rows(name, entry.reals, entry.components);
  }
}

StateArchive get_archive(data::StateReader& reader, const std::string& part, const Comm& comm, int first, int end) {
  Packed packed;
  reader.get(part + ".entries", packed.list);
  reader.get(part + ".texts", packed.texts);
  reader.get(part + ".integers", packed.integers);
  reader.get(part + ".reals", packed.reals);
  StateArchive archive = unpack(packed);
  const auto fill = [&](const std::string& name, auto& values, int components) {
    reader.get_rows(part + "." + name, values, components);
    if (!reader.same_ranks()) values = move_rows(comm, values, components, first, end);
  };
  for (auto& entry : archive.entries) {
    if (entry.kind == StateArchive::Kind::integer_rows) fill(entry.name, entry.integers, entry.components);
    if (entry.kind == StateArchive::Kind::real_rows) fill(entry.name, entry.reals, entry.components);
  }
  return archive;
}

}  // namespace tessera::sim::md
