#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "base/agree.hpp"
#include "data/formats/lammps_data.hpp"
#include "data/formats/lammps_sections.hpp"
#include "data/formats/lammps_styles.hpp"
#include "data/formats/row_table.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

using namespace lammps;

/// Names and masses of the atom types, and how rows may call them.
struct Types {
  std::vector<Species> species;
  std::map<std::string, int, std::less<>> labels;

  int parse(std::string_view word) const {
    if (const auto found = labels.find(word); found != labels.end()) return found->second;
    return static_cast<int>(parse_integer(word, "an atom type", 1, static_cast<std::int64_t>(species.size()))) - 1;
  }
};

class LammpsReader {
 public:
  LammpsReader(const Comm& comm, const std::string& path, const ReadOptions& options)
      : comm_(comm), path_(path), options_(options), file_(open_text(comm, path)), layout_(read_layout(comm, file_)) {}

  System read() {
    System system(comm_);
    read_title(system);
    system.box = read_box(system);
    read_types();
    const RowTable atoms = read_atoms();
    for (const auto& kind : topology_kinds) {
      read_topology(kind, atoms, system);
      read_coefficients(kind, system);
    }
    if (atoms.first_word("_mass") >= 0)
      take_masses_of_spheres(comm_, path_, *layout_.section("Atoms"), atoms, types_.species);
    set_particles(atoms, system.particles);
    system.species = types_.species;
    return system;
  }

 private:
  /// Calls parse(words, line) for each row of a section that is neither empty nor a comment; returns how many there are
  /// on this rank. Words are those before '#'.
  template <class Parse>
  std::int64_t for_each_row(const Section& section, std::int64_t& first_line, const Parse& parse) const {
    std::vector<std::string_view> words;
    std::int64_t rows = 0;
    first_line = for_each_line(comm_, file_, section.body, [&](const TextLine& line) {
      split_words(without_comment(line.text), words);
      if (words.empty()) return;
      parse(words, line.number);
      ++rows;
    });
    return rows;
  }

  /// Small sections: every rank parses all of them.
  template <class Parse>
  void for_each_small_row(const Section& section, const Parse& parse) const {
    const auto lines = read_small_section(comm_, file_, section);
    for (std::size_t n = 0; n < lines.size(); ++n) {
      std::vector<std::string_view> words;
      split_words(without_comment(lines[n]), words);
      if (words.empty()) continue;
      try {
        parse(words, lines[n]);
      } catch (const Error& error) {
        throw line_error(path_, section.body.first_line + static_cast<std::int64_t>(n), error.what());
      }
    }
  }

  static void require_columns(const std::vector<std::string_view>& words, std::size_t count, const char* what) {
    if (words.size() != count)
      throw Error::input(fmt::format("{} columns; {} ({}) were expected", words.size(), count, what));
  }

  void check_count(const Section& section, const char* what, std::int64_t rows) const {
    const std::int64_t all = comm_.all_reduce(rows, Op::sum);
    const std::int64_t wanted = layout_.count(what);
    if (all != wanted)
      throw line_error(path_, section.line,
                       fmt::format("section '{}' has {} rows, but the header (line {}) says {} {}", section.name, all,
                                   layout_.lines.count(what) ? layout_.lines.at(what) : 1, wanted, what));
  }

  void read_title(System& system) const {
    system.title = std::string(trimmed(layout_.title));
    const std::string mark = "timestep = ";
    const std::size_t at = system.title.find(mark);
    if (at == std::string::npos) return;
    std::size_t end = at + mark.size();
    while (end < system.title.size() && system.title[end] >= '0' && system.title[end] <= '9') ++end;
    try {
      system.step = parse_integer(system.title.substr(at + mark.size(), end - at - mark.size()), "a time step");
    } catch (const Error&) {
      system.step = 0;  // a title may say anything
    }
  }

  Box read_box(const System& system) const {
    const auto& bounds = layout_.bounds;
    const auto& tilt = layout_.tilt;
    const double vectors[3][3] = {{bounds[0][1] - bounds[0][0], 0, 0},
                                  {tilt[0], bounds[1][1] - bounds[1][0], 0},
                                  {tilt[1], tilt[2], bounds[2][1] - bounds[2][0]}};
    auto periodic = options_.periodic;
    const std::string mark = "boundary = ";
    const std::size_t at = system.title.find(mark);
    if (at != std::string::npos && system.title.size() >= at + mark.size() + 3)
      for (std::size_t d = 0; d < 3; ++d) periodic[d] = system.title[at + mark.size() + d] != 'f';
    try {
      return Box::triclinic({bounds[0][0], bounds[1][0], bounds[2][0]}, vectors, periodic);
    } catch (const Error& error) {
      throw line_error(path_, layout_.lines.at("xlo xhi"), error.what());
    }
  }

