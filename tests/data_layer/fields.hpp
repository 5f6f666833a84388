// Meshes of all kinds to exchange, sum and write, and fields whose values tell which cell they are of.
#pragma once

#include <string>
#include <vector>

#include "catch.hpp"
#include "data/field.hpp"

namespace tessera::test {

struct MeshKind {
  std::string name;
  std::vector<std::int64_t> cells;
  std::array<bool, 3> periodic{true, true, true};
  data::Int3 grid{0, 0, 0};  ///< zeros: the best one
  bool moved_cuts = false;
  data::Centring centring = data::Centring::cell;
};

/// One to three directions, blocks of several sizes, periodic and open sides, for these ranks.
std::vector<MeshKind> mesh_kinds(const Comm& comm = test::comm());

data::Mesh make_mesh(const MeshKind& kind, const Comm& comm = test::comm());

/// A whole number for each cell and component, all different, of the index brought into the mesh where it is periodic.
double value_at(const data::Mesh& mesh, std::array<std::int64_t, 3> index, int component);
/// What is nobody's: beyond open sides.
bool is_outside(const data::Mesh& mesh, const std::array<std::int64_t, 3>& index);

/// Calls visit(global index, component, value) for all values of the block on the host, ghosts too or not; what it does
/// to the value is kept.
template <class Visit>
void for_values(const data::Field& field, bool with_ghosts, const Visit& visit) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field.values());
  const data::Int3 layers = field.layers(), count = field.mesh().count();
  data::Int3 low, high;
  for (int d = 0; d < 3; ++d) {
    low[d] = with_ghosts ? 0 : layers[d];
    high[d] = layers[d] + count[d] + (with_ghosts ? layers[d] : 0);
  }
  for (int c = 0; c < field.components(); ++c)
    for (int z = low[2]; z < high[2]; ++z)
      for (int y = low[1]; y < high[1]; ++y)
        for (int x = low[0]; x < high[0]; ++x) {
          const auto& first = field.mesh().first();
          const std::array<std::int64_t, 3> index{first[0] + x - layers[0], first[1] + y - layers[1],
                                                  first[2] + z - layers[2]};
          visit(index, c, host(x, y, z, c));
        }
  Kokkos::deep_copy(field.values(), host);
}

/// Owned cells become value_at, plus `version`; ghosts -1.
void fill(const data::Field& field, double version = 0.0);

/// How many values of the block, ghosts included, are not what exchange leaves there.
int wrong_values(const data::Field& field, double version = 0.0);

}  // namespace tessera::test
