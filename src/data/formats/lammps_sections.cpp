#include "data/formats/lammps_sections.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/formats/words.hpp"

namespace tessera::data::lammps {

namespace {

enum class Use { read, skipped, refused };

struct KnownSection {
  const char* name;
  Use use;
};

constexpr std::array known_sections{
    KnownSection{"Atoms", Use::read},
    KnownSection{"Velocities", Use::read},
    KnownSection{"Masses", Use::read},
    KnownSection{"Bonds", Use::read},
    KnownSection{"Angles", Use::read},
    KnownSection{"Dihedrals", Use::read},
    KnownSection{"Impropers", Use::read},
    KnownSection{"Atom Type Labels", Use::read},
    KnownSection{"Bond Type Labels", Use::skipped},
    KnownSection{"Angle Type Labels", Use::skipped},
    KnownSection{"Dihedral Type Labels", Use::skipped},
    KnownSection{"Improper Type Labels", Use::skipped},
    KnownSection{"Pair Coeffs", Use::skipped},
    KnownSection{"PairIJ Coeffs", Use::skipped},
    KnownSection{"Bond Coeffs", Use::read},
    KnownSection{"Angle Coeffs", Use::read},
    KnownSection{"Dihedral Coeffs", Use::read},
    KnownSection{"Improper Coeffs", Use::read},
    KnownSection{"BondBond Coeffs", Use::skipped},
    KnownSection{"BondAngle Coeffs", Use::skipped},
    KnownSection{"MiddleBondTorsion Coeffs", Use::skipped},
    KnownSection{"EndBondTorsion Coeffs", Use::skipped},
    KnownSection{"AngleTorsion Coeffs", Use::skipped},
    KnownSection{"AngleAngleTorsion Coeffs", Use::skipped},
    KnownSection{"BondBond13 Coeffs", Use::skipped},
    KnownSection{"AngleAngle Coeffs", Use::skipped},
    KnownSection{"Ellipsoids", Use::refused},
    KnownSection{"Lines", Use::refused},
    KnownSection{"Triangles", Use::refused},
    KnownSection{"Bodies", Use::refused},
};

/// A line of the header: how many numbers come before its keyword, and the fewest bytes that one of what it counts
/// needs in the file (0: it counts nothing).
struct KnownCount {
  const char* keyword;
  std::size_t values;
  int row_bytes;
};

constexpr std::array known_counts{
    KnownCount{"atoms", 1, 10},
    KnownCount{"bonds", 1, 8},
    KnownCount{"angles", 1, 10},
    KnownCount{"dihedrals", 1, 12},
    KnownCount{"impropers", 1, 12},
    KnownCount{"atom types", 1, 4},
    KnownCount{"bond types", 1, 0},
    KnownCount{"angle types", 1, 0},
    KnownCount{"dihedral types", 1, 0},
    KnownCount{"improper types", 1, 0},
    KnownCount{"extra bond per atom", 1, 0},
    KnownCount{"extra angle per atom", 1, 0},
    KnownCount{"extra dihedral per atom", 1, 0},
    KnownCount{"extra improper per atom", 1, 0},
    KnownCount{"extra special per atom", 1, 0},
    KnownCount{"xlo xhi", 2, 0},
    KnownCount{"ylo yhi", 2, 0},
    KnownCount{"zlo zhi", 2, 0},
    KnownCount{"xy xz yz", 3, 0},
    KnownCount{"ellipsoids", 1, 1},
    KnownCount{"lines", 1, 1},
    KnownCount{"triangles", 1, 1},
    KnownCount{"bodies", 1, 1},
};

constexpr std::int64_t max_sections = 64;
constexpr std::int64_t max_small_bytes = std::int64_t{4} << 20;
constexpr std::int64_t max_types = 65536;

std::string join(const std::vector<std::string_view>& words, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i) text += (i > first ? " " : "") + std::string(words[i]);
  return text;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <class Known>
std::vector<std::string> names(const Known& known) {
  std::vector<std::string> all;
  for (const auto& one : known) {
    if constexpr (requires { one.name; })
      all.emplace_back(one.name);
    else
      all.emplace_back(one.keyword);
  }
  return all;
}

/// A line that begins with a letter may still be a row: its first word is then a label of a type.
bool is_row(std::string_view text) {
  std::vector<std::string_view> words;
  split_words(without_comment(text), words);
  return std::any_of(words.begin(), words.end(), [](std::string_view word) { return is_number(word); });
}

/// Headings found in one rank's share, as they are sent around.
struct Heading {
  int known = 0;
  std::int64_t begin = 0, end = 0, line = 0;
  std::array<char, 40> comment{};
};

Heading parse_heading(const TextLine& line) {
  std::vector<std::string_view> words;
  split_words(without_comment(line.text), words);
  const std::string name = join(words, 0);
  const auto known = std::find_if(known_sections.begin(), known_sections.end(),
                                  [&](const KnownSection& one) { return name == one.name; });
  if (known == known_sections.end())
    throw Error::input(fmt::format("unknown section {}; a row of numbers or the name of a section was expected.{}",
                                   in_quotes(name), did_you_mean(name, names(known_sections))));
  if (known->use == Use::refused)
    throw Error::input(fmt::format("section {} cannot be read: only point particles are supported", in_quotes(name)));
  Heading heading;
  heading.known = static_cast<int>(known - known_sections.begin());
  heading.begin = line.begin;
  heading.line = line.number;
  heading.end = line.begin + static_cast<std::int64_t>(line.text.size());
  const std::size_t hash = line.text.find('#');
  const std::string_view comment = hash == std::string_view::npos ? "" : trimmed(line.text.substr(hash + 1));
  comment.copy(heading.comment.data(), heading.comment.size() - 1);
  return heading;
}

/// Collective. All headings on all ranks, in the order of the file.
std::vector<Heading> share_headings(const Comm& comm, const std::vector<Heading>& here) {
  std::vector<Comm::Message> outgoing;
  if (!here.empty()) {
    const auto* begin = reinterpret_cast<const std::byte*>(here.data());
    outgoing.emplace_back(0, std::vector<std::byte>(begin, begin + here.size() * sizeof(Heading)));
  }
  std::vector<Heading> all;
  for (const auto& [rank, content] : comm.sparse_exchange(outgoing)) {
    const std::size_t old = all.size();
    all.resize(old + content.size() / sizeof(Heading));
    std::memcpy(all.data() + old, content.data(), content.size());
  }
  std::int64_t count = static_cast<std::int64_t>(all.size());
  comm.broadcast(count);
  all.resize(static_cast<std::size_t>(count));
  comm.broadcast_bytes(all.data(), all.size() * sizeof(Heading));
  return all;
}

std::vector<Section> find_sections(const Comm& comm, const TextFile& file, std::int64_t& header_end) {
  std::vector<Heading> here;
  const auto first = for_each_line(comm, file, {0, file.size(), 1}, [&](const TextLine& line) {
    const std::string_view text = trimmed(line.text);
    if (line.begin == 0 || text.empty() || !is_letter(text.front()) || is_row(text)) return;
    here.push_back(parse_heading(line));
    if (here.size() > max_sections) throw Error::input("too many sections: one of them is repeated");
  });
  for (auto& heading : here) heading.line += first;
  const auto headings = share_headings(comm, here);

  header_end = headings.empty() ? file.size() : headings.front().begin;
  std::vector<Section> sections;
  for (std::size_t n = 0; n < headings.size(); ++n) {
    const Heading& heading = headings[n];
    const KnownSection& known = known_sections[static_cast<std::size_t>(heading.known)];
    for (const auto& other : sections)
      if (other.name == known.name)
        throw line_error(file.path(), heading.line,
                         fmt::format("section '{}' was already given in line {}", known.name, other.line));
    const std::int64_t end = n + 1 < headings.size() ? headings[n + 1].begin : file.size();
    sections.push_back({known.name, heading.comment.data(), heading.line, {heading.end, end, heading.line + 1}});
    if (known.use == Use::skipped && comm.is_root())
      log::warning(
          fmt::format("{}: section '{}' is skipped: interactions are given in the deck", file.path(), known.name));
  }
  return sections;
}

/// One line of the header.
void parse_header_line(const TextFile& file, std::string_view text, std::int64_t line, Layout& layout) {
  std::vector<std::string_view> words;
  split_words(without_comment(text), words);
  if (words.empty()) return;
  std::size_t values = 0;
  while (values < words.size() && !is_letter(words[values].front())) ++values;
  const std::string keyword = join(words, values);
  const auto known = std::find_if(known_counts.begin(), known_counts.end(),
                                  [&](const KnownCount& one) { return keyword == one.keyword; });
  if (known == known_counts.end())
    throw Error::input(fmt::format("unknown line {} in the header; a count or a bound of the box was expected.{}",
                                   in_quotes(text), did_you_mean(keyword, names(known_counts))));
  if (values != known->values)
    throw Error::input(fmt::format("'{}' needs {} number{} before it, here are {}", keyword, known->values,
                                   known->values == 1 ? "" : "s", values));
  if (!layout.lines.emplace(keyword, line).second)
    throw Error::input(fmt::format("'{}' was already given in line {}", keyword, layout.lines[keyword]));
  if (values == 1) {
    const std::int64_t count = parse_integer(words[0], "a count", 0, std::int64_t{1} << 53);
    if (known->row_bytes > 0 && count > file.size() / known->row_bytes)
      throw Error::input(
          fmt::format("{} {} cannot be in a file of {} bytes: it is damaged or cut off", count, keyword, file.size()));
    layout.counts[keyword] = count;
    return;
  }
  for (std::size_t i = 0; i < values; ++i) {
    const double value = parse_real(words[i], keyword);
    if (values == 3)
      layout.tilt[i] = value;
    else
      layout.bounds[static_cast<std::size_t>(keyword[0] - 'x')][i] = value;
  }
}

void check_header(const TextFile& file, const Layout& layout) {
  for (const char* needed : {"atoms", "atom types", "xlo xhi", "ylo yhi", "zlo zhi"})
    if (layout.lines.count(needed) == 0)
      throw Error::input(fmt::format("{}: the header has no line '{}': this is no LAMMPS data file, or a damaged one",
                                     file.path(), needed));
  for (const char* refused : {"ellipsoids", "lines", "triangles", "bodies"})
    if (layout.count(refused) > 0)
      throw line_error(file.path(), layout.lines.at(refused),
                       fmt::format("{} cannot be read: only point particles are supported", refused));
  if (layout.count("atom types") > max_types)
    throw line_error(file.path(), layout.lines.at("atom types"),
                     fmt::format("{} atom types; at most {} were expected", layout.count("atom types"), max_types));
  const char* bounds[3] = {"xlo xhi", "ylo yhi", "zlo zhi"};
  for (std::size_t d = 0; d < 3; ++d)
    if (!(layout.bounds[d][1] > layout.bounds[d][0]))
      throw line_error(
          file.path(), layout.lines.at(bounds[d]),
          fmt::format("'{}' is {} {}: the second must be larger", bounds[d], layout.bounds[d][0], layout.bounds[d][1]));
  for (const char* what : {"atoms", "bonds", "angles", "dihedrals", "impropers"}) {
    std::string section = what;
    section[0] = static_cast<char>(section[0] - 'a' + 'A');
    if (layout.count(what) > 0 && layout.section(section) == nullptr)
      throw line_error(file.path(), layout.lines.at(what),
                       fmt::format("the header says {} {}, but there is no section '{}': the file is cut off",
                                   layout.count(what), what, section));
  }
}

}  // namespace

std::int64_t Layout::count(const std::string& what) const {
  const auto found = counts.find(what);
  return found == counts.end() ? 0 : found->second;
}

const Section* Layout::section(std::string_view name) const {
  for (const auto& one : sections)
    if (one.name == name) return &one;
  return nullptr;
}

namespace {

/// Collective. Root reads, all get the lines.
std::vector<std::string> read_small(const Comm& comm, const TextFile& file, const LineRange& range,
                                    std::string_view what) {
  if (range.end - range.begin > max_small_bytes)
    throw line_error(
        file.path(), range.first_line,
        fmt::format("{} is {} bytes long; at most {} were expected", what, range.end - range.begin, max_small_bytes));
  std::string text;
  agree(comm, [&] {
    if (!comm.is_root()) return;
    for (const auto& line : read_lines(file, range)) text += line + '\n';
  });
  comm.broadcast(text);
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

std::vector<std::string> read_small_section(const Comm& comm, const TextFile& file, const Section& section) {
  return read_small(comm, file, section.body, "section '" + section.name + "'");
}

Layout read_layout(const Comm& comm, const TextFile& file) {
  if (file.size() == 0) throw Error::input(fmt::format("{}: the file is empty", file.path()));
  Layout layout;
  std::int64_t header_end = 0;
  layout.sections = find_sections(comm, file, header_end);
  const auto lines = read_small(comm, file, {0, header_end, 1}, "the header");
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (n == 0) {
      layout.title = lines[n];
      continue;
    }
    const auto line = static_cast<std::int64_t>(n) + 1;
    try {
      parse_header_line(file, lines[n], line, layout);
    } catch (const Error& error) {
      throw line_error(file.path(), line, error.what());
    }
  }
  check_header(file, layout);
  return layout;
}

}  // namespace tessera::data::lammps
