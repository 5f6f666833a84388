// What the outputs of a network say of a response, where a deck writes it down.
#pragma once

#include <cstdint>
#include <utility>

#include "deck/formula.hpp"
#include "deck/formula_program.hpp"
#include "learn/fsgld/model_params.hpp"

namespace tessera::learn::fsgld {

/// `count` of the rows of a chain, from its row number `first` on.
struct ChosenRows {
  Rows rows;
  RowChoice choice;
  int chain = 0;
  std::int64_t first = 0, count = 0;
  KOKKOS_INLINE_FUNCTION std::int64_t row(std::int64_t n) const { return choice.row(chain, first + n); }
};

/// o1, o2... of a network, features if they have names, and y.
deck::FormulaNames output_names(const ModelParams& params, bool with_response);

/// log p of a row as a formula of these, differentiated by the outputs; and what is predicted, as another formula.
class NetworkLikelihood {
 public:
  /// For at most so many rows at a time. Throws Error (input) for a formula that takes too many intermediate values.
  NetworkLikelihood(const ModelParams& params, std::int64_t most_rows);

  bool predicts() const { return predicts_; }

  /// slopes(n, k) = d log p / d o_k of row n, where outputs(n, :) are those of the network.
  template <class Real>
  void find_slopes(const ChosenRows& rows, const Array2<Real>& outputs, const Array2<Real>& slopes);

  /// log p of row n, and its prediction, where `predictions` has rows, into places first + n.
  template <class Real>
  void score(const ChosenRows& rows, const Array2<Real>& outputs, const Array1<double>& log_likelihoods,
             const data::RowArray<double>& predictions, std::int64_t first);

  // Public for the sake of nvcc.
  template <class Real>
  void set_inputs(const ChosenRows& rows, const Array2<Real>& outputs) const;
  void evaluate_in_kernel(const deck::ProgramView& program, std::int64_t count) const;

 private:
  struct Compiled {
    deck::Program host;
    deck::DeviceProgram device;
    explicit Compiled(deck::Program program) : host(std::move(program)), device(host) {}
  };
  static deck::Program compile_slopes(const ModelParams& params);
  static deck::Program compile_scores(const ModelParams& params);
  void evaluate(const Compiled& formulas, std::int64_t count) const;

  std::int64_t outputs_, features_;
  bool predicts_;
  Compiled slopes_, scores_;
  Array2<double> inputs_, results_;  // (row, number)
};

}  // namespace tessera::learn::fsgld
