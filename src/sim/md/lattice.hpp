// Systems on cubic lattices.
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "data/system.hpp"
#include "data/tiling.hpp"
#include "sim/md/params.hpp"

namespace tessera::sim::md {

/// Sites of one cubic cell.
int sites_per_cell(LatticeKind kind);
/// Edge of a cell that gives the density or is the spacing itself.
double cell_edge(const LatticeParams& params);
/// Particles of the whole lattice, or of its sphere.
std::int64_t num_sites(const LatticeParams& params);
/// Throws Error (input) if the lattice has a sphere without a site, or one across more rows than can be counted.
void check_sphere(const LatticeParams& params);
/// Periodic in all directions, from the origin.
data::Box lattice_box(const LatticeParams& params);
/// Names and masses of the types.
std::vector<data::Species> lattice_species(const LatticeParams& params, const std::string& units);

/// Exact numbers of particles of each type: amounts rounded to the nearest, the largest remainders upwards.
std::vector<std::int64_t> share_out(const std::vector<double>& amounts, std::int64_t total);

/// A permutation of 0 ... count - 1, keyed by the stream: a Feistel network on the next power of four, walked until it
/// falls below count (Black and Rogaway, CT-RSA 2002). Every rank can ask for any index.
std::uint64_t permuted_index(const Random& random, std::uint64_t index, std::uint64_t count);

/// Collective. Every rank makes the particles of its own tile and no others. Ids run along the lattice, sites of a cell
/// first, then x, y, z; types depend on seed and id only. Throws Error (input) if a rank would own too many, and
/// for what check_sphere() refuses.
data::System make_lattice(const data::Tiling& tiling, const LatticeParams& params, const std::string& units,
                          std::uint32_t seed);

}  // namespace tessera::sim::md
