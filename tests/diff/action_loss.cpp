#include "action_loss.hpp"

#include <algorithm>
#include <cmath>

#include "diff/gradients.hpp"
#include "diff/tangents.hpp"

namespace tessera::test {

using diff::Node;

ActionLoss::ActionLoss(const Comm& comm, const Action& action, const std::string& path, const std::string& batch,
                       const std::string& group, bool is_frozen)
    : comm_(comm), path_(path), batch_(batch), group_(group), rows_(read_stored(path, batch + "/t").rows) {
  const Node interior = this->interior(action, is_frozen);
  const Node start = action(graph_.fill(0.0, 1), input(path, batch + "/x_0"));
  const Node end = action(graph_.fill(1.0, 1), input(path, batch + "/x_1"));
  const double at_start = number("in_omega0", 1.0) * number("in_m_0", 1.0);
  const double at_end = number("in_omega1", 1.0) * number("in_m_1", 1.0);
  objective_ = std::make_unique<diff::Objective>(
      comm, action.parameters(), combine(at_start, start, -at_end, end) + interior, std::vector<Node>{interior});
}

Node ActionLoss::input(const std::string& path, const std::string& dataset, double otherwise) {
  if (!has_stored(path, dataset)) return graph_.fill(otherwise, 1);
  const auto rows = read_rows(path, dataset);
  inputs_.push_back({graph_.input(static_cast<std::int64_t>(rows.extent(1))), rows});
  return inputs_.back().node;
}

double ActionLoss::number(const std::string& name, double otherwise) const {
  const std::string dataset = group_ + "/" + name;
  return has_stored(path_, dataset) ? read_stored(path_, dataset).numbers.front() : otherwise;
}

Node ActionLoss::interior(const Action& action, bool is_frozen) {
  const auto of_case = [&](const char* name, double otherwise) { return input(path_, group_ + "/" + name, otherwise); };
  const Node t = input(path_, batch_ + "/t"), x = input(path_, batch_ + "/x_t"), one = graph_.fill(1.0, 1);
  const Node omega = of_case("in_omega", 1.0), omega_rate = of_case("in_domega", 0.0), sigma = of_case("in_sigma", 0.0);
  const Node share = of_case("in_invp", 1.0) * of_case("in_m_t", 1.0);
  const Node s = action(t, x), weight = share * omega;
  const Node gradient = gradients(sum(s), {x})[0];
  std::vector<Node> directions;
  if (group_.find("hutchinson") != std::string::npos) {
    directions.push_back(input(path_, batch_ + "/probe"));
  } else if (has_stored(path_, group_ + "/in_sigma")) {
    for (std::int64_t n = 0; n < x.width(); ++n) directions.push_back(axis(graph_, x.width(), n));
  }
  const Node others = weight * (0.5 * number("in_lam", 0.0) * square(s)) + share * omega_rate * s;
  std::vector<diff::Motions> noises;
  if (!is_frozen) {
    for (const Node direction : directions) noises.push_back({{x, sigma * direction}});
    const Node rate = generator(s, {{t, one}}, noises);
    return weight * (0.5 * row_sum(square(gradient)) + rate) + others;
  }
  const Node flow = hold(gradient), scale = sigma * apply(diff::Function::sqrt, weight);
  for (const Node direction : directions) noises.push_back({{x, scale * direction}});
  const Node rate = generator(s, {{t, weight}, {x, weight * flow}}, noises);
  return rate - 0.5 * weight * row_sum(square(flow)) + others;
}

void ActionLoss::evaluate(const Array1<double>& parameters) {
  objective_->clear();
  for (std::int64_t first = 0; first < rows_; first += block) {
    if (first / block % comm_.size() != comm_.rank()) continue;
    const auto count = std::min(block, rows_ - first);
    for (const auto& [node, rows] : inputs_) objective_->program().load(node, rows, first, count);
    objective_->add(parameters, count);
  }
  objective_->reduce();
}

}  // namespace tessera::test
