#include "math/matrix.hpp"

#include <cblas.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace tessera::math {

namespace {

void require_together(bool fit, const Matrix& a, const Matrix& b, const char* what) {
  if (!fit) throw Error::internal(fmt::format("matrices of {} and {} cannot be {}", shape(a), shape(b), what));
}

/// op(a) op(b), whose shapes have been checked.
Matrix product(CBLAS_TRANSPOSE op_a, const Matrix& a, CBLAS_TRANSPOSE op_b, const Matrix& b) {
  const int inner = op_a == CblasNoTrans ? a.cols() : a.rows();
  Matrix c(op_a == CblasNoTrans ? a.rows() : a.cols(), op_b == CblasNoTrans ? b.cols() : b.rows());
  if (c.empty() || inner == 0) return c;
  cblas_dgemm(CblasColMajor, op_a, op_b, c.rows(), c.cols(), inner, 1.0, a.data(), a.rows(), b.data(), b.rows(), 0.0,
              c.data(), c.rows());
  return c;
}

}  // namespace

Matrix::Matrix(int rows, int cols) : rows_(rows), cols_(cols) {
  if (rows < 0 || cols < 0) throw Error::internal(fmt::format("a matrix cannot be {} x {}", rows, cols));
  values_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
}

Matrix::Matrix(std::initializer_list<std::initializer_list<double>> rows)
    : Matrix(static_cast<int>(rows.size()), rows.size() == 0 ? 0 : static_cast<int>(rows.begin()->size())) {
  int i = 0;
  for (const auto& row : rows) {
    if (static_cast<int>(row.size()) != cols_)
      throw Error::internal(fmt::format("row {} has {} columns, row 0 has {}", i, row.size(), cols_));
    int j = 0;
    for (const double value : row) (*this)(i, j++) = value;
    ++i;
  }
}

Matrix Matrix::identity(int n, double scale) {
  return diagonal(std::vector<double>(static_cast<std::size_t>(n), scale));
}

Matrix Matrix::diagonal(const std::vector<double>& values) {
  const int n = static_cast<int>(values.size());
  Matrix a(n, n);
  for (int i = 0; i < n; ++i) a(i, i) = values[static_cast<std::size_t>(i)];
  return a;
}

Matrix Matrix::block(int row, int col, int num_rows, int num_cols) const {
  if (row < 0 || col < 0 || num_rows < 0 || num_cols < 0 || row + num_rows > rows_ || col + num_cols > cols_)
    throw Error::internal(
        fmt::format("a matrix of {} has no block of {} x {} at ({}, {})", shape(*this), num_rows, num_cols, row, col));
  Matrix part(num_rows, num_cols);
  for (int j = 0; j < num_cols; ++j) std::copy_n(column(col + j) + row, num_rows, part.column(j));
  return part;
}

void Matrix::set_block(int row, int col, const Matrix& part) {
  if (row < 0 || col < 0 || row + part.rows() > rows_ || col + part.cols() > cols_)
    throw Error::internal(
        fmt::format("a block of {} does not fit into a matrix of {} at ({}, {})", shape(part), shape(*this), row, col));
  for (int j = 0; j < part.cols(); ++j) std::copy_n(part.column(j), part.rows(), column(col + j) + row);
}

Matrix& Matrix::operator+=(const Matrix& other) {
  require_together(rows_ == other.rows_ && cols_ == other.cols_, *this, other, "added");
  for (std::size_t n = 0; n < values_.size(); ++n) values_[n] += other.values_[n];
  return *this;
}

Matrix& Matrix::operator-=(const Matrix& other) {
  require_together(rows_ == other.rows_ && cols_ == other.cols_, *this, other, "subtracted");
  for (std::size_t n = 0; n < values_.size(); ++n) values_[n] -= other.values_[n];
  return *this;
}

Matrix& Matrix::operator*=(double factor) {
  for (double& value : values_) value *= factor;
  return *this;
}

