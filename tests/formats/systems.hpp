// Systems of particles to write and compare.
#pragma once

#include <string>
#include <vector>

#include "catch.hpp"
#include "data/system.hpp"

namespace tessera::test {

struct SystemKind {
  int particles = 57;
  bool has_velocity = true, has_force = false, has_charge = false, has_molecule = false;
  bool has_topology = false;  ///< bonds, angles, dihedrals, impropers
  bool is_triclinic = false, is_open = false;
  std::int64_t id_stride = 1;  ///< between neighbouring ids
};

/// Collective. Reproducible random particles, spread over the ranks without order; the same for any number of ranks.
data::System make_system(const SystemKind& kind, const Comm& comm = test::comm());

/// Whatever columns a system can have.
inline const std::vector<std::string> all_columns{"type",  "position", "image",   "velocity",
                                                  "force", "charge",   "molecule"};

/// A particle with all its columns by name, on every rank.
struct Row {
  std::int64_t id = 0;
  std::vector<double> values;
  bool operator==(const Row&) const = default;
};

/// Collective. All particles by id, the values of these columns one behind the other.
std::vector<Row> gather_rows(const data::System& system, const std::vector<std::string>& columns);

/// Collective. All rows of a topology table, in the order of ranks; empty if there is none of that name.
std::vector<std::int64_t> gather_topology(const data::System& system, const std::string& name);

/// Collective. Root writes a file into a scratch folder; returns its path.
std::string write_file(const std::string& name, const std::string& content);
std::string read_file(const std::string& path);

}  // namespace tessera::test
