// Fully connected layers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diff/graph.hpp"

namespace tessera::diff {

/// First weights, of layers with so many inputs and outputs.
enum class Initialisation {
  fan_in,          ///< weights and biases uniform on (-1/sqrt(inputs), 1/sqrt(inputs))
  glorot_uniform,  ///< on +- sqrt(6/(inputs + outputs)) (Glorot and Bengio, AISTATS 2010); these and the next: biases 0
  lecun_normal,    ///< deviation sqrt(1/inputs): for tanh (LeCun and others 1998)
  he_normal,       ///< deviation sqrt(2/inputs): for relu and silu (He and others, ICCV 2015)
  zero,            ///< of a last layer, for a network that begins as nothing
};

/// y = x w' + b, with parameters <name>.weight (out x in) and <name>.bias (1 x out).
class Linear {
 public:
  Linear(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs);
  /// Keyed by the numbers of the slices: a layer's do not depend on what comes after it.
  void draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind = Initialisation::fan_in) const;
  Node operator()(const Parameters& parameters, Node x) const;

 private:
  std::int64_t inputs_, outputs_;
  std::size_t weight_, bias_;
};

/// Widths of the input, of the hidden layers, and of the output.
struct MlpShape {
  std::vector<std::int64_t> widths;
  Function activation = Function::silu;
  bool is_residual = false;  ///< a hidden layer's result is added to what went into it, where both are of one width
};

/// Linear layers <name>.0, <name>.1... with the activation behind each but the last.
class Mlp {
 public:
  Mlp(Parameters& parameters, const std::string& name, const MlpShape& shape);
  Mlp(Parameters& parameters, const std::string& name, const std::vector<std::int64_t>& widths, Function activation)
      : Mlp(parameters, name, MlpShape{.widths = widths, .activation = activation}) {}
  void draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind = Initialisation::fan_in) const;
  /// The last layer otherwise than the others.
  void draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind, Initialisation last) const;
  Node operator()(const Parameters& parameters, Node x) const;

 private:
  std::vector<Linear> layers_;
  Function activation_;
  bool is_residual_;
};

}  // namespace tessera::diff
