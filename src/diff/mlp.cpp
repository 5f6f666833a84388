#include "diff/mlp.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace tessera::diff {

Linear::Linear(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs)
    : inputs_(inputs),
      weight_(parameters.add(name + ".weight", outputs, inputs)),
      bias_(parameters.add(name + ".bias", 1, outputs)) {}

void Linear::draw(const Parameters& parameters, std::uint32_t seed) const {
  const double limit = 1.0 / std::sqrt(static_cast<double>(inputs_));
  parameters.draw_uniform(weight_, limit, seed);
  parameters.draw_uniform(bias_, limit, seed);
}

Node Linear::operator()(const Parameters& parameters, Node x) const {
  const auto& slices = parameters.slices();
  if (x.width() != inputs_)
    throw Error::internal(fmt::format("layer '{}' has {} inputs, not {}", slices.at(weight_).name, inputs_, x.width()));
  auto& graph = x.graph();
  return dense(x, graph.parameter(slices.at(weight_)), graph.parameter(slices.at(bias_)));
}

Mlp::Mlp(Parameters& parameters, const std::string& name, const std::vector<std::int64_t>& widths, Function activation)
    : activation_(activation) {
  if (widths.size() < 2) throw Error::internal(fmt::format("network '{}' has no layer", name));
  for (std::size_t n = 0; n + 1 < widths.size(); ++n)
    layers_.emplace_back(parameters, fmt::format("{}.{}", name, n), widths[n], widths[n + 1]);
}

void Mlp::draw(const Parameters& parameters, std::uint32_t seed) const {
  for (const auto& layer : layers_) layer.draw(parameters, seed);
}

Node Mlp::operator()(const Parameters& parameters, Node x) const {
  for (std::size_t n = 0; n < layers_.size(); ++n) {
    if (n > 0) x = apply(activation_, x);
    x = layers_[n](parameters, x);
  }
  return x;
}

}  // namespace tessera::diff
