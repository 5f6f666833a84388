// What the light temperature of a mixture should be.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/boltzmann/disparate/isotropic_mixture.hpp"
#include "sim/boltzmann/disparate/params.hpp"

namespace tessera::sim::boltzmann::disparate {

class Reference {
 public:
  /// Not ReferenceKind::none.
  Reference(const MixtureParams& params, const MixtureModel& model);

  /// Times in light collision times, never earlier than before.
  double light_temperature(double time);
  /// What times to come depend on; as many numbers in every call.
  std::vector<double> save() const;
  void restore(const std::vector<double>& values);

 private:
  MixtureParams params_;
  MixtureModel model_;
  std::optional<IsotropicMixture> isotropic_;
};

}  // namespace tessera::sim::boltzmann::disparate
