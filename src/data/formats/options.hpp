// What a file of particles leaves open and its reader must be told.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tessera::data {

struct ReadOptions {
  std::int64_t frame = -1;  ///< which frame of a trajectory, from 0; the last one if negative
  std::int64_t step = -1;   ///< the frame of this step instead (snapshots and H5MD)
  std::string atom_style;   ///< of LAMMPS data files that do not say it: atomic, charge, bond, angle, molecular or full
  std::string group;        ///< of H5MD files with several groups of particles
  std::vector<std::string> species;                ///< names of types 1, 2...; a file with names may use these only
  std::array<bool, 3> periodic{true, true, true};  ///< for files that do not say it
  std::optional<double>
      margin;  ///< extxyz without Lattice: an open box this much larger than the particles on each side
  std::string
      units;  ///< unit system to convert to where a format has units of its own (momenta in extxyz); empty: none
};

}  // namespace tessera::data
