// A network of either precision, on one rank's pairs.
#pragma once

#include <memory>
#include <vector>

#include "learn/trajcast/network.hpp"
#include "learn/trajcast/training_params.hpp"

namespace tessera::learn::trajcast {

class Trainable {
 public:
  virtual ~Trainable() = default;
  virtual const Architecture& architecture() const = 0;
  /// With knots, path weights come from tables from now on: see Network::tabulate.
  virtual void set_weights(const std::vector<double>& weights, int num_knots, double shortest) = 0;
  /// Of configurations that this rank holds whole. See Network.
  virtual const std::vector<double>& forward(const Graph& graph, bool keeps_features) = 0;
  virtual void reverse(const Graph& graph, const std::vector<double>& cotangent, std::vector<double>& gradient) = 0;
};

std::unique_ptr<Trainable> make_trainable(const Hyperparameters& parameters, Precision precision);

}  // namespace tessera::learn::trajcast
