// A network on so many rows at a time: its outputs, log p of its own two likelihoods, and sums of gradients over rows.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "diff/gradients.hpp"
#include "diff/program.hpp"
#include "learn/fsgld/model_params.hpp"

namespace tessera::learn::fsgld {

/// What the layers of a network make of a block of rows, recorded once. Parameters are the weights and biases of one
/// layer after the other.
class NetworkGraph {
 public:
  using Node = diff::Node;

  NetworkGraph(const ModelParams& params, const diff::Parameters& parameters, std::int64_t width, std::int64_t rows)
      : graph(rows), x(graph.input(width)), limit(graph.input(1)) {
    const auto& slices = parameters.slices();
    for (std::size_t n = 0; n < slices.size(); n += 2) {
      into_.push_back(n == 0 ? x : apply(params.activation, sums_.back()));
      sums_.push_back(dense(into_.back(), graph.parameter(slices[n]), graph.parameter(slices[n + 1])));
    }
    output = sums_.back();
    y = graph.input(params.log_likelihood.empty() && !params.is_regression ? params.classes : 1);
    seed = graph.input(output.width());
  }

  /// Sums over rows for each parameter slice, in their order, where the derivatives of log p by the outputs are
  /// `slopes`; that of each row no longer than `limit`, if `is_clipped`.
  std::vector<Node> gradient(Node slopes, bool is_clipped) {
    auto by_sums = gradients(output, sums_, slopes);
    if (is_clipped) {
      const Node factor = clip_factor(by_sums);
      for (Node& g : by_sums) g = g * factor;
    }
    std::vector<Node> nodes;
    for (std::size_t n = 0; n < sums_.size(); ++n) {
      nodes.push_back(outer(by_sums[n], into_[n]));
      nodes.push_back(sum(by_sums[n]));
    }
    return nodes;
  }

  diff::Graph graph;
  Node x, limit, y, seed, output;

 private:
  /// One number a row: min(1, limit/norm). A layer's part of the gradient of a row is the product of two vectors, whose
  /// norm is that of their norms (Goodfellow 2015, "Efficient per-example gradient computations").
  Node clip_factor(const std::vector<Node>& by_sums) {
    Node squares = graph.fill(0.0, 1);
    for (std::size_t n = 0; n < sums_.size(); ++n)
      squares = squares + row_sum(square(by_sums[n])) * (row_sum(square(into_[n])) + 1.0);
    return minimum(limit * apply(diff::Function::reciprocal, apply(diff::Function::sqrt, squares)), graph.fill(1.0, 1));
  }

  std::vector<Node> into_, sums_;  // of each layer: what goes in, and what comes out before the activation
};

/// Programs for as many rows as the block has.
template <class Real>
struct NetworkBlock {
  using Node = diff::Node;

  NetworkBlock(const ModelParams& params, const diff::Parameters& parameters, std::int64_t width, std::int64_t rows)
      : network(params, parameters, width, rows),
        scores(network.graph, scores_of(params)),
        gradient(network.graph, network.gradient(slopes_of(params), false)),
        clipped(network.graph, network.gradient(slopes_of(params), true)) {}

  NetworkGraph network;
  /// Of a likelihood that is written down, the outputs. Otherwise log p and what is predicted.
  diff::BasicProgram<Real> scores;
  diff::BasicProgram<Real> gradient, clipped;

 private:
  std::vector<Node> scores_of(const ModelParams& params) {
    const Node o = network.output;
    if (!params.log_likelihood.empty()) return {o};
    if (params.is_regression) {
      const double constant = 0.5 * std::log(params.precision / 6.283185307179586476925);
      return {scale_shift(square(network.y - o), -0.5 * params.precision, constant), o};
    }
    const Node from_top = o - repeat(largest(o), o.width());
    const Node logs = apply(diff::Function::log, row_sum(apply(diff::Function::exp, from_top)));
    return {row_sum(network.y * from_top) - logs, probabilities(o)};
  }
  /// d log p / d o
  Node slopes_of(const ModelParams& params) {
    if (!params.log_likelihood.empty()) return network.seed;
    if (params.is_regression) return params.precision * (network.y - network.output);
    return network.y - probabilities(network.output);
  }
  static Node largest(Node o) {
    Node top = slice(o, 0, 1);
    for (std::int64_t k = 1; k < o.width(); ++k) top = maximum(top, slice(o, k, 1));
    return top;
  }
  static Node probabilities(Node o) {
    const Node weights = apply(diff::Function::exp, o - repeat(largest(o), o.width()));
    return weights * apply(diff::Function::reciprocal, row_sum(weights));
  }
};

}  // namespace tessera::learn::fsgld
