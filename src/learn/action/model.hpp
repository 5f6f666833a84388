// A trained action or field in a file, with all that is needed to use it again.
#pragma once

#include <string>

#include "learn/action/training.hpp"

namespace tessera::learn::action {

/// In the folder of the stage that has trained it.
inline constexpr const char* model_file = "model.h5";

struct TrainedModel {
  Method method = Method::action;
  Scales scales;
  DynamicsParams dynamics;
  Network network;
  Array1<double> values;
  Corruption corruption = {};  ///< of the images that it restores

  /// velocity() is that of the network's units.
  double end() const { return scales.begin + scales.duration; }
};

/// Local. As it is now.
data::Model to_model(const Training& training);

/// Collective. Throws Error (input) for a damaged or foreign file.
TrainedModel read_trained_model(const Comm& comm, const std::string& path);

}  // namespace tessera::learn::action
