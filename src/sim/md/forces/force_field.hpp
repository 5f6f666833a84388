// All forces of a system.
#pragma once

#include <memory>
#include <vector>

#include "sim/force_term.hpp"

namespace tessera::sim::md {

/// The sum of its terms, which act in the order in which they were added.
class ForceField final : public ForceTerm {
 public:
  void add(std::unique_ptr<ForceTerm> term) { terms_.push_back(std::move(term)); }
  bool is_empty() const { return terms_.empty(); }

  double cutoff() const override;  ///< the longest
  bool needs_full_lists() const override;
  bool adds_to_copies() const override;
  void set_box(const data::Box& box) override;
  void rebuilt(data::Particles& particles, const data::Neighbourhood& near) override;
  void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const override;
  /// Sends the forces on copies home.
  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const override;
  std::optional<Error> problem() const override;  ///< of the first term that has one
  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override;
  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override;
  bool has_heat_flux() const override;  ///< if all have
  ExactSums<3> heat_flux(const data::Particles& particles, const data::Neighbourhood& near,
                         const Array2<double>& velocity) const override;

 private:
  std::vector<std::unique_ptr<ForceTerm>> terms_;
};

}  // namespace tessera::sim::md
