// Configurations that a forecasting network is measured with, made from lattices and geometries, and what the TrajCast
// library took for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/trajcast/graph.hpp"
#include "learn/trajcast/hyperparameters.hpp"
#include "learn/trajcast/pair_set.hpp"

namespace tessera::bench {

/// Milliseconds of processor time of TrajCast 1.0.0 through TorchScript, PyTorch 1.13, one thread of an AMD EPYC; 0:
/// not known. A pass is forward; training is forward and backward of 10 configurations, in double precision.
struct ReferenceTimes {
  double pass_double = 0.0, pass_single = 0.0, training = 0.0;
};

/// A network's sizes, and configurations of one system, whose thermal noise differs.
struct TrajcastCase {
  std::string name;
  learn::trajcast::Hyperparameters parameters;
  std::vector<learn::trajcast::Pair> configurations;
  std::vector<double> masses;  ///< by species, g/mol
  std::vector<std::string> symbols;
  ReferenceTimes reference;

  /// Of the first `count` of them, repeated if there are fewer.
  learn::trajcast::Graph graph(std::int64_t count) const;
};

/// benzene: the published size (order 2, 64 channels, 4 layers). small: order 1, 16 channels, 3 layers, of benzene too.
/// quartz: 162 atoms. water: 192.
const std::vector<std::string>& trajcast_case_names();
/// `batch` configurations of molecules, one of what is periodic. Throws Error (internal) for another name.
TrajcastCase make_trajcast_case(const std::string& name, std::int64_t batch);

}  // namespace tessera::bench