  void read_types() {
    const auto count = static_cast<std::size_t>(layout_.count("atom types"));
    types_.species.resize(count);
    for (std::size_t t = 0; t < count; ++t) types_.species[t].name = std::to_string(t + 1);
    if (const Section* labels = layout_.section("Atom Type Labels")) read_labels(*labels);
    read_masses();
    if (options_.species.empty()) return;
    if (options_.species.size() != count)
      throw line_error(
          path_, layout_.lines.at("atom types"),
          fmt::format("{} species are named, but the file has {} atom types", options_.species.size(), count));
    for (std::size_t t = 0; t < count; ++t) types_.species[t].name = options_.species[t];
  }

  void read_labels(const Section& section) {
    for_each_small_row(section, [&](const std::vector<std::string_view>& words, std::string_view) {
      require_columns(words, 2, "type, label");
      const auto type = static_cast<std::size_t>(types_.parse(words[0]));
      if (!types_.labels.emplace(words[1], static_cast<int>(type)).second)
        throw Error::input(fmt::format("label {} is given twice", in_quotes(words[1])));
      types_.species[type].name = words[1];
    });
  }

  void read_masses() {
    const Section* section = layout_.section("Masses");
    if (section == nullptr && (types_.species.empty() || has_spheres())) return;
    if (section == nullptr)
      throw Error::input(
          fmt::format("{}: there is no section 'Masses'; one with a row 'type mass' for each of the {} "
                      "atom types was expected",
                      path_, types_.species.size()));
    std::vector<bool> is_given(types_.species.size());
    for_each_small_row(*section, [&](const std::vector<std::string_view>& words, std::string_view line) {
      require_columns(words, 2, "type, mass");
      const auto type = static_cast<std::size_t>(types_.parse(words[0]));
      if (is_given[type]) throw Error::input(fmt::format("the mass of type {} is given twice", type + 1));
      is_given[type] = true;
      Species& species = types_.species[type];
      species.mass = parse_real(words[1], "a mass");
      if (!(species.mass > 0.0)) throw Error::input(fmt::format("mass {} is not positive", species.mass));
      std::vector<std::string_view> comment;
      if (const std::size_t hash = line.find('#'); hash != std::string_view::npos)
        split_words(line.substr(hash + 1), comment);
      if (comment.size() == 1 && types_.labels.empty()) species.name = comment[0];
    });
    for (std::size_t t = 0; t < is_given.size(); ++t)
      if (!is_given[t])
        throw line_error(path_, section->line, fmt::format("section 'Masses' has no mass of type {}", t + 1));
  }

  /// Whose masses stand with them.
  bool has_spheres() const {
    const Section* atoms = layout_.section("Atoms");
    return atoms != nullptr && choose_style(path_, *atoms, options_).is_sphere;
  }

