#include <fmt/core.h>

#include <iterator>
#include <set>

#include "base/agree.hpp"
#include "data/formats/extxyz.hpp"
#include "data/formats/row_table.hpp"
#include "data/formats/text_file.hpp"

namespace tessera::data {

namespace {

template <class... Args>
void put(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return result;
}

void check_species(const System& system) {
  for (const auto& species : system.species)
    if (species.name.empty() || species.name.find_first_of(" \t\r\n\"\\") != std::string::npos)
      throw Error::input(
          fmt::format("species '{}' cannot be written: its name is empty or has blanks or quotes", species.name));
}

/// Species are told apart by name; where names are not unique, numbers of types are written as well.
bool has_unique_names(const System& system) {
  std::set<std::string> names;
  for (const auto& species : system.species) names.insert(species.name);
  return names.size() == system.species.size();
}

/// Our columns and what they are called in the file.
struct Column {
  const char* name;
  const char* property;
};
constexpr Column columns[] = {{"position", "pos:R:3"},  {"velocity", "velo:R:3"}, {"force", "forces:R:3"},
                              {"charge", "charge:R:1"}, {"molecule", "mol:I:1"},  {"type", "type:I:1"},
                              {"id", "id:I:1"},         {"image", "image:I:3"}};

/// Collective. Image flags that are all zero are left out.
bool has_images(const Comm& comm, const RowTable& table) {
  const int image = table.first_word("image");
  int any = 0;
  for (std::size_t i = 0; i < table.num_rows(); ++i)
    for (int d = 0; d < 3; ++d)
      if (table.row(i)[image + d].integer != 0) any = 1;
  return comm.all_reduce(any, Op::max) != 0;
}

std::string format_header(const System& system, const std::string& properties, std::int64_t count) {
  std::string text = fmt::format("{}\nLattice=\"", count);
  for (int n = 0; n < 9; ++n) put(text, "{}{}", n > 0 ? " " : "", system.box.cell[n / 3][n % 3]);
  text += '"';
  const auto& origin = system.box.origin;
  if (origin[0] != 0.0 || origin[1] != 0.0 || origin[2] != 0.0)
    put(text, " Origin=\"{} {} {}\"", origin[0], origin[1], origin[2]);
  const auto flag = [&](int d) { return system.box.is_periodic[d] ? 'T' : 'F'; };
  put(text, " pbc=\"{} {} {}\" Properties={} type_names=\"", flag(0), flag(1), flag(2), properties);
  for (std::size_t t = 0; t < system.species.size(); ++t) put(text, "{}{}", t > 0 ? " " : "", system.species[t].name);
  text += "\" type_masses=\"";
  for (std::size_t t = 0; t < system.species.size(); ++t) put(text, "{}{}", t > 0 ? " " : "", system.species[t].mass);
  put(text, "\" Step={} Time={}", system.step, system.time);
  if (!system.title.empty()) put(text, " title=\"{}\"", escaped(system.title));
  return text + '\n';
}

std::string format_rows(const System& system, const RowTable& table, const std::vector<RowTable::Field>& written) {
  std::string text;
  const int type = table.first_word("type");
  for (std::size_t i = 0; i < table.num_rows(); ++i) {
    const RowTable::Word* row = table.row(i);
    text += system.species.at(static_cast<std::size_t>(row[type].integer)).name;
    for (const auto& field : written)
      for (int c = 0; c < field.components; ++c) {
        if (field.kind == RowTable::Kind::real)
          put(text, " {}", row[field.first + c].real);
        else
          put(text, " {}", row[field.first + c].integer + (field.name == "type" ? 1 : 0));
      }
    text += '\n';
  }
  return text;
}

}  // namespace

void write_extxyz(const Comm& comm, const std::string& path, const System& system) {
  check_species(system);
  std::vector<std::string> names;
  for (const auto& column : columns) names.emplace_back(column.name);
  RowTable table = rows_of(system.particles, names);
  sort_by_id(comm, table);
  check_finite(comm, table);

  std::string properties = "species:S:1";
  std::vector<RowTable::Field> written;
  const bool images = has_images(comm, table);
  for (const auto& column : columns)
    for (const auto& field : table.fields()) {
      if (field.name != column.name || (field.name == "image" && !images) ||
          (field.name == "type" && has_unique_names(system)))
        continue;
      properties += std::string(":") + column.property;
      written.push_back(field);
    }

  const std::int64_t count = comm.all_reduce(static_cast<std::int64_t>(table.num_rows()), Op::sum);
  const std::string text = agree(comm, [&] {
    const std::string rows = format_rows(system, table, written);
    return comm.is_root() ? format_header(system, properties, count) + rows : rows;
  });
  write_text_parts(comm, path, {text});
}

}  // namespace tessera::data
