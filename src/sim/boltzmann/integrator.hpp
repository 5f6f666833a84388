// One step of all species.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "sim/boltzmann/collision_step.hpp"
#include "sim/boltzmann/params.hpp"
#include "sim/boltzmann/species.hpp"
#include "sim/boltzmann/transport/advection.hpp"

namespace tessera::sim::boltzmann {

class Evolution {
 public:
  /// Collective. Nothing is filled yet.
  Evolution(const BoltzmannParams& params, const data::Mesh& mesh);

  std::vector<Species>& species() { return species_; }
  const std::vector<Species>& species() const { return species_; }
  const data::Mesh& mesh() const { return mesh_; }
  /// Collective. The deck's start.
  void fill_initial();
  /// Collective. What goes wrong here is kept for fault().
  void step(double dt);
  /// What this rank found unphysical in the last step.
  const std::optional<Error>& fault() const { return fault_; }

 private:
  void fly(int from, const Advance& advance, int to);
  void find_targets(int copy, double step);
  void relax_base(double step);
  void add_collisions(int from, double step, int to, bool keeps_rate = false);
  void note_fault(const Species& species, int cell, const char* what);

  void step_imex(double dt);
  void step_penalised(double dt);
  void step_rk2(double dt, bool collides);
  void step_rk3(double dt, bool collides);
  void step_exponential(double dt);

  BoltzmannParams params_;
  data::Mesh mesh_;
  std::vector<Species> species_;
  std::vector<CollisionStep> collisions_;
  SingleModel single_;
  MixtureModel mixture_;
  Model target_model_;  // of the collision integral: its Maxwellians
  std::optional<Error> fault_;
};

/// Of a relaxation model of one gas, and of a mixture.
SingleModel single_model(const BoltzmannParams& params);
MixtureModel mixture_model(const BoltzmannParams& params);

}  // namespace tessera::sim::boltzmann
