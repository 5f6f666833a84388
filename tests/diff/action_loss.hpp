// The objective of action matching, equation (4) of its reference data: one batch for the interior and both ends.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "action_networks.hpp"
#include "diff/objective.hpp"

namespace tessera::test {

/// omega0 m0 s(0, x0) - omega1 m1 s(1, x1) + m/p [omega (|grad s|^2/2 + ds/dt + sigma^2/2 lap s + lambda/2 s^2)
/// + omega' s], row by row.
class ActionLoss {
 public:
  static constexpr std::int64_t block = 8;

  /// Of <group> in a file, with the batch of <batch>. Frozen: the derivative of the rate along the frozen flow in place
  /// of that of the square of the gradient, all in one array.
  ActionLoss(const Comm& comm, const Action& action, const std::string& path, const std::string& batch,
             const std::string& group, bool is_frozen);

  /// Collective. Sums over all rows, blocks in turn on the ranks.
  void evaluate(const Array1<double>& parameters);
  double loss() const { return objective_->loss() / static_cast<double>(rows_); }
  double interior() const { return objective_->other(0) / static_cast<double>(rows_); }
  /// Of the sum over the rows.
  const Array1<double>& gradient() const { return objective_->gradient(); }
  std::int64_t num_rows() const { return rows_; }

 private:
  struct Input {
    diff::Node node;
    data::RowArray<double> rows;
  };
  /// A dataset with a row for each of the batch, or the same number in all of them where there is none.
  diff::Node input(const std::string& path, const std::string& dataset, double otherwise = 1.0);
  /// A number of the group.
  double number(const std::string& name, double otherwise) const;
  diff::Node interior(const Action& action, bool is_frozen);

  Comm comm_;
  std::string path_, batch_, group_;
  std::int64_t rows_ = 0;
  diff::Graph graph_{block};
  std::vector<Input> inputs_;
  std::unique_ptr<diff::Objective> objective_;
};

}  // namespace tessera::test
