#include "data/formats/lammps_styles.hpp"

#include <fmt/core.h>

#include <array>

#include "base/error.hpp"
#include "data/formats/words.hpp"

namespace tessera::data::lammps {

namespace {

constexpr std::array<AtomStyle, 7> atom_styles{{{"atomic", false, false, false},
                                                {"charge", false, true, false},
                                                {"bond", true, false, false},
                                                {"angle", true, false, false},
                                                {"molecular", true, false, false},
                                                {"full", true, true, false},
                                                {"sphere", false, false, true}}};

const AtomStyle& find_style(const std::string& name, const std::string& where) {
  std::vector<std::string> names;
  for (const auto& style : atom_styles) {
    if (name == style.name) return style;
    names.emplace_back(style.name);
  }
  throw Error::input(
      fmt::format("{}unknown atom style {}; atomic, charge, bond, angle, molecular, full or sphere was expected.{}",
                  where, in_quotes(name), did_you_mean(name, names)));
}

}  // namespace

const AtomStyle& choose_style(const std::string& path, const Section& atoms, const ReadOptions& options) {
  const std::string where = fmt::format("{}:{}: ", path, atoms.line);
  if (atoms.comment.empty() && options.atom_style.empty())
    throw Error::input(where +
                       "the file does not say its atom style; write 'Atoms # full' (or atomic, charge, bond, angle, "
                       "molecular, sphere) there, or give atom_style");
  if (!atoms.comment.empty() && !options.atom_style.empty() && atoms.comment != options.atom_style)
    throw Error::input(
        fmt::format("{}atom_style is '{}', but the file says {}", where, options.atom_style, in_quotes(atoms.comment)));
  return find_style(atoms.comment.empty() ? options.atom_style : atoms.comment, where);
}

void take_masses_of_spheres(const Comm& comm, const std::string& path, const Section& atoms, const RowTable& table,
                            std::vector<Species>& species) {
  const int type = table.first_word("type");
  for (const char* name : {"diameter", "_mass"}) {
    const auto range = range_by_type(comm, table, type, table.first_word(name), species.size());
    for (std::size_t t = 0; t < species.size(); ++t) {
      if (range[t].is_empty()) continue;
      const bool is_mass = name[0] == '_';
      if (range[t].low != range[t].high || !(range[t].low > 0.0))
        throw line_error(path, atoms.line,
                         fmt::format("the {} of spheres of type {} range from {} to {}; a positive one for all of them "
                                     "was expected: give those of other sizes another type",
                                     is_mass ? "masses" : "diameters", t + 1, range[t].low, range[t].high));
      if (is_mass) species[t].mass = range[t].low;
    }
  }
}

}  // namespace tessera::data::lammps
