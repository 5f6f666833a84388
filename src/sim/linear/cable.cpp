#include "sim/linear/cable.hpp"

namespace tessera::sim::linear {

Cable::Cable(std::int64_t num_elements) : elements(num_elements) {
  const double h = cable_length / static_cast<double>(num_elements);
  mass = {4.0 * (h / 6.0), h / 6.0, h / 3.0 + cable_mass};
  stiffness = {2.0 / h, -1.0 / h, 1.0 / h + cable_spring};
  damping = {2.0 * cable_damping / h, -cable_damping / h, cable_damping / h};
}

math::Matrix divide_by_mass(const Cable& cable, math::Matrix columns) {
  const auto n = static_cast<int>(cable.elements);
  const double off = cable.mass.off;
  const auto diagonal = [&](int i) { return i == n - 1 ? cable.mass.last : cable.mass.diagonal; };
  std::vector<double> pivot(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)
    pivot[static_cast<std::size_t>(i)] =
        i == 0 ? diagonal(0) : diagonal(i) - off * off / pivot[static_cast<std::size_t>(i) - 1];
  for (int j = 0; j < columns.cols(); ++j) {
    double* x = columns.column(j);
    for (int i = 1; i < n; ++i) x[i] -= off / pivot[static_cast<std::size_t>(i) - 1] * x[i - 1];
    x[n - 1] /= pivot.back();
    for (int i = n - 2; i >= 0; --i) x[i] = (x[i] - off * x[i + 1]) / pivot[static_cast<std::size_t>(i)];
  }
  return columns;
}

math::Matrix dense(const Cable::Tridiagonal& values, int n) {
  math::Matrix matrix = math::Matrix::identity(n, values.diagonal);
  matrix(n - 1, n - 1) = values.last;
  for (int i = 1; i < n; ++i) matrix(i, i - 1) = matrix(i - 1, i) = values.off;
  return matrix;
}

}  // namespace tessera::sim::linear
