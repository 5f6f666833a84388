// Networks of scalars without biases, whose weights have unit variance: they make the weights of products.
#pragma once

#include <cstdint>
#include <vector>

namespace tessera::diff {

/// x <- x W / sqrt(inputs) in every layer, and scaled_silu in between. Layer n's W is row by row of widths[n] x
/// widths[n + 1]; of the last layer only the columns from `first_column` on, `num_columns` of them, are worked out.
class ScalarMlp {
 public:
  ScalarMlp() = default;
  /// widths: of the input, of hidden layers, of the output. All columns.
  explicit ScalarMlp(std::vector<std::int64_t> widths);
  ScalarMlp(std::vector<std::int64_t> widths, std::int64_t first_column, std::int64_t num_columns);

  const std::vector<std::int64_t>& widths() const { return widths_; }
  std::int64_t num_columns() const { return num_columns_; }
  std::int64_t num_weights() const;

  /// What the reverse pass reads again.
  template <class Real>
  struct Memory {
    std::vector<std::vector<Real>> before, after;  ///< of each hidden layer's activation
  };

  /// y: rows x num_columns.
  template <class Real>
  void forward(std::int64_t rows, const Real* weights, const Real* x, Real* y, Memory<Real>& memory) const;
  /// Adds to weight_cotangent and, unless it is nullptr, to x_cotangent.
  template <class Real>
  void reverse(std::int64_t rows, const Real* weights, const Real* x, const Memory<Real>& memory,
               const Real* y_cotangent, Real* x_cotangent, Real* weight_cotangent) const;

 private:
  std::vector<std::int64_t> widths_;
  std::int64_t first_column_ = 0, num_columns_ = 0;
};

}  // namespace tessera::diff
