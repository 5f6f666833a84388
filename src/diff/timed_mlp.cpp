#include "diff/timed_mlp.hpp"

#include <fmt/core.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::diff {

TimeEmbedding TimeEmbedding::sinusoidal(std::int64_t size) {
  if (size < 4 || size % 2 != 0) throw Error::internal(fmt::format("a time embedding of {} numbers", size));
  TimeEmbedding result{.has_time = false};
  const std::int64_t half = size / 2;
  for (std::int64_t i = 0; i < half; ++i)
    result.frequencies.push_back(std::pow(10000.0, -static_cast<double>(i) / static_cast<double>(half - 1)));
  return result;
}

TimeEmbedding TimeEmbedding::periodic(std::int64_t harmonics) {
  TimeEmbedding result;
  for (std::int64_t k = 1; k <= harmonics; ++k)
    result.frequencies.push_back(2.0 * std::numbers::pi * static_cast<double>(k));
  return result;
}

Node TimeEmbedding::operator()(Node t) const {
  if (frequencies.empty() && has_time) return t;
  const Node phase = repeat(t, static_cast<std::int64_t>(frequencies.size())) * t.graph().constants(frequencies);
  const Node waves = join(apply(Function::sin, phase), apply(Function::cos, phase));
  return has_time ? join(t, waves) : waves;
}

TimedMlp::TimedMlp(Parameters& parameters, const std::string& name, const Shape& shape)
    : embedding_(shape.embedding),
      activation_(shape.activation),
      in_(parameters, name + ".in", shape.inputs, shape.width),
      layers_([&] {
        std::vector<Layer> layers;
        for (std::int64_t n = 0; n < shape.layers; ++n)
          layers.push_back(
              {.time = {parameters, fmt::format("{}.time.{}", name, n), shape.embedding.width(), shape.width},
               .embedding = {parameters, fmt::format("{}.embedding.{}", name, n), shape.width, shape.width},
               .hidden = {parameters, fmt::format("{}.hidden.{}", name, n), shape.width, shape.width}});
        return layers;
      }()),
      out_(parameters, name + ".out", {shape.width, shape.width, shape.outputs}, shape.activation) {}

void TimedMlp::draw(const Parameters& parameters, std::uint32_t seed, Initialisation kind) const {
  in_.draw(parameters, seed, kind);
  for (const auto& layer : layers_)
    for (const auto* linear : {&layer.time, &layer.embedding, &layer.hidden}) linear->draw(parameters, seed, kind);
  out_.draw(parameters, seed, kind);
}

Node TimedMlp::operator()(const Parameters& parameters, Node t, Node x) const {
  const auto act = [&](Node y) { return apply(activation_, y); };
  const Node e = embedding_(t);
  Node h = act(in_(parameters, x));
  for (const auto& layer : layers_) {
    const Node shift = layer.embedding(parameters, act(layer.time(parameters, e)));
    h = act(layer.hidden(parameters, h + shift));
  }
  return out_(parameters, h);
}

}  // namespace tessera::diff
