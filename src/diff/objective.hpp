// What training needs: a loss summed over rows that are split over the ranks, its gradient, and other sums beside it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "base/sum.hpp"
#include "diff/program.hpp"

namespace tessera::diff {

/// Sums over blocks of rows. Each block adds up in a fixed order of its rows, and blocks are added in double-double:
/// the result is the same on any number of ranks, as long as blocks begin at the same rows. What is computed of the
/// rows is float or double, sums of it and the gradient are double.
template <class Real>
class BasicObjective {
 public:
  /// `loss` and the others have one number a row. The gradient is that of the loss, for all parameters. `rows`: nodes
  /// of one number a row that can be read after each block.
  BasicObjective(const Comm& comm, const Parameters& parameters, Node loss, const std::vector<Node>& others = {},
                 const std::vector<Node>& rows = {});

  const BasicProgram<Real>& program() const { return program_; }

  /// Local. Nothing is summed yet.
  void clear();
  /// Local. Adds the block that the inputs of program() hold, `count` rows of it.
  void add(const Array1<double>& parameters, std::int64_t count);
  /// Local. Of node n of `rows`, for the first `count` rows of the block added last.
  std::vector<double> row_numbers(std::size_t n, std::int64_t count) const;
  /// Collective. Sums over all ranks; until then there are none.
  void reduce();

  double loss() const { return sums_.front(); }
  double other(std::size_t n) const { return sums_.at(1 + n); }
  /// One number a parameter.
  const Array1<double>& gradient() const { return gradient_; }

 private:
  BasicObjective(const Comm& comm, const Parameters& parameters, Node loss, const std::vector<Node>& others,
                 const std::vector<Node>& rows, const std::vector<Slice>& used);

  Comm comm_;
  BasicProgram<Real> program_;
  std::vector<std::int64_t> places_;  // of the outputs' numbers in the totals
  Array1<double> high_, low_;         // totals (ExactSum): of the sums, then the gradient
  HostArray1<double> host_high_, host_low_;
  std::vector<ExactSum> totals_;
  std::vector<double> sums_;
  Array1<double> gradient_;
};

using Objective = BasicObjective<double>;

}  // namespace tessera::diff
