// Fully connected layers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diff/graph.hpp"

namespace tessera::diff {

/// y = x w' + b, with parameters <name>.weight (out x in) and <name>.bias (1 x out).
class Linear {
 public:
  Linear(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs);
  /// Weights and biases uniform on (-1/sqrt(inputs), 1/sqrt(inputs)).
  void draw(const Parameters& parameters, std::uint32_t seed) const;
  Node operator()(const Parameters& parameters, Node x) const;

 private:
  std::int64_t inputs_;
  std::size_t weight_, bias_;
};

/// Linear layers <name>.0, <name>.1... with the activation between them: widths of the input, of the hidden layers, and
/// of the output.
class Mlp {
 public:
  Mlp(Parameters& parameters, const std::string& name, const std::vector<std::int64_t>& widths, Function activation);
  void draw(const Parameters& parameters, std::uint32_t seed) const;
  Node operator()(const Parameters& parameters, Node x) const;

 private:
  std::vector<Linear> layers_;
  Function activation_;
};

}  // namespace tessera::diff
