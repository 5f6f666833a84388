#include "diff/mlp.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace tessera::diff {

Linear::Linear(Parameters& parameters, const std::string& name, std::int64_t inputs, std::int64_t outputs)
    : inputs_(inputs),
      outputs_(outputs),
      weight_(parameters.add(name + ".weight", outputs, inputs)),
      bias_(parameters.add(name + ".bias", 1, outputs)) {}

void Linear::draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind) const {
  const auto inputs = static_cast<double>(inputs_), outputs = static_cast<double>(outputs_);
  const double limit = 1.0 / std::sqrt(inputs);
  const auto clear = [&](std::size_t number) {
    const auto& slice = parameters.slices().at(number);
    parameters.set(slice, std::vector<double>(static_cast<std::size_t>(slice.size())));
  };
  if (kind == Initialisation::fan_in)
    parameters.draw_uniform(bias_, limit, seed);
  else
    clear(bias_);
  switch (kind) {
    case Initialisation::fan_in:
      return parameters.draw_uniform(weight_, limit, seed);
    case Initialisation::glorot_uniform:
      return parameters.draw_uniform(weight_, std::sqrt(6.0 / (inputs + outputs)), seed);
    case Initialisation::lecun_normal:
      return parameters.draw_normal(weight_, limit, seed);
    case Initialisation::he_normal:
      return parameters.draw_normal(weight_, std::sqrt(2.0) * limit, seed);
    case Initialisation::zero:
      return clear(weight_);
  }
}

Node Linear::operator()(const Parameters& parameters, Node x) const {
  const auto& slices = parameters.slices();
  if (x.width() != inputs_)
    throw Error::internal(fmt::format("layer '{}' has {} inputs, not {}", slices.at(weight_).name, inputs_, x.width()));
  auto& graph = x.graph();
  return dense(x, graph.parameter(slices.at(weight_)), graph.parameter(slices.at(bias_)));
}

Mlp::Mlp(Parameters& parameters, const std::string& name, const MlpShape& shape)
    : activation_(shape.activation), is_residual_(shape.is_residual) {
  const auto& widths = shape.widths;
  if (widths.size() < 2) throw Error::internal(fmt::format("network '{}' has no layer", name));
  for (std::size_t n = 0; n + 1 < widths.size(); ++n)
    layers_.emplace_back(parameters, fmt::format("{}.{}", name, n), widths[n], widths[n + 1]);
}

void Mlp::draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind) const {
  draw(parameters, seed, kind, kind);
}

void Mlp::draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind, Initialisation last) const {
  for (const auto& layer : layers_) layer.draw(parameters, seed, &layer == &layers_.back() ? last : kind);
}

Node Mlp::operator()(const Parameters& parameters, Node x) const {
  for (const auto& layer : layers_) {
    const Node y = layer(parameters, x);
    if (&layer == &layers_.back()) return y;
    const Node h = apply(activation_, y);
    x = is_residual_ && x.width() == h.width() ? x + h : h;
  }
  return x;
}

}  // namespace tessera::diff
