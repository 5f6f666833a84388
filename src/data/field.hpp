// Values on a structured mesh: components x this rank's block of cells, with ghost layers around it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/mesh.hpp"
#include "data/mesh_exchange.hpp"

namespace tessera::data {

/// (x, y, z, component): x fastest, each component in one piece.
template <class T>
using Array4 = Kokkos::View<T****, Kokkos::LayoutLeft, MemSpace>;

/// Cell (i, j, k) of the block, counted from mesh().first(), has its component c at
/// values()(i + layers()[0], j + layers()[1], k + layers()[2], c); what lies around is ghosts. Fields of several kinds
/// of data (a distribution function on many velocities) have one component each.
class Field {
 public:
  /// Collective. All values are zero. `layers` ghost layers lie on both sides of the block in
  /// each direction of the mesh. `unit` is a quantity, as of columns: "velocity"; empty for none. Throws Error (input)
  /// if there are fewer than 1 component or 0 layers, or if ghosts reach too far (see MeshExchange).
  Field(const Mesh& mesh, std::string_view name, int components, int layers, std::string_view unit = "");
  Field(Field&&) = default;
  Field& operator=(Field&&) = default;
  Field(const Field&) = delete;  // two would share their values and be exchanged as one
  Field& operator=(const Field&) = delete;

  const Mesh& mesh() const { return mesh_; }
  const std::string& name() const { return name_; }
  const std::string& unit() const { return unit_; }
  int components() const { return static_cast<int>(values_.extent(3)); }
  /// Ghost layers along each direction: 0 in those that the mesh has not.
  const Int3& layers() const { return layers_; }
  const Array4<double>& values() const { return values_; }

  /// Collective. Every ghost becomes what the cell is that it is a copy of: over faces, edges and corners, around
  /// periodic sides, on one rank too. Ghosts beyond open sides belong to nobody and stay as they are: boundary
  /// conditions fill them afterwards, over the ghosts along the other directions too.
  void exchange() {
    exchange_begin();
    exchange_end();
  }
  /// Until the end owned cells may be read but not written, and ghosts neither. Several fields may be under way, in the
  /// same order on all ranks. Throws Error (internal) if begin and end do not follow one another.
  void exchange_begin();
  void exchange_end();
  /// Collective. The adjoint of exchange: adds every ghost to the cell that it is a copy of, in an order that depends
  /// on the tiling alone. Ghosts keep what they have.
  void reverse();

 private:
  Mesh mesh_;
  std::string name_, unit_;
  Int3 layers_;
  MeshExchange exchange_;
  Array4<double> values_;
  Array2<double> cells_;  // the same memory, (cell, component)
  bool is_under_way_ = false;
};

/// Sums over all cells of the mesh, ghosts left out, the same on any number of ranks (see ExactSum), one value a
/// component. Collective. What is not finite makes the results that it enters not finite; extrema become not a number.
std::vector<double> sums(const Field& field);
/// Sums times the volume that a value stands for: Mesh::weight and Mesh::cell_volume.
std::vector<double> integrals(const Field& field);
std::vector<double> minima(const Field& field);
std::vector<double> maxima(const Field& field);
/// Collective. Sum of the products of all values. Throws Error (internal) unless both are of the same mesh, cut alike,
/// with as many components.
double dot(const Field& a, const Field& b);
/// Collective. L2 norm: root of the integral of the squares of all components.
double norm(const Field& field);

}  // namespace tessera::data
