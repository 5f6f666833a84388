// Federated data, for the registry.
#pragma once

#include <memory>

#include "sim/stage.hpp"

namespace tessera::learn::client_data {

/// "client_data": rows shared out over clients, in table.h5.
std::unique_ptr<sim::StageType> make_client_data_type();

}  // namespace tessera::learn::client_data
