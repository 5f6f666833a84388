#include "data/formats/eam_tables.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/agree.hpp"
#include "data/formats/elements.hpp"
#include "data/formats/number_stream.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

constexpr std::int64_t most_elements = 118;
constexpr std::int64_t most_nodes = std::int64_t{1} << 26;
constexpr double hartree_bohr = 27.2 * 0.529;  // eV A, as rounded by the authors of the format

/// "nrho drho nr dr cutoff"
struct GridLine {
  std::int64_t num_rho = 0, num_r = 0;
  double drho = 0.0, dr = 0.0, cutoff = 0.0;
};

GridLine read_grid(NumberStream& in) {
  const auto words = in.words(5, "the grid (nrho drho nr dr cutoff)");
  GridLine grid;
  grid.num_rho = in.integer(words[0], "the number of densities", fewest_eam_nodes, most_nodes);
  grid.drho = in.positive(words[1], "the spacing of densities");
  grid.num_r = in.integer(words[2], "the number of distances", fewest_eam_nodes, most_nodes);
  grid.dr = in.positive(words[3], "the spacing of distances");
  grid.cutoff = in.positive(words[4], "the cutoff");
  // Some files count the cutoff as one node more than they list.
  const double reach = static_cast<double>(grid.num_r) * grid.dr;
  if (grid.cutoff > reach * (1.0 + 1e-9))
    in.fail(fmt::format("the tables end at {}, before the cutoff {}", reach, grid.cutoff));
  return grid;
}

bool all_numbers(std::string_view line, std::size_t count) {
  std::vector<std::string_view> words;
  split_words(line, words);
  return words.size() >= count && std::all_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count),
                                              [](auto word) { return is_number(word); });
}

/// Second line: atomic number, mass, lattice constant, lattice; third: the grid.
bool looks_like_funcfl(const std::vector<std::string>& lines) {
  return lines.size() > 2 && all_numbers(lines[1], 3) && all_numbers(lines[2], 5);
}

EamTables read_funcfl(NumberStream& in) {
  in.line("a title");
  EamTables tables;
  auto& element = tables.elements.emplace_back();
  const auto words = in.words(3, "atomic number, mass and lattice constant");
  element.name = element_symbol(static_cast<int>(in.integer(words[0], "an atomic number", 1, most_elements)));
  element.mass = in.positive(words[1], "the mass");
  const GridLine grid = read_grid(in);
  tables.drho = grid.drho;
  tables.dr = grid.dr;
  tables.cutoff = grid.cutoff;
  element.embedding = in.reals(grid.num_rho, "embedding energy");
  auto charge = in.reals(grid.num_r, "effective charge");
  for (double& z : charge) z = hartree_bohr * z * z;
  tables.r_phi.push_back(std::move(charge));
  element.density.push_back(in.reals(grid.num_r, "density"));
  in.end();
  return tables;
}

EamTables read_setfl(NumberStream& in, EamFormat format) {
  for (int n = 0; n < 3; ++n) in.line("one of three lines of comment");
  EamTables tables;
  const auto names = in.words(2, "the number of elements and their names");
  const auto count = static_cast<std::size_t>(in.integer(names[0], "the number of elements", 1, most_elements));
  if (names.size() != count + 1)
    in.fail(fmt::format("{} elements were announced, but {} names follow", count, names.size() - 1));
  for (std::size_t e = 0; e < count; ++e) {
    const std::string name(names[e + 1]);
    if (is_number(name)) in.fail(fmt::format("{} is a number; the name of an element was expected", in_quotes(name)));
    for (const auto& other : tables.elements)
      if (other.name == name) in.fail(fmt::format("the element {} is named twice", in_quotes(name)));
    tables.elements.emplace_back().name = name;
  }
  const GridLine grid = read_grid(in);
  tables.drho = grid.drho;
  tables.dr = grid.dr;
  tables.cutoff = grid.cutoff;
  for (auto& element : tables.elements) {
    const auto words = in.words(2, fmt::format("atomic number and mass of {}", element.name));
    in.integer(words[0], "an atomic number", 0, most_elements);
    element.mass = in.positive(words[1], "the mass");
    element.embedding = in.reals(grid.num_rho, fmt::format("embedding energy of {}", element.name));
    const std::size_t densities = format == EamFormat::fs ? count : 1;
    for (std::size_t n = 0; n < densities; ++n)
      element.density.push_back(in.reals(grid.num_r, fmt::format("density of {}", element.name)));
  }
  for (std::size_t a = 0; a < count; ++a)
    for (std::size_t b = 0; b <= a; ++b)
      tables.r_phi.push_back(in.reals(
          grid.num_r, fmt::format("r phi between {} and {}", tables.elements[a].name, tables.elements[b].name)));
  in.end();
  return tables;
}

void broadcast_tables(const Comm& comm, EamTables& tables) {
  auto count = tables.elements.size();
  comm.broadcast(count);
  tables.elements.resize(count);
  for (double* value : {&tables.drho, &tables.dr, &tables.cutoff}) comm.broadcast(*value);
  for (auto& element : tables.elements) {
    comm.broadcast(element.name);
    comm.broadcast(element.mass);
    broadcast_to_all(comm, element.embedding);
    auto densities = element.density.size();
    comm.broadcast(densities);
    element.density.resize(densities);
    for (auto& density : element.density) broadcast_to_all(comm, density);
  }
  tables.r_phi.resize(count * (count + 1) / 2);
  for (auto& r_phi : tables.r_phi) broadcast_to_all(comm, r_phi);
}

}  // namespace

EamTables read_eam(const Comm& comm, const std::string& path, EamFormat format) {
  EamTables tables;
  agree(comm, [&] {
    if (!comm.is_root()) return;
    auto lines = read_small_file(path);
    const bool is_funcfl = format == EamFormat::automatic && looks_like_funcfl(lines);
    NumberStream in(path, std::move(lines));
    tables = is_funcfl ? read_funcfl(in) : read_setfl(in, format);
  });
  broadcast_tables(comm, tables);
  return tables;
}

}  // namespace tessera::data
