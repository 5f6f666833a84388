// Internal to the reader of extended XYZ: what the second line of a frame says.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera::data::extxyz {

/// What a column is to us, whatever its name in the file.
enum class Target {
  species,
  number,
  type,
  position,
  velocity,
  momentum,
  force,
  charge,
  mass,
  molecule,
  id,
  image,
  none
};

struct Property {
  std::string name;
  char kind = 'R';  ///< R, I, S or L
  int components = 1;
  Target target = Target::none;
  int first = 0;  ///< its first column
};

struct Header {
  std::optional<std::array<double, 9>> lattice;  ///< a, b, c
  std::array<double, 3> origin{};
  std::optional<std::array<bool, 3>> periodic;
  std::vector<Property> properties;
  int num_columns = 0;
  std::vector<std::string> type_names;
  std::vector<double> type_masses;
  std::string title;
  double time = 0.0;
  std::int64_t step = 0;

  const Property* find(Target target) const;
};

/// The pairs key=value of such a line; a key alone means T. Throws Error (input).
std::vector<std::pair<std::string, std::string>> parse_pairs(std::string_view line);

/// Throws Error (input) saying what is wrong, without path and line.
Header parse_header(std::string_view line);

}  // namespace tessera::data::extxyz
