// Particles on their way to another rank, or from outside the box.
#pragma once

#include <cstdint>
#include <vector>

#include "data/mesh.hpp"
#include "sim/dsmc/bins.hpp"

namespace tessera::sim::dsmc {

struct Traveller {
  double x[3], v[3];
  std::int64_t id;
  Origin origin;
  std::int64_t cell;  ///< of the whole mesh, where it goes
  int type;
};

/// Who owns which cell.
class Owners {
 public:
  explicit Owners(const data::Mesh& mesh);
  int rank_of(std::int64_t cell) const;

 private:
  data::Tiling tiling_;
  data::Long3 cells_;
  std::vector<std::int64_t> first_[3];  // cell of each tile
};

/// Collective. Each to the rank that owns its cell; returns those that have come here, in no particular order.
std::vector<Traveller> exchange(const Comm& comm, const Owners& owners, const std::vector<Traveller>& leaving);

/// Local. The rows of `columns` whose target says that they leave, `count` of them.
std::vector<Traveller> pack_leaving(const ParticleColumns& columns, const Bins& bins, int rows, std::int64_t count,
                                    const CellGrid& grid, int num_species);

/// Local. Writes them to rows from `first` on.
void unpack(const std::vector<Traveller>& travellers, const ParticleColumns& columns, int first, int directions);

}  // namespace tessera::sim::dsmc
