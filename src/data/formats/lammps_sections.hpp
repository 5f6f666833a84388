// Internal to the reader of LAMMPS data files: its header and where its sections are.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"
#include "data/formats/text_file.hpp"

namespace tessera::data::lammps {

struct Section {
  std::string name;
  std::string comment;  ///< behind '#' in its heading
  std::int64_t line = 0;
  LineRange body;
};

struct Layout {
  std::string title;
  std::map<std::string, std::int64_t> counts;  ///< "atoms", "bond types"...
  std::map<std::string, std::int64_t> lines;   ///< where the header says so
  std::array<std::array<double, 2>, 3> bounds{};
  std::array<double, 3> tilt{};  ///< xy, xz, yz
  std::vector<Section> sections;

  /// 0 if the header does not say.
  std::int64_t count(const std::string& what) const;
  const Section* section(std::string_view name) const;
};

/// What a table of bonds, angles... is called where.
struct TopologyKind {
  const char* section;       ///< Bonds
  const char* count;         ///< bonds
  const char* types;         ///< bond types
  const char* coefficients;  ///< Bond Coeffs
  int ids_per_row;
};
inline constexpr std::array<TopologyKind, 4> topology_kinds{
    {{"Bonds", "bonds", "bond types", "Bond Coeffs", 2},
     {"Angles", "angles", "angle types", "Angle Coeffs", 3},
     {"Dihedrals", "dihedrals", "dihedral types", "Dihedral Coeffs", 4},
     {"Impropers", "impropers", "improper types", "Improper Coeffs", 4}}};

/// Collective. Finds all sections and reads the header. Throws Error (input) for what is unknown, repeated, missing, or
/// more than a file of this size can hold.
Layout read_layout(const Comm& comm, const TextFile& file);

/// Collective. All lines of a section with few rows, on every rank.
std::vector<std::string> read_small_section(const Comm& comm, const TextFile& file, const Section& section);

}  // namespace tessera::data::lammps
