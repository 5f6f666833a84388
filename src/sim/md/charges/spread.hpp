// Internal to the particle mesh: charges onto the points around them, and fields back, with the same weights.
#pragma once

#include "data/box.hpp"
#include "data/particles.hpp"
#include "sim/md/charges/brick_exchange.hpp"

namespace tessera::sim::md {

/// The mesh and this rank's part of it, as kernels see it. A stencil begins at its lowest point; those of this rank's
/// particles begin within [first, first + count).
struct MeshPart {
  data::Box box;
  int points[3] = {1, 1, 1};
  int first[3] = {0, 0, 0};
  int count[3] = {0, 0, 0};
  int order = 5;

  /// All points that stencils reach.
  Brick brick() const;
  /// Between rows of charges along x: whole vectors.
  int pitch() const;
  std::size_t num_charge_values() const;  ///< (z, y, x)
  /// Numbers at one point: three components of the field, and one that is not used.
  static constexpr int field_stride = 4;
  std::size_t num_field_values() const;  ///< (z, y, x, component)
};

/// Local. Where stencils of owned particles begin, and so much further as particles may go. `position` may be that of
/// an earlier time.
MeshPart find_part(const data::Box& box, const data::Int3& points, int order, double drift,
                   const Array2<double>& position, int num_owned);

/// Local. Zeroes the values and adds the charges; what lies outside is left out. Returns the number of those.
int spread_charges(const MeshPart& part, const Array2<double>& position, const Array2<double>& charge, int num_owned,
                   const Array1<double>& values);

/// Local. Adds charge times `factor` times the field to the forces. The three components are slopes along the
/// fractional coordinates. What lies outside gets a force that is not a number.
void add_mesh_forces(const MeshPart& part, const Array2<double>& position, const Array2<double>& charge, int num_owned,
                     const Array1<double>& field, double factor, const Array2<double>& force);

}  // namespace tessera::sim::md
