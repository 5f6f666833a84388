#include "diff/equivariant/scalar_mlp.hpp"

#include <cmath>
#include <utility>

#include "diff/equivariant/activations.hpp"
#include "diff/equivariant/matrix_product.hpp"

namespace tessera::diff {

ScalarMlp::ScalarMlp(std::vector<std::int64_t> widths)
    : widths_(std::move(widths)), num_columns_(widths_.empty() ? 0 : widths_.back()) {}

ScalarMlp::ScalarMlp(std::vector<std::int64_t> widths, std::int64_t first_column, std::int64_t num_columns)
    : widths_(std::move(widths)), first_column_(first_column), num_columns_(num_columns) {}

std::int64_t ScalarMlp::num_weights() const {
  std::int64_t count = 0;
  for (std::size_t n = 0; n + 1 < widths_.size(); ++n) count += widths_[n] * widths_[n + 1];
  return count;
}

template <class Real>
void ScalarMlp::forward(std::int64_t rows, const Real* weights, const Real* x, Real* y, Memory<Real>& memory) const {
  const std::size_t num_layers = widths_.size() - 1;
  memory.before.resize(num_layers - 1);
  memory.after.resize(num_layers - 1);
  for (std::size_t n = 0; n < num_layers; ++n) {
    const std::int64_t in = widths_[n], out = widths_[n + 1];
    const Real scale = static_cast<Real>(1.0 / std::sqrt(static_cast<double>(in)));
    if (n + 1 == num_layers) {
      matrix_product<Real>(rows, num_columns_, in, scale, Op::none, {x, in}, Op::none, {weights + first_column_, out},
                           Real(0), {y, num_columns_});
      return;
    }
    auto &before = memory.before[n], &after = memory.after[n];
    before.resize(static_cast<std::size_t>(rows * out));
    after.resize(before.size());
    matrix_product<Real>(rows, out, in, scale, Op::none, {x, in}, Op::none, {weights, out}, Real(0),
                         {before.data(), out});
    scaled_silu(rows * out, before.data(), after.data());
    x = after.data();
    weights += in * out;
  }
}

template <class Real>
void ScalarMlp::reverse(std::int64_t rows, const Real* weights, const Real* x, const Memory<Real>& memory,
                        const Real* y_cotangent, Real* x_cotangent, Real* weight_cotangent) const {
  std::vector<Real> cotangent, below;
  std::int64_t end = num_weights(), columns = num_columns_, first = first_column_;
  const Real* above = y_cotangent;
  for (std::size_t n = widths_.size() - 1; n-- > 0;) {
    const std::int64_t in = widths_[n], out = widths_[n + 1];
    const Real scale = static_cast<Real>(1.0 / std::sqrt(static_cast<double>(in)));
    const Real* input = n == 0 ? x : memory.after[n - 1].data();
    end -= in * out;
    matrix_product<Real>(in, columns, rows, scale, Op::transposed, {input, in}, Op::none, {above, columns}, Real(1),
                         {weight_cotangent + end + first, out});
    if (n == 0 && x_cotangent == nullptr) return;
    below.resize(static_cast<std::size_t>(rows * in));
    Real* target = n == 0 ? x_cotangent : below.data();
    matrix_product<Real>(rows, in, columns, scale, Op::none, {above, columns}, Op::transposed,
                         {weights + end + first, out}, n == 0 ? Real(1) : Real(0), {target, in});
    if (n == 0) return;
    scaled_silu_reverse(rows * in, memory.before[n - 1].data(), below.data());
    std::swap(below, cotangent);
    above = cotangent.data();
    columns = in;
    first = 0;
  }
}

template void ScalarMlp::forward(std::int64_t, const double*, const double*, double*, Memory<double>&) const;
template void ScalarMlp::forward(std::int64_t, const float*, const float*, float*, Memory<float>&) const;
template void ScalarMlp::reverse(std::int64_t, const double*, const double*, const Memory<double>&, const double*,
                                 double*, double*) const;
template void ScalarMlp::reverse(std::int64_t, const float*, const float*, const Memory<float>&, const float*, float*,
                                 float*) const;

}  // namespace tessera::diff
