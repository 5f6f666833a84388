// A graph made ready for evaluation: only what the outputs need, in work arrays that are shared by those whose times do
// not overlap. Nothing is allocated when it runs.
#pragma once

#include <cstdint>
#include <vector>

#include "data/table.hpp"
#include "diff/graph.hpp"
#include "diff/program_layout.hpp"

namespace tessera::diff {

/// What is computed is float or double; what comes from outside, and parameters, is double.
template <class Real>
class BasicProgram {
 public:
  /// For these outputs, which stay valid until the next run. The graph may go on growing, but is kept by its owner.
  BasicProgram(const Graph& graph, const std::vector<Node>& outputs);

  std::int64_t block_rows() const { return rows_; }
  std::int64_t num_operations() const { return static_cast<std::int64_t>(layout_.steps.size()); }
  /// Of them, those of matrices.
  std::int64_t num_products() const;
  /// Arithmetic of these in one run: two a multiplication and addition.
  double product_flops() const;
  /// Numbers held in work arrays.
  std::int64_t work_size() const { return layout_.work_size; }

  /// (row of the block, number), to be filled before a run, all rows of it. Inputs that no output needs are kept too.
  Array2<Real> input(Node node) const;
  /// Fills an input with rows [first, first + count) of an array; rows beyond repeat the first of them, so that they
  /// hold nothing strange. Throws Error (internal) for more rows than a block has, none, or other widths.
  void load(Node input, const data::RowArray<double>& rows, std::int64_t first, std::int64_t count) const;

  /// Local. Of `count` rows, those beyond do not enter sums. Throws Error (internal) unless 1 <= count <= block_rows(),
  /// or for other parameters than the graph knows.
  void run(const Array1<double>& parameters, std::int64_t count);

  std::size_t num_outputs() const { return outputs_.size(); }
  /// (row of the block, number), or (0, number) if it is shared.
  Array2<Real> output(std::size_t n) const;

 private:
  void set_constants(std::int64_t place, const Entry& entry, const Graph& graph) const;
  void execute(const Step& step, const Real* parameters, std::int64_t count) const;
  /// Numbers [first, first + size) of a step that goes number by number.
  void execute_part(const Step& step, const Real* parameters, std::int64_t first, std::int64_t size) const;

  std::int64_t rows_;
  Layout layout_;
  std::vector<Entry> outputs_;
  std::vector<std::int64_t> output_ids_;
  Array1<Real> work_;
  Array1<float> parameters_;  // rounded ones, if need be
};

using Program = BasicProgram<double>;

}  // namespace tessera::diff
