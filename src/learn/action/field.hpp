// What a trained network gives at many places: velocities, growth, divergences.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "data/table.hpp"
#include "diff/program.hpp"
#include "learn/action/network.hpp"

namespace tessera::learn::action {

enum class Precision { single_, double_ };

/// Evaluates, in the network's units: for an action, grad s and s, and the Laplacian of s if asked for; for a vector
/// field h, and its divergence if asked for.
class Field {
 public:
  /// block_rows at a time.
  Field(const Network& network, bool with_second, Precision precision = Precision::double_);

  /// (row: t, x, conditions) of the input.
  std::int64_t input_width() const { return 1 + dimensions_ + conditions_; }
  /// (row: direction, s or 0, second derivative or 0) of the output.
  std::int64_t output_width() const { return dimensions_ + 2; }

  /// Local. Rows [0, count).
  void evaluate(const Array1<double>& values, const data::RowArray<double>& in, std::int64_t count,
                const data::RowArray<double>& out);

 private:
  template <class Real>
  void evaluate_with(diff::BasicProgram<Real>& program, const Array1<double>& values, const data::RowArray<double>& in,
                     std::int64_t count, const data::RowArray<double>& out) const;

  std::int64_t dimensions_, conditions_;
  std::unique_ptr<diff::Graph> graph_;
  diff::Node row_, result_;
  std::variant<diff::BasicProgram<double>, diff::BasicProgram<float>> program_;
};

}  // namespace tessera::learn::action
