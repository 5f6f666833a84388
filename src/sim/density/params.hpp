// What a deck says in [stage.density]: which path of densities, and its keys.
#pragma once

#include <memory>

#include "deck/binder.hpp"
#include "sim/density/mixture.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

enum class DensityKind { mixture };

struct DensityParams {
  DensityKind kind = DensityKind::mixture;
  MixtureParams mixture;
};
void bind(deck::Binder& binder, DensityParams& params);

/// Throws Error (input) for what cannot be.
std::shared_ptr<const SampleSource> make_source(const DensityParams& params);

/// For what draws from densities without knowing them.
MakeSampleSourceParams make_params_maker();

}  // namespace tessera::sim::density
