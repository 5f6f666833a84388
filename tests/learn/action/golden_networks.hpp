// The networks of the reference data of action matching, and the numbers that PyTorch computed with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/action/network.hpp"
#include "stored.hpp"

namespace tessera::test {

struct GoldenNetwork {
  std::string name;
  learn::action::Form form;
  std::int64_t dim, time_width;
  diff::Function activation;
};
/// One of each form, with a raw time but for the third.
const std::vector<GoldenNetwork>& golden_networks();

/// "<name>.h5" of the folder that TESSERA_GOLDEN names, where it is there: all of the reference data; otherwise the
/// part in tests/data.
std::string action_data(const std::string& name);

/// With the weights of one group of a file.
learn::action::Network read_network(const GoldenNetwork& network, const std::string& path, const std::string& group);

/// Compares what belongs to each layer in an array of as many numbers as there are parameters, times a factor, with
/// datasets <prefix>W0, <prefix>b0...: the largest difference, in terms of the largest number of the dataset.
double largest_difference(const learn::action::Network& network, const Array1<double>& values, double factor,
                          const std::string& path, const std::string& prefix);

}  // namespace tessera::test