  RowTable read_atoms() const {
    RowTable atoms;
    const Section* section = layout_.section("Atoms");
    if (section == nullptr) return atoms;
    const AtomStyle& style = choose_style(path_, *section, options_);
    const int line_word = atoms.add("_line", 1, RowTable::Kind::integer);
    const int type = atoms.add("type", 1, RowTable::Kind::integer);
    const int position = atoms.add("position", 3, RowTable::Kind::real);
    const int image = atoms.add("image", 3, RowTable::Kind::integer);
    const int molecule = style.has_molecule ? atoms.add("molecule", 1, RowTable::Kind::integer) : -1;
    const int charge = style.has_charge ? atoms.add("charge", 1, RowTable::Kind::real) : -1;
    const int diameter = style.is_sphere ? atoms.add("diameter", 1, RowTable::Kind::real) : -1;
    const int mass = style.is_sphere ? atoms.add("_mass", 1, RowTable::Kind::real) : -1;
    if (layout_.section("Velocities") != nullptr) {
      atoms.add("velocity", 3, RowTable::Kind::real);
      if (style.is_sphere) atoms.add("angular_velocity", 3, RowTable::Kind::real);
    }

    const std::size_t columns = style.columns();
    std::int64_t first_line = 0;
    const std::int64_t rows =
        for_each_row(*section, first_line, [&](const std::vector<std::string_view>& words, std::int64_t line) {
          if (words.size() != columns && words.size() != columns + 3)
            throw Error::input(fmt::format("{} columns; {} were expected for atom style {}, or {} with image flags",
                                           words.size(), columns, style.name, columns + 3));
          RowTable::Word* row = atoms.append();
          std::size_t next = 0;
          row[0].integer = parse_integer(words[next++], "an atom id", 1, std::numeric_limits<std::int64_t>::max());
          row[line_word].integer = line;
          if (style.has_molecule) row[molecule].integer = parse_integer(words[next++], "a molecule id");
          row[type].integer = types_.parse(words[next++]);
          if (style.has_charge) row[charge].real = parse_real(words[next++], "a charge");
          if (style.is_sphere) {
            const double d = row[diameter].real = parse_real(words[next++], "a diameter");
            row[mass].real = std::numbers::pi / 6.0 * d * d * d * parse_real(words[next++], "a density");
          }
          for (int d = 0; d < 3; ++d) row[position + d].real = parse_real(words[next++], "a coordinate");
          for (int d = 0; d < 3 && next < words.size(); ++d)
            row[image + d].integer = parse_integer(words[next++], "an image flag", -max_image, max_image);
        });
    for (std::size_t i = 0; i < atoms.num_rows(); ++i) atoms.row(i)[line_word].integer += first_line;
    check_count(*section, "atoms", rows);
    const IdBlocks blocks = distribute(atoms, line_word, "atom");
    if (const Section* velocities = layout_.section("Velocities")) read_velocities(*velocities, blocks, atoms);
    return atoms;
  }

  /// Collective. Rows to blocks of rising ids; ids must be unique.
  IdBlocks distribute(RowTable& table, int line_word, const char* what) const {
    std::vector<std::int64_t> ids(table.num_rows());
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = table.id(i);
    IdBlocks blocks(comm_, std::move(ids));
    send_to_blocks(comm_, blocks, table);
    table.sort(line_word);
    check_unique(table, line_word, what);
    return blocks;
  }

  void check_unique(const RowTable& table, int line_word, const char* what) const {
    std::optional<LineProblem> problem;
    for (std::size_t i = 1; i < table.num_rows(); ++i) {
      const std::int64_t line = table.row(i)[line_word].integer;
      if (table.id(i) != table.id(i - 1) || (problem && problem->line < line)) continue;
      problem = {line, fmt::format("{} id {} was already given in line {}", what, table.id(i),
                                   table.row(i - 1)[line_word].integer)};
    }
    agree_on_lines(comm_, path_, problem);
  }

  void read_velocities(const Section& section, const IdBlocks& blocks, RowTable& atoms) const {
    RowTable table;
    const int line_word = table.add("_line", 1, RowTable::Kind::integer);
    const bool has_spin = atoms.first_word("angular_velocity") >= 0;  // right behind the velocity
    const int components = has_spin ? 6 : 3;
    const int velocity = table.add("velocity", components, RowTable::Kind::real);
    std::int64_t first_line = 0;
    const std::int64_t rows =
        for_each_row(section, first_line, [&](const std::vector<std::string_view>& words, std::int64_t line) {
          require_columns(words, has_spin ? 7 : 4,
                          has_spin ? "id, three velocities, three angular velocities" : "id, three velocities");
          RowTable::Word* row = table.append();
          row[0].integer = parse_integer(words[0], "an atom id", 1, std::numeric_limits<std::int64_t>::max());
          row[line_word].integer = line;
          for (int d = 0; d < components; ++d)
            row[velocity + d].real = parse_real(words[static_cast<std::size_t>(d) + 1], "a velocity");
        });
    for (std::size_t i = 0; i < table.num_rows(); ++i) table.row(i)[line_word].integer += first_line;
    send_to_blocks(comm_, blocks, table);
    table.sort(line_word);
    check_unique(table, line_word, "atom");

    const int target = atoms.first_word("velocity");
    std::optional<LineProblem> problem;
    std::size_t at = 0;
    for (std::size_t i = 0; i < table.num_rows(); ++i) {
      while (at < atoms.num_rows() && atoms.id(at) < table.id(i)) ++at;
      const RowTable::Word* row = table.row(i);
      if (at < atoms.num_rows() && atoms.id(at) == table.id(i))
        std::copy_n(row + velocity, components, atoms.row(at) + target);
      else if (!problem || row[line_word].integer < problem->line)
        problem = {row[line_word].integer, fmt::format("there is no atom with id {}", table.id(i))};
    }
    agree_on_lines(comm_, path_, problem);
    check_count(section, "atoms", rows);
  }

