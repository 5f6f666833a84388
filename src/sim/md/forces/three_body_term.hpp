// What potentials of three bodies have in common: full lists, and forces on all that are near a particle.
#pragma once

#include "sim/force_term.hpp"

namespace tessera::sim::md {

class ThreeBodyTerm : public ForceTerm {
 public:
  bool needs_full_lists() const final { return true; }
  bool adds_to_copies() const final { return true; }

  void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const final {
    add_forces(particles, near, 0, near.num_interior());
  }
  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const final {
    add_forces(particles, near, near.num_interior(), near.pairs().num_owned_clusters);
  }

 protected:
  /// Around the particles of these clusters, numbered as in near.work_order().
  virtual void add_forces(const data::Particles& particles, const data::Neighbourhood& near, int begin,
                          int end) const = 0;
};

}  // namespace tessera::sim::md
