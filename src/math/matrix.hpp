// Small dense matrices on the host, for control: what fits on one rank and goes to BLAS and LAPACK as it stands.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

namespace tessera::math {

/// rows x cols real numbers in column-major order, owned. All functions here are local; shapes that do not go together
/// are Error (internal) naming both.
class Matrix {
 public:
  Matrix() = default;
  Matrix(int rows, int cols);  ///< of zeros
  /// Row by row, as one writes it.
  Matrix(std::initializer_list<std::initializer_list<double>> rows);
  static Matrix identity(int n, double scale = 1.0);
  static Matrix diagonal(const std::vector<double>& values);

  int rows() const { return rows_; }
  int cols() const { return cols_; }
  bool empty() const { return values_.empty(); }
  bool is_square() const { return rows_ == cols_; }
  double* data() { return values_.data(); }
  const double* data() const { return values_.data(); }
  double* column(int j) { return data() + static_cast<std::size_t>(j) * rows_; }
  const double* column(int j) const { return data() + static_cast<std::size_t>(j) * rows_; }
  double& operator()(int i, int j) { return column(j)[i]; }
  double operator()(int i, int j) const { return column(j)[i]; }

  /// What stands from (row, col) on.
  Matrix block(int row, int col, int num_rows, int num_cols) const;
  void set_block(int row, int col, const Matrix& block);
  Matrix columns(int first, int count) const { return block(0, first, rows_, count); }

  Matrix& operator+=(const Matrix& other);
  Matrix& operator-=(const Matrix& other);
  Matrix& operator*=(double factor);

 private:
  int rows_ = 0, cols_ = 0;
  std::vector<double> values_;
};

Matrix operator+(Matrix a, const Matrix& b);
Matrix operator-(Matrix a, const Matrix& b);
Matrix operator*(double factor, Matrix a);
Matrix operator*(const Matrix& a, const Matrix& b);
Matrix transposed(const Matrix& a);
/// a' b, and a b', without a transposed copy.
Matrix transposed_times(const Matrix& a, const Matrix& b);
Matrix times_transposed(const Matrix& a, const Matrix& b);
/// [a b], and [a; b].
Matrix beside(const Matrix& a, const Matrix& b);
Matrix above(const Matrix& a, const Matrix& b);
/// (a + a')/2
Matrix symmetric_part(const Matrix& a);

double one_norm(const Matrix& a);  ///< largest sum of a column's magnitudes
double frobenius_norm(const Matrix& a);
double largest(const Matrix& a);  ///< magnitude
bool is_finite(const Matrix& a);

/// "3 x 2"
std::string shape(const Matrix& a);
/// Error (input) unless so many rows and columns, all of them finite: "<name> is 3 x 2, expected 3 x 3".
void require(const Matrix& a, int rows, int cols, const std::string& name);
/// The same for n x n, and that a(i, j) and a(j, i) agree to 1e-8 of the largest number.
void require_symmetric(const Matrix& a, int n, const std::string& name);

}  // namespace tessera::math
