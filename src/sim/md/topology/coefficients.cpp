#include "sim/md/topology/coefficients.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <sstream>

#include "base/error.hpp"
#include "data/formats/words.hpp"

namespace tessera::sim::md {

namespace {

struct Style {
  const char* table;
  const char* name;
  std::size_t values;
  const char* words;
};
constexpr std::array<Style, 12> styles{{{"bonds", "harmonic", 2, "K r0"},
                                        {"bonds", "morse", 3, "D alpha r0"},
                                        {"bonds", "fene", 4, "K R0 epsilon sigma"},
                                        {"bonds", "rigid", 1, "r0"},
                                        {"angles", "harmonic", 2, "K theta0"},
                                        {"angles", "charmm", 4, "K theta0 K_ub r_ub"},
                                        {"angles", "rigid", 1, "theta0"},
                                        {"dihedrals", "opls", 4, "K1 K2 K3 K4"},
                                        {"dihedrals", "harmonic", 3, "K d n"},
                                        {"dihedrals", "charmm", 4, "K n d weight"},
                                        {"impropers", "harmonic", 2, "K chi0"},
                                        {"impropers", "cvff", 3, "K d n"}}};

[[noreturn]] void refuse(const data::TopologyCoefficients& one, const std::string& why) {
  throw Error::input(fmt::format("coefficients of type {} of the {}: {}", one.type, one.name, why));
}

const Style& find_style(const data::TopologyCoefficients& one) {
  std::vector<std::string> names;
  for (const auto& style : styles) {
    if (one.name != style.table) continue;
    if (one.style == style.name) return style;
    names.emplace_back(style.name);
  }
  if (one.style.empty())
    refuse(one, fmt::format("the file does not say their style; write it behind the section's name, as in '# {}', or "
                            "give the coefficients in the deck",
                            names.front()));
  refuse(one, fmt::format("style '{}' is not known; {} are", one.style, fmt::join(names, ", ")));
}

void check_whole(const data::TopologyCoefficients& one, double value, double low, double high, const char* what) {
  if (!(value >= low && value <= high && value == std::floor(value)))
    refuse(one, fmt::format("{} is {}; a whole number from {} to {} was expected", what, value, low, high));
}

void check_values(const data::TopologyCoefficients& one) {
  const Style& style = find_style(one);
  if (one.values.size() != style.values)
    refuse(one, fmt::format("style {} has {} numbers ({}), here are {}", style.name, style.values, style.words,
                            one.values.size()));
  constexpr double most = 6.0;  // multiplicity
  if (one.style == "cvff" || (one.name == "dihedrals" && one.style == "harmonic")) {
    if (std::abs(one.values[1]) != 1.0) refuse(one, fmt::format("d is {}; 1 or -1 was expected", one.values[1]));
    check_whole(one, one.values[2], 0.0, most, "n");
  }
  if (one.name == "dihedrals" && one.style == "charmm") {
    check_whole(one, one.values[1], 0.0, most, "n");
    if (one.values[3] != 0.0)
      refuse(one, fmt::format("the weight is {}: pairs weighted by their dihedral are not supported; give 0, and "
                              "weights of all pairs three bonds apart in [stage.special]",
                              one.values[3]));
  }
  if (one.style == "rigid" && !(one.values[0] > 0.0)) refuse(one, "a rigid bond or angle is above 0");
  if (one.style == "rigid" && one.name == "angles" && !(one.values[0] < 180.0))
    refuse(one, "a rigid angle is below 180 degrees");
  if (one.style == "fene" && !(one.values[1] > 0.0)) refuse(one, "R0 must be positive");
}

double number(const std::optional<double>& value) { return value.value_or(0.0); }
double number(const std::optional<std::int64_t>& value) { return static_cast<double>(value.value_or(0)); }

data::TopologyCoefficients convert(const BondParams& p) {
  if (p.kind == BondKind::morse)
    return {"bonds", "morse", p.type, {number(p.depth), number(p.alpha), number(p.length)}};
  if (p.kind == BondKind::rigid) return {"bonds", "rigid", p.type, {number(p.length)}};
  if (p.kind == BondKind::fene)
    return {"bonds", "fene", p.type, {number(p.k), number(p.max_length), number(p.epsilon), number(p.sigma)}};
  return {"bonds", "harmonic", p.type, {number(p.k), number(p.length)}};
}

data::TopologyCoefficients convert(const AngleParams& p) {
  if (p.kind == AngleKind::rigid) return {"angles", "rigid", p.type, {p.angle}};
  if (p.kind == AngleKind::harmonic) return {"angles", "harmonic", p.type, {number(p.k), p.angle}};
  return {"angles", "charmm", p.type, {number(p.k), p.angle, number(p.k_ub), number(p.length_ub)}};
}

data::TopologyCoefficients convert(const DihedralParams& p) {
  if (p.kind == DihedralKind::opls) return {"dihedrals", "opls", p.type, p.k};
  if (p.kind == DihedralKind::harmonic)
    return {"dihedrals", "harmonic", p.type, {p.k.at(0), number(p.sign), number(p.n)}};
  return {"dihedrals", "charmm", p.type, {p.k.at(0), number(p.n), number(p.phase), 0.0}};
}

data::TopologyCoefficients convert(const ImproperParams& p) {
  if (p.kind == ImproperKind::harmonic) return {"impropers", "harmonic", p.type, {p.k, number(p.angle)}};
  return {"impropers", "cvff", p.type, {p.k, number(p.sign), number(p.n)}};
}

template <class Params>
void convert_all(const std::vector<Params>& all, std::vector<data::TopologyCoefficients>& target) {
  for (const auto& one : all) target.push_back(convert(one));
}

}  // namespace

std::vector<TypeCoefficients> coefficients_of(const std::string& name, const MoleculeParams& deck,
                                              const data::System& system) {
  std::vector<data::TopologyCoefficients> given;
  convert_all(deck.bonds, given);
  convert_all(deck.angles, given);
  convert_all(deck.dihedrals, given);
  convert_all(deck.impropers, given);
  std::vector<TypeCoefficients> types;
  const auto take = [&](const data::TopologyCoefficients& one, bool is_deck) {
    if (one.name != name) return;
    const auto type = static_cast<std::size_t>(one.type);
    if (types.size() < type) types.resize(type);
    if (!types[type - 1].style.empty()) {
      if (is_deck) throw Error::input(fmt::format("the deck gives type {} of the {} twice", one.type, name));
      return;
    }
    check_values(one);
    types[type - 1] = {one.style, one.values};
  };
  for (const auto& one : given) take(one, true);
  for (const auto& one : system.coefficients) take(one, false);
  return types;
}

std::string to_text(const std::vector<data::TopologyCoefficients>& coefficients) {
  std::string text;
  for (const auto& one : coefficients)
    text += fmt::format("{} {} {} {}\n", one.name, one.type, one.style.empty() ? "-" : one.style,
                        fmt::join(one.values, " "));
  return text;
}

std::vector<data::TopologyCoefficients> coefficients_from_text(const std::string& text) {
  std::vector<data::TopologyCoefficients> coefficients;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    data::TopologyCoefficients one;
    if (!(words >> one.name >> one.type >> one.style))
      throw Error::input("the checkpoint of this stage has coefficients that cannot be read");
    if (one.style == "-") one.style.clear();
    for (std::string word; words >> word;) one.values.push_back(data::parse_real(word, "a coefficient"));
    coefficients.push_back(std::move(one));
  }
  return coefficients;
}

}  // namespace tessera::sim::md