Matrix operator+(Matrix a, const Matrix& b) { return a += b; }
Matrix operator-(Matrix a, const Matrix& b) { return a -= b; }
Matrix operator*(double factor, Matrix a) { return a *= factor; }

Matrix operator*(const Matrix& a, const Matrix& b) {
  require_together(a.cols() == b.rows(), a, b, "multiplied");
  return product(CblasNoTrans, a, CblasNoTrans, b);
}

Matrix transposed_times(const Matrix& a, const Matrix& b) {
  require_together(a.rows() == b.rows(), a, b, "multiplied, the first one transposed");
  return product(CblasTrans, a, CblasNoTrans, b);
}

Matrix times_transposed(const Matrix& a, const Matrix& b) {
  require_together(a.cols() == b.cols(), a, b, "multiplied, the second one transposed");
  return product(CblasNoTrans, a, CblasTrans, b);
}

Matrix transposed(const Matrix& a) {
  Matrix t(a.cols(), a.rows());
  for (int j = 0; j < a.cols(); ++j)
    for (int i = 0; i < a.rows(); ++i) t(j, i) = a(i, j);
  return t;
}

Matrix beside(const Matrix& a, const Matrix& b) {
  require_together(a.rows() == b.rows(), a, b, "put side by side");
  Matrix both(a.rows(), a.cols() + b.cols());
  both.set_block(0, 0, a);
  both.set_block(0, a.cols(), b);
  return both;
}

Matrix above(const Matrix& a, const Matrix& b) {
  require_together(a.cols() == b.cols(), a, b, "put one above the other");
  Matrix both(a.rows() + b.rows(), a.cols());
  both.set_block(0, 0, a);
  both.set_block(a.rows(), 0, b);
  return both;
}

Matrix symmetric_part(const Matrix& a) {
  require_together(a.is_square(), a, a, "made symmetric");
  Matrix s(a.rows(), a.cols());
  for (int j = 0; j < a.cols(); ++j)
    for (int i = 0; i < a.rows(); ++i) s(i, j) = 0.5 * (a(i, j) + a(j, i));
  return s;
}

double one_norm(const Matrix& a) {
  double most = 0.0;
  for (int j = 0; j < a.cols(); ++j) {
    double sum = 0.0;
    for (int i = 0; i < a.rows(); ++i) sum += std::abs(a(i, j));
    if (!(sum <= most)) most = sum;  // NaN stays
  }
  return most;
}

double frobenius_norm(const Matrix& a) { return a.empty() ? 0.0 : cblas_dnrm2(a.rows() * a.cols(), a.data(), 1); }

double largest(const Matrix& a) {
  double most = 0.0;
  for (int j = 0; j < a.cols(); ++j)
    for (int i = 0; i < a.rows(); ++i)
      if (!(std::abs(a(i, j)) <= most)) most = std::abs(a(i, j));
  return most;
}

bool is_finite(const Matrix& a) {
  return std::all_of(a.data(), a.data() + static_cast<std::size_t>(a.rows()) * a.cols(),
                     [](double value) { return std::isfinite(value); });
}

std::string shape(const Matrix& a) { return fmt::format("{} x {}", a.rows(), a.cols()); }

void require(const Matrix& a, int rows, int cols, const std::string& name) {
  if (a.rows() != rows || a.cols() != cols)
    throw Error::input(fmt::format("{} is {}, expected {} x {}", name, shape(a), rows, cols));
  for (int j = 0; j < cols; ++j)
    for (int i = 0; i < rows; ++i)
      if (!std::isfinite(a(i, j))) throw Error::input(fmt::format("{} is {} at ({}, {})", name, a(i, j), i, j));
}

void require_symmetric(const Matrix& a, int n, const std::string& name) {
  require(a, n, n, name);
  const double tolerance = 1e-8 * largest(a);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < j; ++i)
      if (std::abs(a(i, j) - a(j, i)) > tolerance)
        throw Error::input(
            fmt::format("{} is not symmetric: {} at ({}, {}), {} at ({}, {})", name, a(i, j), i, j, a(j, i), j, i));
}

}  // namespace tessera::math
