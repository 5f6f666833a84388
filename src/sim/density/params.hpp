// What a deck says in [stage.density]: which path of densities, and its keys.
#pragma once

#include <memory>

#include "deck/binder.hpp"
#include "sim/density/branching_cells.hpp"
#include "sim/density/gaussian_field.hpp"
#include "sim/density/hydrogen.hpp"
#include "sim/density/mixture.hpp"
#include "sim/density/petals.hpp"
#include "sim/density/uniform.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

enum class DensityKind { mixture, hydrogen, petals, branching_cells, gaussian_field, uniform };

struct DensityParams {
  DensityKind kind = DensityKind::mixture;
  MixtureParams mixture;
  HydrogenParams hydrogen;
  PetalsParams petals;
  BranchingCellsParams branching_cells;
  GaussianFieldParams gaussian_field;
  UniformParams uniform;
};
void bind(deck::Binder& binder, DensityParams& params);

/// Throws Error (input) for what cannot be.
std::shared_ptr<const SampleSource> make_source(const DensityParams& params);

/// For what draws from densities without knowing them.
MakeSampleSourceParams make_params_maker();

}  // namespace tessera::sim::density
