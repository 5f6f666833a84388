#include "data/formats/extxyz_header.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/formats/words.hpp"

namespace tessera::data::extxyz {

namespace {

constexpr int max_columns = 256;

struct KnownColumn {
  const char* name;
  char kind;
  int components;
  Target target;
};

constexpr std::array known_columns{
    KnownColumn{"species", 'S', 1, Target::species},
    KnownColumn{"symbols", 'S', 1, Target::species},
    KnownColumn{"element", 'S', 1, Target::species},
    KnownColumn{"Z", 'I', 1, Target::number},
    KnownColumn{"numbers", 'I', 1, Target::number},
    KnownColumn{"type", 'I', 1, Target::type},
    KnownColumn{"types", 'I', 1, Target::type},
    KnownColumn{"pos", 'R', 3, Target::position},
    KnownColumn{"positions", 'R', 3, Target::position},
    KnownColumn{"velo", 'R', 3, Target::velocity},
    KnownColumn{"vel", 'R', 3, Target::velocity},
    KnownColumn{"velocity", 'R', 3, Target::velocity},
    KnownColumn{"velocities", 'R', 3, Target::velocity},
    KnownColumn{"momenta", 'R', 3, Target::momentum},
    KnownColumn{"forces", 'R', 3, Target::force},
    KnownColumn{"force", 'R', 3, Target::force},
    KnownColumn{"charge", 'R', 1, Target::charge},
    KnownColumn{"charges", 'R', 1, Target::charge},
    KnownColumn{"initial_charges", 'R', 1, Target::charge},
    KnownColumn{"q", 'R', 1, Target::charge},
    KnownColumn{"mass", 'R', 1, Target::mass},
    KnownColumn{"masses", 'R', 1, Target::mass},
    KnownColumn{"mol", 'I', 1, Target::molecule},
    KnownColumn{"molecule", 'I', 1, Target::molecule},
    KnownColumn{"mol_id", 'I', 1, Target::molecule},
    KnownColumn{"id", 'I', 1, Target::id},
    KnownColumn{"ids", 'I', 1, Target::id},
    KnownColumn{"image", 'I', 3, Target::image},
    KnownColumn{"images", 'I', 3, Target::image},
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// A value in quotes, brackets or bare, from position i on; i ends behind it.
std::string parse_value(std::string_view line, std::size_t& i) {
  const char open = i < line.size() ? line[i] : ' ';
  const char close = open == '{' ? '}' : open == '[' ? ']' : open;
  std::string value;
  if (open != '"' && open != '\'' && open != '{' && open != '[') {
    while (i < line.size() && !is_blank(line[i])) value += line[i++];
    return value;
  }
  const std::size_t begin = i++;
  int depth = 1;
  for (; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && open == close) {
      value += line[++i];
      continue;
    }
    if (line[i] == close && --depth == 0) {
      ++i;
      return value;
    }
    if (line[i] == open) ++depth;
    value += line[i];
  }
  throw Error::input(fmt::format("{} opened in column {} is never closed", open, begin + 1));
}

std::vector<double> parse_numbers(const std::string& key, std::string value) {
  std::replace(value.begin(), value.end(), ',', ' ');
  std::vector<std::string_view> words;
  split_words(value, words);
  std::vector<double> numbers;
  for (const auto word : words) numbers.push_back(parse_real(word, "a number in " + key));
  return numbers;
}

std::array<bool, 3> parse_periodic(std::string_view value) {
  std::vector<std::string_view> words;
  split_words(value, words);
  if (words.size() != 3)
    throw Error::input(
        fmt::format("pbc={} has {} flags; three were expected, as in pbc=\"T T F\"", in_quotes(value), words.size()));
  std::array<bool, 3> periodic{};
  for (std::size_t d = 0; d < 3; ++d) {
    const std::string word = lower_case(words[d]);
    if (word != "t" && word != "f" && word != "true" && word != "false" && word != "1" && word != "0")
      throw Error::input(fmt::format("{} in pbc is neither T nor F", in_quotes(words[d])));
    periodic[d] = word == "t" || word == "true" || word == "1";
  }
  return periodic;
}

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

Property parse_property(std::string_view name, std::string_view kind, std::string_view count) {
  if (name.empty()) throw Error::input("Properties names a column with an empty name");
  if (kind.size() != 1 || std::string_view("RISL").find(kind[0]) == std::string_view::npos)
    throw Error::input(fmt::format("Properties gives column {} the kind {}; R, I, S or L was expected", in_quotes(name),
                                   in_quotes(kind)));
  Property property{std::string(name), kind[0]};
  property.components = static_cast<int>(
      parse_integer(count, fmt::format("the number of columns of {}", in_quotes(name)), 1, max_columns));
  for (const auto& known : known_columns) {
    if (name != known.name) continue;
    const bool has_kind = property.kind == known.kind || (property.kind == 'I' && known.kind == 'R');
    if (!has_kind || property.components != known.components)
      throw Error::input(fmt::format("Properties says {}:{}:{}; {}:{}:{} was expected", name, kind, count, name,
                                     known.kind, known.components));
    property.target = known.target;
  }
  return property;
}

void parse_properties(std::string_view text, Header& header) {
  const auto parts = split_at(text, ':');
  if (parts.size() % 3 != 0)
    throw Error::input(fmt::format("Properties={} is not made of triples name:kind:columns, as in species:S:1:pos:R:3",
                                   in_quotes(text)));
  for (std::size_t i = 0; i < parts.size(); i += 3) {
    Property property = parse_property(parts[i], parts[i + 1], parts[i + 2]);
    for (const auto& other : header.properties)
      if (other.name == property.name || (property.target != Target::none && other.target == property.target))
        throw Error::input(fmt::format("Properties names {} and {}, which are the same", in_quotes(other.name),
                                       in_quotes(property.name)));
    property.first = header.num_columns;
    header.num_columns += property.components;
    if (header.num_columns > max_columns)
      throw Error::input(fmt::format("Properties has more than {} columns", max_columns));
    header.properties.push_back(std::move(property));
  }
  if (header.find(Target::position) == nullptr) throw Error::input("Properties has no column pos:R:3");
  if (header.find(Target::species) == nullptr && header.find(Target::number) == nullptr &&
      header.find(Target::type) == nullptr)
    throw Error::input("Properties has none of species:S:1, Z:I:1 and type:I:1");
}

/// Other programs may use these keys for anything: what is not a number is not ours.
template <class Parse, class T>
void take_if_number(const Parse& parse, T& target) {
  try {
    target = parse();
  } catch (const Error&) {
    return;
  }
}

void take(const std::string& key, const std::string& value, Header& header) {
  if (key == "Lattice") {
    const auto numbers = parse_numbers(key, value);
    if (numbers.size() != 9)
      throw Error::input(
          fmt::format("Lattice has {} numbers; nine were expected: the cell vectors a, b, c", numbers.size()));
    header.lattice.emplace();
    std::copy(numbers.begin(), numbers.end(), header.lattice->begin());
  } else if (key == "Origin") {
    const auto numbers = parse_numbers(key, value);
    if (numbers.size() != 3)
      throw Error::input(fmt::format("Origin has {} numbers; three were expected", numbers.size()));
    std::copy(numbers.begin(), numbers.end(), header.origin.begin());
  } else if (key == "pbc") {
    header.periodic = parse_periodic(value);
  } else if (key == "Properties") {
    parse_properties(value, header);
  } else if (key == "type_names") {
    std::vector<std::string_view> words;
    split_words(value, words);
    header.type_names.assign(words.begin(), words.end());
  } else if (key == "type_masses") {
    header.type_masses = parse_numbers(key, value);
    for (const double mass : header.type_masses)
      if (!(mass > 0.0)) throw Error::input(fmt::format("mass {} in type_masses is not positive", mass));
  } else if (key == "title") {
    header.title = value;
  } else if (key == "Time" || key == "time") {
    take_if_number([&] { return parse_real(value, key); }, header.time);
  } else if (key == "Step" || key == "step") {
    take_if_number([&] { return parse_integer(value, key); }, header.step);
  }
}

}  // namespace

const Property* Header::find(Target target) const {
  for (const auto& property : properties)
    if (property.target == target) return &property;
  return nullptr;
}

std::vector<std::pair<std::string, std::string>> parse_pairs(std::string_view line) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < line.size();) {
    if (is_blank(line[i])) {
      ++i;
      continue;
    }
    std::string key;
    if (line[i] == '"' || line[i] == '\'')
      key = parse_value(line, i);
    else
      while (i < line.size() && !is_blank(line[i]) && line[i] != '=') key += line[i++];
    std::string value = "T";
    if (i < line.size() && line[i] == '=') {
      if (key.empty()) throw Error::input(fmt::format("'=' without a key in column {}", i + 1));
      value = parse_value(line, ++i);
    }
    pairs.emplace_back(std::move(key), std::move(value));
  }
  return pairs;
}

Header parse_header(std::string_view line) {
  Header header;
  std::vector<std::string> keys;
  for (const auto& [key, value] : parse_pairs(line)) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end() &&
        (key == "Lattice" || key == "Properties" || key == "pbc"))
      throw Error::input(fmt::format("{} is given twice", key));
    keys.push_back(key);
    take(key, value, header);
  }
  if (header.properties.empty()) parse_properties("species:S:1:pos:R:3", header);
  if (!header.type_masses.empty() && header.type_masses.size() != header.type_names.size())
    throw Error::input(fmt::format("type_masses has {} numbers for {} type_names", header.type_masses.size(),
                                   header.type_names.size()));
  return header;
}

}  // namespace tessera::data::extxyz
