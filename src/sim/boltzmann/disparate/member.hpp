// One mixture of given eps, in one cell.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/boltzmann/disparate/params.hpp"
#include "sim/boltzmann/disparate/reference.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Totals that collisions keep; momentum in units of light particles.
struct Totals {
  double light = 0.0, heavy = 0.0, momentum[3] = {}, energy = 0.0;
};

class Member {
 public:
  /// Both operators are used by this object alone while it steps, and must outlive it.
  Member(const MixtureParams& params, double eps, CollisionOperator& light, CollisionOperator& heavy);

  void start();
  /// Nothing once it is done. Throws Error (numeric) as Scheme::advance does.
  void step();
  bool is_done() const;
  double time() const { return time_; }

  /// What is known about it now; names are without those of members.
  static std::vector<std::pair<const char*, const char*>> columns(const MixtureParams& params);  ///< name, unit
  std::vector<double> values() const;
  /// Of an operator within one species.
  std::int64_t num_evaluations() const { return evaluations_before_ + scheme_.num_evaluations(); }
  /// Of light temperatures, over all steps.
  double largest_error() const { return largest_error_; }

  const std::vector<double>& light() const { return f_; }
  const std::vector<double>& heavy() const { return h_; }
  /// Besides both distributions: as many numbers in every call.
  std::vector<double> save() const;
  void restore(std::vector<double> f, std::vector<double> h, const std::vector<double>& rest);

 private:
  Totals totals() const;
  void compare();

  MixtureParams params_;
  double eps_;
  VelocityGrid light_grid_, heavy_grid_;
  Scheme scheme_;
  std::optional<Reference> reference_;
  std::vector<double> f_, h_;
  Totals start_;
  std::int64_t evaluations_before_ = 0;  // in runs that this one goes on with
  double time_ = 0.0, dt_, reference_temperature_ = 0.0, largest_error_ = 0.0;
};

}  // namespace tessera::sim::boltzmann::disparate
