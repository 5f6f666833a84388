// A system of particles as files and lattices give it: box, particles, species and (for molecules) topology.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/box.hpp"
#include "data/particles.hpp"

namespace tessera::data {

struct Species {
  std::string name;   ///< element or label; "1", "2"... where a file gives numbers only
  double mass = 1.0;  ///< in the file's unit system
};

/// Rows of a topology table held by this rank (bonds, angles...): type from 1, then 2, 3 or 4 particle ids.
struct TopologyTable {
  std::string name;  ///< bonds, angles, dihedrals, impropers
  int ids_per_row = 2;
  std::vector<std::int64_t> rows;  ///< (type, id...) repeated: this rank's share
};

/// What a file says about one type of bonds, angles..., as it stands there.
struct TopologyCoefficients {
  std::string name;   ///< of the table: bonds, angles, dihedrals, impropers
  std::string style;  ///< harmonic, fene...; empty if the file does not say
  std::int64_t type = 1;
  std::vector<double> values;
};

struct System {
  explicit System(const Comm& comm) : particles(comm) { add_standard_columns(particles); }

  Box box;
  Particles particles;  ///< position, image, id, type; velocity, charge, molecule, force if the source has them.
                        ///< Rows may be on any rank until Tiling's migrate brings them home.
  std::vector<Species> species;
  std::vector<TopologyTable> topology;
  std::vector<TopologyCoefficients> coefficients;  ///< the same on all ranks
  std::string title;
  double time = 0.0;
  std::int64_t step = 0;
};

}  // namespace tessera::data
