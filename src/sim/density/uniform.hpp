// Points that are spread evenly over a box, at all times: where noise on a torus ends.
#pragma once

#include <memory>
#include <vector>

#include "deck/binder.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

struct UniformParams {
  std::vector<double> low, length;  ///< of each coordinate
};
/// The keys of a box, in a table that may have others.
void bind_uniform(deck::Binder& binder, UniformParams& params);

std::shared_ptr<const SampleSource> make_uniform(const UniformParams& params);

}  // namespace tessera::sim::density
