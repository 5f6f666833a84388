#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "data/formats/elements.hpp"
#include "data/formats/extxyz.hpp"
#include "data/formats/extxyz_header.hpp"
#include "data/formats/row_table.hpp"
#include "data/formats/text_file.hpp"
#include "data/formats/words.hpp"

namespace tessera::data {

namespace {

using namespace extxyz;

constexpr std::size_t max_species = 1000;
constexpr std::int64_t max_image = 1 << 30;

/// ASE's unit of velocity, sqrt(eV/u), in that of a unit system (CODATA 2018).
double ase_velocity(const std::string& units) {
  if (units.empty() || units == "lj") return 1.0;
  constexpr double electronvolt = 1.602176634e-19, dalton = 1.66053906660e-27;
  const Units system = make_units(units);
  return std::sqrt(electronvolt / dalton) * system.si_time / system.si_length;
}

/// One frame of a file: its header, and where its rows are.
struct FrameLines {
  std::int64_t line = 0;  ///< of the count, from 0
  std::int64_t count = 0;
};

class FrameFinder {
 public:
  FrameFinder(const TextFile& file, const LineIndex& index) : file_(file), index_(index) {}

  /// Collective. FrameLines `wanted`, the last one if negative.
  FrameLines find(std::int64_t wanted) const {
    FrameLines frame;
    for (std::int64_t n = 0, line = 0;; ++n) {
      if (is_end(line)) {
        if (n == 0) throw Error::input(fmt::format("{}: the file is empty", file_.path()));
        if (wanted < 0) return frame;
        throw Error::input(fmt::format("{}: there is no frame {}; it has {} (from 0)", file_.path(), wanted, n));
      }
      frame = {line, parse_count(line)};
      if (n == wanted) return frame;
      line += frame.count + 2;
    }
  }

 private:
  /// Nothing but a few blank lines follows.
  bool is_end(std::int64_t line) const {
    constexpr std::int64_t max_blank = 16;
    for (std::int64_t n = line; n < index_.num_lines(); ++n) {
      if (!trimmed(index_.line(n)).empty()) {
        if (n == line) return false;
        throw line_error(file_.path(), line + 1, "a blank line where the number of particles was expected");
      }
      if (n - line > max_blank) throw line_error(file_.path(), line + 1, "too many blank lines");
    }
    return true;
  }

  std::int64_t parse_count(std::int64_t line) const {
    try {
      const std::string text = index_.line(line);
      const std::int64_t count =
          parse_integer(trimmed(text), "the number of particles in a frame", 0, std::int64_t{1} << 53);
      if (count > index_.num_lines() - line - 2)
        throw Error::input(fmt::format("{} particles are announced, but the file has only {} more lines: it is cut off",
                                       count, std::max<std::int64_t>(0, index_.num_lines() - line - 2)));
      return count;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      throw line_error(file_.path(), line + 1, error.what());
    }
  }

  const TextFile& file_;
  const LineIndex& index_;
};

/// Species seen by one rank while it reads; later the same numbers everywhere.
class SpeciesNames {
 public:
  int number(std::string_view name) {
    if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
    if (names_.size() == max_species) throw Error::input(fmt::format("more than {} species", max_species));
    names_.emplace_back(name);
    numbers_.emplace(name, static_cast<int>(names_.size()) - 1);
    return static_cast<int>(names_.size()) - 1;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::map<std::string, int, std::less<>> numbers_;
};

class ExtxyzReader {
 public:
  ExtxyzReader(const Comm& comm, const std::string& path, const ReadOptions& options)
      : comm_(comm), path_(path), options_(options), file_(open_text(comm, path)) {
    const LineIndex index(comm, file_);
    frame_ = FrameFinder(file_, index).find(options.frame);
    const std::string line = index.line(frame_.line + 1);
    header_line_ = frame_.line + 2;
    try {
      header_ = parse_header(line);
      if (!header_.lattice && !options.margin)
        throw Error::input("there is no Lattice; nine numbers as in Lattice=\"10 0 0 0 10 0 0 0 10\" were expected");
    } catch (const Error& error) {
      throw line_error(path, header_line_, error.what());
    }
    range_ = {index.offset(frame_.line + 2), index.offset(frame_.line + 2 + frame_.count), frame_.line + 3};
    known_ = options.species.empty() ? header_.type_names : options.species;
    is_numbered_ = is_numbered();
  }

  System read() {
    System system(comm_);
    system.title = header_.title;
    system.time = header_.time;
    system.step = header_.step;
    warn_of_skipped();
    read_rows();
    system.species = name_types();
    system.box = make_box();
    convert_momenta(system.species);
    distribute();
    set_particles(table_, system.particles);
    return system;
  }

 private:
  void warn_of_skipped() const {
    if (!comm_.is_root()) return;
    for (const auto& property : header_.properties)
      if (property.target == Target::none)
        log::warning(fmt::format("{}: column '{}' is unknown and skipped", path_, property.name));
  }

