// A trained network in the place of forces and steps: it moves the particles of a stage of molecular dynamics.
#pragma once

#include <memory>
#include <string>

#include "learn/trajcast/forecast_params.hpp"
#include "learn/trajcast/model_file.hpp"
#include "sim/md/ensembles/coupling.hpp"

namespace tessera::learn::trajcast {

/// One step is one interval of the network. `where` begins messages about the model.
std::unique_ptr<sim::md::Coupling> make_forecast(const StoredNetwork& network, const ForecastParams& params,
                                                 const std::string& where);

}  // namespace tessera::learn::trajcast
