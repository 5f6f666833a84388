// The objectives of learning, for rows that a test has made.
#pragma once

#include <memory>
#include <vector>

#include "diff/objective.hpp"
#include "learn/action/terms.hpp"

namespace tessera::test {

/// Sums over all rows, blocks in turn on the ranks.
class RowObjective {
 public:
  static constexpr std::int64_t block = 8;

  RowObjective(const Comm& comm, const learn::action::Network& network, const learn::action::RowLayout& layout,
               const learn::action::DynamicsParams& dynamics = {});
  RowObjective(const RowObjective&) = delete;
  RowObjective& operator=(const RowObjective&) = delete;

  /// Collective. Rows in the layout, the same on all ranks.
  void evaluate(const std::vector<double>& rows, const Array1<double>& parameters);
  double loss() const { return objective_->loss(); }
  double start() const { return objective_->other(0); }
  double end() const { return objective_->other(1); }
  double interior() const { return objective_->other(2); }
  double cost() const { return objective_->other(3); }
  const Array1<double>& gradient() const { return objective_->gradient(); }
  double gradient_along(const std::vector<double>& direction) const;

 private:
  Comm comm_;
  std::int64_t width_;
  diff::Graph graph_{block};
  diff::Node row_;
  std::unique_ptr<diff::Objective> objective_;
};

}  // namespace tessera::test