  /// The table's word for a column of the file, added if the file has it.
  int add(Target target, const char* name, RowTable::Kind kind) {
    const Property* property = header_.find(target);
    return property == nullptr ? -1 : table_.add(name, property->components, kind);
  }

  void read_rows() {
    line_word_ = table_.add("_line", 1, RowTable::Kind::integer);
    type_word_ = table_.add("type", 1, RowTable::Kind::integer);
    struct Plan {
      const Property* property;
      int word;
      bool is_real;
    };
    std::vector<Plan> plans;
    const auto plan = [&](Target target, const char* name, bool is_real) {
      const int word = add(target, name, is_real ? RowTable::Kind::real : RowTable::Kind::integer);
      if (word >= 0) plans.push_back({header_.find(target), word, is_real});
    };
    plan(Target::position, "position", true);
    plan(Target::velocity, "velocity", true);
    if (header_.find(Target::velocity) == nullptr) plan(Target::momentum, "velocity", true);
    plan(Target::force, "force", true);
    plan(Target::charge, "charge", true);
    plan(Target::mass, "_mass", true);
    plan(Target::molecule, "molecule", false);
    plan(Target::image, "image", false);
    const Property* id = header_.find(Target::id);

    std::vector<std::string_view> words;
    const std::int64_t first_line = for_each_line(comm_, file_, range_, [&](const TextLine& line) {
      split_words(line.text, words);
      if (static_cast<int>(words.size()) != header_.num_columns)
        throw Error::input(fmt::format("{} columns; {} were expected by Properties (line {})", words.size(),
                                       header_.num_columns, header_line_));
      RowTable::Word* row = table_.append();
      row[line_word_].integer = line.number;
      row[type_word_].integer = parse_type(words);
      if (id != nullptr)
        row[0].integer = parse_integer(words[static_cast<std::size_t>(id->first)], "an id", 1,
                                       std::numeric_limits<std::int64_t>::max());
      for (const auto& [property, word, is_real] : plans)
        for (int c = 0; c < property->components; ++c) {
          const std::string_view text = words[static_cast<std::size_t>(property->first + c)];
          if (is_real)
            row[word + c].real = parse_real(text, property->name);
          else
            row[word + c].integer = property->target == Target::image
                                        ? parse_integer(text, property->name, -max_image, max_image)
                                        : parse_integer(text, property->name);
        }
    });
    for (std::size_t i = 0; i < table_.num_rows(); ++i) {
      table_.row(i)[line_word_].integer += first_line;
      if (id == nullptr) table_.row(i)[0].integer = table_.row(i)[line_word_].integer - range_.first_line + 1;
    }
  }

  /// Types are given by number: nothing else says them, or names are not unique.
  bool is_numbered() const {
    if (header_.find(Target::type) == nullptr) return false;
    const bool is_named = header_.find(Target::species) != nullptr || header_.find(Target::number) != nullptr;
    return !is_named || (options_.species.empty() && !header_.type_names.empty());
  }

  /// The type, or a number within this rank's species that becomes it later.
  std::int64_t parse_type(const std::vector<std::string_view>& words) {
    const auto word = [&](Target target) { return words[static_cast<std::size_t>(header_.find(target)->first)]; };
    if (is_numbered_) {
      const auto limit = known_.empty() ? max_species : known_.size();
      return parse_integer(word(Target::type), "a type", 1, static_cast<std::int64_t>(limit)) - 1;
    }
    std::string name;
    if (header_.find(Target::species) != nullptr)
      name = word(Target::species);
    else
      name = element_symbol(static_cast<int>(parse_integer(word(Target::number), "an atomic number", 1, 118)));
    if (!known_.empty() && std::find(known_.begin(), known_.end(), name) == known_.end())
      throw Error::input(fmt::format("species {} is not among those named: {}.{}", in_quotes(name),
                                     fmt::join(known_, ", "), did_you_mean(name, known_)));
    return seen_.number(name);
  }

  /// Collective. The same types on all ranks.
  std::vector<Species> name_types() {
    std::vector<std::string> names = known_;
    if (is_numbered_) {
      std::int64_t count = 0;
      for (std::size_t i = 0; i < table_.num_rows(); ++i)
        count = std::max(count, table_.row(i)[type_word_].integer + 1);
      count = comm_.all_reduce(count, Op::max);
      for (std::int64_t t = 1; known_.empty() && t <= count; ++t) names.push_back(std::to_string(t));
      return with_masses(names);
    }
    if (names.empty()) names = merge_texts(comm_, seen_.names(), max_species + 1);
    if (names.size() > max_species) throw Error::input(fmt::format("{}: more than {} species", path_, max_species));
    std::vector<int> number;
    for (const auto& name : seen_.names())
      number.push_back(static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin()));
    for (std::size_t i = 0; i < table_.num_rows(); ++i) {
      auto& type = table_.row(i)[type_word_].integer;
      type = number[static_cast<std::size_t>(type)];
    }
    return with_masses(names);
  }

