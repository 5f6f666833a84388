// The registry's entry for forecasts.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::learn::trajcast {

/// "forecast": molecular dynamics whose steps a trained network makes.
std::unique_ptr<sim::StageType> make_forecast_type();

}  // namespace tessera::learn::trajcast
