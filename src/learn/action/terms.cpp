#include "learn/action/terms.hpp"

#include <cmath>

#include "base/error.hpp"
#include "diff/gradients.hpp"
#include "diff/tangents.hpp"

namespace tessera::learn::action {

using diff::Node;

namespace {

/// |g|^exponent, one number a row, finite where g = 0.
Node power_of_length(Node g, double exponent) {
  constexpr double tiny = 1e-30;
  return apply(diff::Function::exp, 0.5 * exponent * apply(diff::Function::log, row_sum(square(g)) + tiny));
}

std::vector<Node> directions(Node row, const RowLayout& layout) {
  if (layout.probes == 0) return axes(row.graph(), layout.dimensions);
  std::vector<Node> nodes;
  for (std::int64_t n = 0; n < layout.probes; ++n) nodes.push_back(slice(row, layout.probe(n), layout.dimensions));
  return nodes;
}

Node number(Node row, std::int64_t place) { return slice(row, place, 1); }

/// A position x, with the conditions that stand from place `first` on.
Network::Place place_of(Node t, Node x, Node row, std::int64_t first, const RowLayout& layout) {
  Network::Place place{t, x};
  if (layout.conditions > 0) place.condition = slice(row, first, layout.conditions);
  return place;
}

}  // namespace

std::int64_t RowLayout::extra_width() const {
  if (method == Method::flow) return dimensions;
  if (method != Method::action) return 0;
  switch (estimator) {
    case Estimator::path_velocity:
      return dimensions;
    case Estimator::difference:
      return 2 * dimensions + 1;
    default:
      return ((has_start ? 1 : 0) + (has_end ? 1 : 0)) * (seen() + 1);
  }
}

std::vector<Node> axes(diff::Graph& graph, std::int64_t dimensions) {
  std::vector<Node> nodes;
  for (std::int64_t n = 0; n < dimensions; ++n) {
    std::vector<double> numbers(static_cast<std::size_t>(dimensions));
    numbers[static_cast<std::size_t>(n)] = 1.0;
    nodes.push_back(spread(graph.constants(numbers)));
  }
  return nodes;
}

Node velocity_of(Node gradient, double conjugate_exponent) {
  if (conjugate_exponent == 2.0) return gradient;
  return power_of_length(gradient, conjugate_exponent - 2.0) * gradient;
}

Terms action_terms(const Network& network, Node row, const RowLayout& layout, const Dynamics& dynamics) {
  auto& graph = row.graph();
  const std::int64_t d = layout.dimensions, extra = layout.extra();
  const Node t = number(row, RowLayout::time), w = number(row, RowLayout::weight), none = graph.fill(0.0, 1);
  const Node x = slice(row, RowLayout::position, d),
             s = network.action(place_of(t, x, row, RowLayout::position + d, layout));
  const Node gradient = gradients(sum(s), {x})[0];
  const Node velocity = hold(velocity_of(gradient, dynamics.conjugate_exponent()));
  const double p = dynamics.cost_exponent();
  const Node cost = p == 2.0 ? 0.5 * w * row_sum(square(velocity)) : (1.0 / p) * w * hold(power_of_length(velocity, p));

  Node flow = velocity, start = none, end = none, rest = none;
  diff::Motions drift;
  if (layout.estimator == Estimator::path_velocity) {
    flow = velocity - slice(row, extra, d);
  } else if (layout.estimator == Estimator::difference) {
    const Node low = slice(row, extra, d), high = slice(row, extra + d, d);
    rest = w * number(row, extra + 2 * d) * (network.action({t, low}) - network.action({t, high}));
  } else {
    drift.push_back({t, w});
    const auto boundary = [&](std::int64_t place, Node time) {
      const Node sample = slice(row, place + 1, d);
      return number(row, place) * network.action(place_of(time, sample, row, place + 1 + d, layout));
    };
    if (layout.has_start) start = boundary(layout.start(), none);
    if (layout.has_end) end = boundary(layout.end(), graph.fill(1.0, 1));
  }
  drift.push_back({x, w * flow});
  std::vector<diff::Motions> noises;
  if (layout.has_noise) {
    const double share = layout.probes > 1 ? 1.0 / std::sqrt(static_cast<double>(layout.probes)) : 1.0;
    const Node scale = share * number(row, RowLayout::sigma) * apply(diff::Function::sqrt, w);
    for (const Node direction : directions(row, layout)) noises.push_back({{x, scale * direction}});
  }
  Node interior = generator(s, drift, noises) - hold(cost) + rest;
  if (layout.estimator == Estimator::standard) interior = interior + number(row, RowLayout::rate) * s;
  if (dynamics.has_growth()) interior = interior + 0.5 * dynamics.growth() * w * square(s);
  return {interior + start - end, start, end, interior, cost};
}

Terms field_terms(const Network& network, Node row, const RowLayout& layout) {
  const Node t = number(row, RowLayout::time), w = number(row, RowLayout::weight), none = row.graph().fill(0.0, 1);
  const Node x = slice(row, RowLayout::position, layout.dimensions),
             v = network.field(place_of(t, x, row, RowLayout::position + layout.dimensions, layout));
  if (layout.method == Method::flow) {
    const Node loss = 0.5 * w * row_sum(square(v - slice(row, layout.extra(), layout.dimensions)));
    return {loss, none, none, loss, none};
  }
  if (layout.method != Method::score && layout.method != Method::sliced_score)
    throw Error::internal("action matching is not about a field");
  Node trace = none;
  for (const Node direction : directions(row, layout))
    trace = trace + row_sum(direction * tangent(v, {{x, direction}}));
  if (layout.probes > 1) trace = (1.0 / static_cast<double>(layout.probes)) * trace;
  const Node size = 0.5 * row_sum(square(v)), loss = w * (size + trace);
  return {loss, none, none, loss, w * size};
}

}  // namespace tessera::learn::action