  std::vector<Species> with_masses(const std::vector<std::string>& names) {
    std::vector<Species> species(names.size());
    for (std::size_t t = 0; t < names.size(); ++t) {
      species[t].name = names[t];
      const auto& listed = header_.type_names;
      const auto at = static_cast<std::size_t>(listed == names ? static_cast<std::ptrdiff_t>(t)
                                                               : std::find(listed.begin(), listed.end(), names[t]) -
                                                                     listed.begin());
      if (at < header_.type_masses.size())
        species[t].mass = header_.type_masses[at];
      else if (const auto weight = atomic_weight(names[t]))
        species[t].mass = *weight;
      else if (comm_.is_root() && header_.find(Target::mass) == nullptr)
        log::warning(fmt::format("{}: the file gives no mass for species '{}', which is no element: taken as 1", path_,
                                 names[t]));
    }
    if (const int mass = table_.first_word("_mass"); mass >= 0) take_masses(mass, species);
    return species;
  }

  /// Collective. All particles of a species must have one mass.
  void take_masses(int mass_word, std::vector<Species>& species) const {
    const auto range = range_by_type(comm_, table_, type_word_, mass_word, species.size());
    for (std::size_t t = 0; t < species.size(); ++t) {
      if (range[t].is_empty()) continue;
      if (range[t].low != range[t].high || !(range[t].low > 0.0))
        throw line_error(path_, header_line_,
                         fmt::format("the masses of species '{}' range from {} to {}; one positive mass was expected",
                                     species[t].name, range[t].low, range[t].high));
      species[t].mass = range[t].low;
    }
  }

  Box make_box() const {
    try {
      return header_.lattice ? lattice_box() : open_box();
    } catch (const Error& error) {
      throw line_error(path_, header_line_, error.what());
    }
  }

  Box lattice_box() const {
    double vectors[3][3];
    for (std::size_t n = 0; n < 9; ++n) vectors[n / 3][n % 3] = (*header_.lattice)[n];
    const auto& origin = header_.origin;
    return Box::triclinic({origin[0], origin[1], origin[2]}, vectors,
                          header_.periodic.value_or(std::array<bool, 3>{true, true, true}));
  }

  /// Collective.
  Box open_box() const {
    constexpr double none = std::numeric_limits<double>::max();
    double low[3] = {none, none, none}, high[3] = {-none, -none, -none};
    const int position = table_.first_word("position");
    for (std::size_t i = 0; i < table_.num_rows(); ++i)
      for (int d = 0; d < 3; ++d) {
        low[d] = std::min(low[d], table_.row(i)[position + d].real);
        high[d] = std::max(high[d], table_.row(i)[position + d].real);
      }
    comm_.all_reduce(low, 3, Op::min);
    comm_.all_reduce(high, 3, Op::max);
    if (frame_.count == 0) throw Error::input("no Lattice and no particles: the box is unknown");
    const double margin = *options_.margin;
    return Box::orthogonal(
        {low[0] - margin, low[1] - margin, low[2] - margin},
        {high[0] - low[0] + 2 * margin, high[1] - low[1] + 2 * margin, high[2] - low[2] + 2 * margin},
        {false, false, false});
  }

  void convert_momenta(const std::vector<Species>& species) {
    if (header_.find(Target::momentum) == nullptr || header_.find(Target::velocity) != nullptr) return;
    if (options_.units.empty() && comm_.is_root())
      log::warning(
          fmt::format("{}: velocities are momenta over masses in the units of the file; other programs write "
                      "sqrt(eV u): give a unit system to convert",
                      path_));
    const double factor = ase_velocity(options_.units);
    const int word = table_.first_word("velocity");
    for (std::size_t i = 0; i < table_.num_rows(); ++i) {
      RowTable::Word* row = table_.row(i);
      const double mass = species[static_cast<std::size_t>(row[type_word_].integer)].mass;
      for (int d = 0; d < 3; ++d) row[word + d].real *= factor / mass;
    }
  }

  /// Collective. Rows to blocks of rising ids; ids must be unique.
  void distribute() {
    sort_by_id(comm_, table_);
    table_.sort(line_word_);
    std::optional<LineProblem> problem;
    for (std::size_t i = 1; i < table_.num_rows(); ++i) {
      const std::int64_t line = table_.row(i)[line_word_].integer;
      if (table_.id(i) != table_.id(i - 1) || (problem && problem->line < line)) continue;
      problem = {
          line, fmt::format("id {} was already given in line {}", table_.id(i), table_.row(i - 1)[line_word_].integer)};
    }
    agree_on_lines(comm_, path_, problem);
  }

  Comm comm_;
  std::string path_;
  ReadOptions options_;
  TextFile file_;
  FrameLines frame_;
  Header header_;
  std::int64_t header_line_ = 0;
  LineRange range_;
  std::vector<std::string> known_;  // species that may appear, in order of types; any if empty
  bool is_numbered_ = false;
  SpeciesNames seen_;
  RowTable table_;
  int line_word_ = -1, type_word_ = -1;
};

}  // namespace

System read_extxyz(const Comm& comm, const std::string& path, const ReadOptions& options) {
  return ExtxyzReader(comm, path, options).read();
}

}  // namespace tessera::data
