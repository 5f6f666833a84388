// Boxes of three dimensions around particles of three at most, for what wants such a box: tiles, and files.
#pragma once

#include "data/box.hpp"
#include "data/particles.hpp"
#include "sim/particles/space.hpp"

namespace tessera::sim::particles {

/// Lowest and highest coordinates.
struct Extent {
  data::Vec3 low{0, 0, 0}, high{0, 0, 0};
};

/// Collective. Of all particles; 0 beyond the dimensions.
Extent extent_of(const data::Particles& particles, int dimensions);

/// That of space where it is periodic; along open directions a tenth longer than the extent on both sides; beyond the
/// dimensions thinner by far than any other edge. `least` is an edge where all particles are in one place.
data::Box box_around(const Space& space, const Extent& extent, double least);

}  // namespace tessera::sim::particles