  void read_topology(const TopologyKind& kind, const RowTable& atoms, System& system) const {
    const Section* section = layout_.section(kind.section);
    if (section == nullptr) return;
    TopologyTable table{kind.count, kind.ids_per_row, {}};
    const auto columns = static_cast<std::size_t>(kind.ids_per_row) + 2;
    const std::string type_name = std::string("a type of the ") + kind.count;
    std::vector<std::int64_t> lines;
    std::int64_t first_line = 0;
    const std::int64_t rows =
        for_each_row(*section, first_line, [&](const std::vector<std::string_view>& words, std::int64_t line) {
          require_columns(words, columns, "id, type, atom ids");
          parse_integer(words[0], "an id");
          table.rows.push_back(parse_integer(words[1], type_name, 1, layout_.count(kind.types)));
          for (std::size_t n = 2; n < columns; ++n) {
            table.rows.push_back(parse_integer(words[n], "an atom id"));
            for (std::size_t m = 2; m < n; ++m)
              if (table.rows[table.rows.size() - 1 - (n - m)] == table.rows.back())
                throw Error::input(fmt::format("atom {} appears twice", table.rows.back()));
          }
          lines.push_back(line);
        });
    for (auto& line : lines) line += first_line;
    check_count(*section, kind.count, rows);
    check_members(table, lines, atoms);
    system.topology.push_back(std::move(table));
  }

  /// Rows (type, values), of hybrid styles (type, style, values).
  void read_coefficients(const TopologyKind& kind, System& system) const {
    const Section* section = layout_.section(kind.coefficients);
    if (section == nullptr) return;
    std::vector<std::string_view> comment;
    split_words(section->comment, comment);
    const std::string style(comment.empty() ? "" : comment[0]);
    const std::string type_name = std::string("a type of the ") + kind.count;
    const std::size_t first_own = system.coefficients.size();
    for_each_small_row(*section, [&](const std::vector<std::string_view>& words, std::string_view) {
      TopologyCoefficients row{kind.count, style, parse_integer(words[0], type_name, 1, layout_.count(kind.types)), {}};
      std::size_t next = 1;
      if (style == "hybrid" || style.empty()) {
        row.style.clear();
        if (next < words.size() && !is_number(words[next])) row.style = words[next++];
      }
      for (; next < words.size(); ++next) row.values.push_back(parse_real(words[next], "a coefficient"));
      for (std::size_t n = first_own; n < system.coefficients.size(); ++n)
        if (system.coefficients[n].type == row.type)
          throw Error::input(fmt::format("type {} of the {} is given twice", row.type, kind.count));
      system.coefficients.push_back(std::move(row));
    });
  }

  /// Collective. All ids in the table are those of atoms.
  void check_members(const TopologyTable& table, const std::vector<std::int64_t>& lines, const RowTable& atoms) const {
    RowTable members;
    const int line_word = members.add("_line", 1, RowTable::Kind::integer);
    const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
    for (std::size_t i = 0; i < lines.size(); ++i)
      for (std::size_t n = 1; n < width; ++n) {
        RowTable::Word* row = members.append();
        row[0].integer = table.rows[i * width + n];
        row[line_word].integer = lines[i];
      }
    std::vector<std::int64_t> ids(atoms.num_rows());
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = atoms.id(i);
    send_to_blocks(comm_, IdBlocks(comm_, std::move(ids)), members);
    std::optional<LineProblem> problem;
    for (std::size_t i = 0; i < members.num_rows(); ++i) {
      const std::int64_t line = members.row(i)[line_word].integer;
      if ((problem && problem->line <= line) || atoms.find(members.id(i)) != nullptr) continue;
      problem = {line, fmt::format("there is no atom with id {}", members.id(i))};
    }
    agree_on_lines(comm_, path_, problem);
  }

  static constexpr std::int64_t max_image = 1 << 30;

  Comm comm_;
  std::string path_;
  ReadOptions options_;
  TextFile file_;
  Layout layout_;
  Types types_;
};

}  // namespace

System read_lammps_data(const Comm& comm, const std::string& path, const ReadOptions& options) {
  return LammpsReader(comm, path, options).read();
}

}  // namespace tessera::data
