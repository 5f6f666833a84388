// A network of either precision, on pairs that a rank holds whole or in part.
#pragma once

#include <memory>
#include <vector>

#include "base/comm.hpp"
#include "learn/trajcast/ghost_exchange.hpp"
#include "learn/trajcast/network.hpp"
#include "learn/trajcast/training_params.hpp"

namespace tessera::learn::trajcast {

/// The other ranks of a configuration that is spread over them.
struct Spread {
  const Comm& comm;
  const GhostExchange& ghosts;
};

class Trainable {
 public:
  virtual ~Trainable() = default;
  virtual const Architecture& architecture() const = 0;
  /// With knots, path weights come from tables from now on: see Network::tabulate.
  virtual void set_weights(const std::vector<double>& weights, int num_knots, double shortest) = 0;
  /// See Network.
  virtual double table_error() = 0;
  /// Of configurations that this rank holds whole where there is no `spread`, otherwise collective. See Network.
  virtual const std::vector<double>& forward(const Graph& graph, const Spread* spread, bool keeps_features) = 0;
  virtual void reverse(const Graph& graph, const Spread* spread, const std::vector<double>& cotangent,
                       std::vector<double>& gradient) = 0;
};

std::unique_ptr<Trainable> make_trainable(const Hyperparameters& parameters, Precision precision);

}  // namespace tessera::learn::trajcast
