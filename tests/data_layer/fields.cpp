#include "fields.hpp"

namespace tessera::test {

using namespace data;

std::vector<MeshKind> mesh_kinds(const Comm& comm) {
  const int size = comm.size();
  const std::array<bool, 3> all{true, true, true}, none{false, false, false}, mixed{true, false, true};
  return {{"line", {17}, all},
          {"open line", {17}, none},
          {"line on uneven cuts", {19}, all, {size, 1, 1}, true},
          {"as many cells as ranks", {size}, all},
          {"nodes on an open line", {13}, none, {size, 1, 1}, false, Centring::node},
          {"plane", {9, 7}, all},
          {"open plane", {9, 7}, none},
          {"plane cut along x", {11, 4}, mixed, {size, 1, 1}, true},
          {"plane of nodes", {8, 6}, mixed, {0, 0, 0}, false, Centring::node},
          {"cube", {6, 5, 8}, all},
          {"open cube", {6, 5, 8}, none},
          {"cube on uneven cuts", {5, 9, 7}, mixed, {0, 0, 0}, true},
          {"slabs", {4, 3, 6}, mixed, {1, 1, size}},
          {"flat", {5, 1, 6}, all}};
}

Mesh make_mesh(const MeshKind& kind, const Comm& comm) {
  const Box box = Box::orthogonal({-1.0, 0.5, 2.0}, {3.0, 2.0, 5.0}, kind.periodic);
  Tiling tiling(comm, box, kind.grid[0] == 0 ? Mesh::best_grid(kind.cells, comm.size()) : kind.grid);
  for (int d = 0; kind.moved_cuts && d < 3; ++d) {
    auto cuts = tiling.cuts(d);
    for (auto& cut : cuts) cut = 0.6 * cut * cut + 0.4 * cut;
    cuts.back() = 1.0;
    tiling.set_cuts(d, cuts);
  }
  return {tiling, kind.cells, kind.centring};
}

bool is_outside(const Mesh& mesh, const std::array<std::int64_t, 3>& index) {
  for (int d = 0; d < 3; ++d) {
    const auto n = static_cast<std::size_t>(d);
    if (!mesh.is_periodic(d) && (index[n] < 0 || index[n] >= mesh.num_cells()[n])) return true;
  }
  return false;
}

double value_at(const Mesh& mesh, std::array<std::int64_t, 3> index, int component) {
  const auto& cells = mesh.num_cells();
  for (std::size_t d = 0; d < 3; ++d) index[d] = (index[d] % cells[d] + cells[d]) % cells[d];
  const auto number = index[0] + cells[0] * (index[1] + cells[1] * (index[2] + cells[2] * component));
  return static_cast<double>(number + 1);
}

void fill(const Field& field, double version) {
  for_values(field, true, [](const auto&, int, double& value) { value = -1.0; });
  for_values(field, false,
             [&](const auto& index, int c, double& value) { value = value_at(field.mesh(), index, c) + version; });
}

int wrong_values(const Field& field, double version) {
  int wrong = 0;
  for_values(field, true, [&](const auto& index, int c, double& value) {
    const double expected = is_outside(field.mesh(), index) ? -1.0 : value_at(field.mesh(), index, c) + version;
    wrong += value == expected ? 0 : 1;
  });
  return wrong;
}

}  // namespace tessera::test
