#include "data/box.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace tessera::data {

namespace {

Vec3 cross(const double (&a)[3], const double (&b)[3]) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double length(const Vec3& a) { return std::sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]); }

double determinant(const double (&m)[3][3]) {
  const Vec3 bc = cross(m[1], m[2]);
  return m[0][0] * bc[0] + m[0][1] * bc[1] + m[0][2] * bc[2];
}

void check_origin(const Box& box) {
  for (int d = 0; d < 3; ++d)
    if (!(length(box.origin) <= 1e9 * box.height(d)))
      throw Error::input(
          fmt::format("the box begins at ({}, {}, {}) and is {} thick: positions in it would have too few digits; move "
                      "it nearer to "
                      "the origin of coordinates",
                      box.origin[0], box.origin[1], box.origin[2], box.height(d)));
}

}  // namespace

Box Box::orthogonal(Vec3 low, Vec3 edge, std::array<bool, 3> periodic) {
  const double vectors[3][3] = {{edge[0], 0, 0}, {0, edge[1], 0}, {0, 0, edge[2]}};
  for (int d = 0; d < 3; ++d)
    if (!(edge[d] > 0.0))
      throw Error::input(
          fmt::format("the box has length {} along direction {}; a positive length is needed", edge[d], d));
  return triclinic(low, vectors, periodic);
}

Box Box::triclinic(Vec3 origin, const double (&vectors)[3][3], std::array<bool, 3> periodic) {
  Box box;
  box.origin = origin;
  double product = 1.0;
  for (int d = 0; d < 3; ++d) {
    box.is_periodic[d] = periodic[static_cast<std::size_t>(d)];
    for (int c = 0; c < 3; ++c) box.cell[d][c] = vectors[d][c];
    const double size = length({vectors[d][0], vectors[d][1], vectors[d][2]});
    if (!std::isfinite(size)) throw Error::input(fmt::format("cell vector {} of the box is not finite", d));
    if (size < shortest || size > longest)
      throw Error::input(fmt::format("cell vector {} of the box is ({}, {}, {}); a length between {} and {} is needed",
                                     d, vectors[d][0], vectors[d][1], vectors[d][2], shortest, longest));
    product *= size;
  }
  const double volume = determinant(vectors);
  if (!(std::abs(volume) > 1e-12 * product))
    throw Error::input(
        "the cell vectors of the box do not span a volume: two are parallel, or all three lie in a plane");
  for (int d = 0; d < 3; ++d) {
    const Vec3 face = cross(vectors[(d + 1) % 3], vectors[(d + 2) % 3]);
    for (int c = 0; c < 3; ++c) box.inverse[c][d] = face[c] / volume;
  }
  check_origin(box);
  return box;
}

double Box::volume() const { return std::abs(determinant(cell)); }

double Box::height(int d) const { return volume() / length(cross(cell[(d + 1) % 3], cell[(d + 2) % 3])); }

bool Box::is_orthogonal() const {
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c)
      if (d != c && cell[d][c] != 0.0) return false;
  return true;
}

}  // namespace tessera::data
