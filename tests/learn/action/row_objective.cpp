#include "row_objective.hpp"

#include <algorithm>

namespace tessera::test {

using namespace learn::action;

RowObjective::RowObjective(const Comm& comm, const Network& network, const RowLayout& layout,
                           const DynamicsParams& dynamics)
    : comm_(comm), width_(layout.width()), row_(graph_.input(width_)) {
  const Terms terms = layout.method == Method::action
                          ? action_terms(network, row_, layout, Dynamics(dynamics, Scales{}))
                          : field_terms(network, row_, layout);
  objective_ =
      std::make_unique<diff::Objective>(comm, network.parameters(), terms.loss,
                                        std::vector<diff::Node>{terms.start, terms.end, terms.interior, terms.cost});
}

void RowObjective::evaluate(const std::vector<double>& rows, const Array1<double>& parameters) {
  const auto total = static_cast<std::int64_t>(rows.size()) / width_;
  const data::RowArray<double> array("rows", static_cast<std::size_t>(total), static_cast<std::size_t>(width_));
  data::set_rows(array, 0, rows);
  objective_->clear();
  for (std::int64_t first = 0; first < total; first += block) {
    if (first / block % comm_.size() != comm_.rank()) continue;
    const auto count = std::min(block, total - first);
    objective_->program().load(row_, array, first, count);
    objective_->add(parameters, count);
  }
  objective_->reduce();
}

double RowObjective::gradient_along(const std::vector<double>& direction) const {
  double sum = 0.0;
  for (std::size_t n = 0; n < direction.size(); ++n) sum += direction[n] * gradient()(n);
  return sum;
}

}  // namespace tessera::test
