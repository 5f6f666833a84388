// A trained network in a file, with all that is needed to forecast with it: /arrays of model.h5.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "data/io/model_file.hpp"
#include "data/system.hpp"
#include "learn/trajcast/pair_statistics.hpp"

namespace tessera::learn::trajcast {

/// Name and shape of a tensor of weights, as the network wants it: "layer0/edge_mlp_1", 64 x 64.
struct TensorShape {
  std::string name;
  std::int64_t rows = 0, cols = 0;
};

/// A number, or several, that belong to the network: "cutoff".
struct NamedNumbers {
  std::string name;
  std::vector<double> values;
};

/// One epoch.
struct HistoryRow {
  double epoch = 0.0, training_loss = 0.0, validation_loss = 0.0;
  double displacement_error = 0.0, velocity_error = 0.0;  ///< mean absolute, A and A/fs
  double learning_rate = 0.0;
};

struct StoredNetwork {
  std::vector<data::Species> species;     ///< in the order of their indices; masses in g/mol
  double interval = 0.0;                  ///< fs: one forecast step
  PairStatistics seen;                    ///< of the training pairs: scales of targets, and what is ordinary
  std::vector<NamedNumbers> parameters;   ///< sizes and constants of the network: see model_parameters.hpp
  std::vector<data::ModelArray> weights;  ///< in the order in which the network has them
  std::vector<HistoryRow> history;
};

/// Local. What is written is double precision; lengths in A, times in fs.
data::Model to_model(const StoredNetwork& network);

/// Collective. Throws Error (input) for a damaged or foreign file, and one that lacks anything.
StoredNetwork read_network(const Comm& comm, const std::string& path);

/// Local. Throws Error (input) beginning with `where` unless the weights are these, in this order.
void check_weights(const StoredNetwork& network, const std::vector<TensorShape>& wanted, const std::string& where);

/// Local. The numbers of that name. Throws Error (input) if there are none.
const std::vector<double>& find_numbers(const StoredNetwork& network, const std::string& name,
                                        const std::string& where);

/// Local. Index within the network of each species of a system, by name. Throws Error (input) naming what the network
/// does not know, and masses that differ by more than 2 %: then names mean something else.
std::vector<int> match_species(const std::vector<data::Species>& known, const std::vector<data::Species>& system,
                               const std::string& where);

/// Local. Throws Error (input) if a deck asks for another value than the network was made for: cutoff, interval.
void check_same(double wanted, double made_for, const std::string& what, const std::string& where);

}  // namespace tessera::learn::trajcast
