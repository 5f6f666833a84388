// What training needs: a loss summed over rows that are split over the ranks, its gradient, and other sums beside it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "base/sum.hpp"
#include "diff/program.hpp"

namespace tessera::diff {

/// Sums over blocks of rows. Each block adds up in the order of its rows, and blocks are added in double-double: the
/// result is the same on any number of ranks, as long as blocks begin at the same rows.
class Objective {
 public:
  /// `loss` and the others have one number a row. The gradient is that of the loss, for all parameters.
  Objective(const Comm& comm, const Parameters& parameters, Node loss, const std::vector<Node>& others = {});

  const Program& program() const { return program_; }

  /// Local. Nothing is summed yet.
  void clear();
  /// Local. Adds the block that the inputs of program() hold, `count` rows of it.
  void add(const Array1<double>& parameters, std::int64_t count);
  /// Collective. Sums over all ranks; until then there are none.
  void reduce();

  double loss() const { return sums_.front(); }
  double other(std::size_t n) const { return sums_.at(1 + n); }
  /// One number a parameter.
  const Array1<double>& gradient() const { return gradient_; }

 private:
  Objective(const Comm& comm, const Parameters& parameters, Node loss, const std::vector<Node>& others,
            const std::vector<Slice>& used);

  Comm comm_;
  Program program_;
  std::vector<std::int64_t> places_;  // of the outputs' numbers in the totals
  Array1<ExactSum> totals_;           // the sums, then the gradient
  Kokkos::View<ExactSum*, Kokkos::HostSpace> host_totals_;
  std::vector<double> sums_;
  Array1<double> gradient_;
};

}  // namespace tessera::diff
