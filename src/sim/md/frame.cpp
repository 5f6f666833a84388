#include "sim/md/frame.hpp"

#include <sstream>

#include "base/error.hpp"
#include "sim/md/topology/coefficients.hpp"

namespace tessera::sim::md {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void add_column(data::Particles& particles, const OwnColumn& column) {
  if (particles.has_column(column.name)) return;
  if (column.kind == 0) particles.add<double>(column.name, column.components, column.flags, column.unit);
  if (column.kind == 1) particles.add<int>(column.name, column.components, column.flags, column.unit);
  if (column.kind == 2) particles.add<std::int64_t>(column.name, column.components, column.flags, column.unit);
}

}  // namespace

std::vector<OwnColumn> own_columns(const data::Particles& particles) {
  std::vector<OwnColumn> columns;
  for (const auto& column : particles.columns())
    columns.push_back({column.name, column.unit, column.components, column.flags, column.data.index()});
  return columns;
}

void save_frame(data::StateWriter& writer, const data::System& system, const std::vector<OwnColumn>& columns) {
  std::vector<double> box;
  for (int c = 0; c < 3; ++c) box.push_back(system.box.origin[c]);
  for (const auto& vector : system.box.cell) box.insert(box.end(), vector, vector + 3);
  writer.put("box", box);
  const auto& periodic = system.box.is_periodic;
  writer.put("periodic", std::vector<std::int64_t>(periodic, periodic + 3));

  std::string names;
  std::vector<double> masses;
  for (const auto& species : system.species) {
    names += species.name + "\n";
    masses.push_back(species.mass);
  }
  writer.put("species", names);
  writer.put("masses", masses);

  std::string texts;
  std::vector<std::int64_t> numbers;
  for (const auto& column : columns) {
    texts += column.name + "\n" + column.unit + "\n";
    numbers.push_back(column.components);
    numbers.push_back(static_cast<std::int64_t>(column.flags));
    numbers.push_back(static_cast<std::int64_t>(column.kind));
  }
  writer.put("column_names", texts);
  writer.put("column_kinds", numbers);
  writer.put("coefficients", to_text(system.coefficients));
}

data::System restore_frame(data::StateReader& reader, const Comm& comm) {
  data::System system(comm);
  std::vector<double> box, masses;
  std::vector<std::int64_t> periodic, numbers;
  std::string names, texts;
  reader.get("box", box);
  reader.get("periodic", periodic);
  reader.get("species", names);
  reader.get("masses", masses);
  reader.get("column_names", texts);
  reader.get("column_kinds", numbers);
  if (reader.has("coefficients")) {
    std::string coefficients;
    reader.get("coefficients", coefficients);
    system.coefficients = coefficients_from_text(coefficients);
  }
  const auto species = lines_of(names), columns = lines_of(texts);
  if (box.size() != 12 || periodic.size() != 3 || species.size() != masses.size() ||
      3 * columns.size() != 2 * numbers.size())
    throw Error::input("the checkpoint of this stage has parts of the wrong size");

  double cell[3][3];
  for (std::size_t n = 0; n < 9; ++n) cell[n / 3][n % 3] = box[3 + n];
  system.box =
      data::Box::triclinic({box[0], box[1], box[2]}, cell, {periodic[0] != 0, periodic[1] != 0, periodic[2] != 0});
  for (std::size_t t = 0; t < species.size(); ++t) system.species.push_back({species[t], masses[t]});
  for (std::size_t n = 0; 2 * n < columns.size(); ++n)
    add_column(system.particles,
               {columns[2 * n], columns[2 * n + 1], static_cast<int>(numbers[3 * n]),
                static_cast<data::Column>(numbers[3 * n + 1]), static_cast<std::size_t>(numbers[3 * n + 2])});
  return system;
}

}  // namespace tessera::sim::md
