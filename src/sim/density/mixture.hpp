// A mixture of Gaussians whose weights, means and variances are formulas of the time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/named_number.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

/// One Gaussian. Its variances are along axes of which the first two turn about the mean, those of t = 0 being x and y.
struct ComponentParams {
  std::string weight = "1";           ///< formulas
  std::vector<std::string> mean;      ///< one a coordinate
  std::vector<std::string> variance;  ///< likewise, once a deck is read
  double rotation_rate = 0.0;         ///< radians a time
};

struct MixtureParams {
  double begin = 0.0, end = 1.0;
  std::string mass = "1";  ///< formula
  std::vector<deck::NamedNumber> parameters;
  std::vector<ComponentParams> components;
};
/// The keys of a mixture, in a table that may have others.
void bind_mixture(deck::Binder& binder, MixtureParams& params);

/// The weights are divided by their sum. Throws Error (input) if at one of many times between begin and end a weight is
/// negative, all are zero, a variance or the mass is not positive, or anything is not finite.
std::shared_ptr<const SampleSource> make_mixture(const MixtureParams& params);

}  // namespace tessera::sim::density
