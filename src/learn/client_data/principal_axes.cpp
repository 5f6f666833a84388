#include "learn/client_data/principal_axes.hpp"

#include <algorithm>
#include <vector>

#include "base/agree.hpp"
#include "math/linear.hpp"
#include "math/matrix.hpp"

namespace tessera::learn::client_data {

namespace {

constexpr std::int64_t block = 64;

/// Lower half of X'X, row after row.
std::vector<double> sum_of_squares(const data::Table& table) {
  const auto column = table.get<double>("x");
  const std::size_t width = column.extent(1);
  const auto half = static_cast<int>(width * (width + 1) / 2);
  return data::sum_blocks(table, block, half, [&](std::int64_t first, std::int64_t count, double* result) {
    const auto x = data::host_copy(column, first, count);
    std::fill_n(result, half, 0.0);
    for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
      const double* values = x.data() + row * width;
      double* next = result;
      for (std::size_t a = 0; a < width; ++a)
        for (std::size_t b = 0; b <= a; ++b) *next++ += values[a] * values[b];
    }
  });
}

/// Collective. Vectors one after another, that of the largest value first: the root's, since hosts may differ.
std::vector<double> largest_vectors(const Comm& comm, const std::vector<double>& half, int width, int count) {
  std::vector<double> vectors(static_cast<std::size_t>(width) * static_cast<std::size_t>(count));
  agree(comm, [&] {
    if (!comm.is_root()) return;
    math::Matrix squares(width, width);
    const double* next = half.data();
    for (int a = 0; a < width; ++a)
      for (int b = 0; b <= a; ++b) squares(a, b) = squares(b, a) = *next++;
    const auto problem = math::symmetric_eigenvectors(squares);
    for (int k = 0; k < count; ++k)
      std::copy_n(problem.vectors.column(width - 1 - k), width,
                  vectors.data() + static_cast<std::ptrdiff_t>(k) * width);
  });
  comm.broadcast_bytes(vectors.data(), vectors.size() * sizeof(double));
  return vectors;
}

}  // namespace

void add_projections(data::Table& table, int count) {
  table.balance(block);
  const auto column = table.get<double>("x");
  const std::size_t width = column.extent(1);
  const auto vectors = largest_vectors(table.comm(), sum_of_squares(table), static_cast<int>(width), count);
  table.add<double>(projection_column, count);
  const auto x = data::host_copy(column, 0, table.num_rows());
  std::vector<double> projections;
  for (auto row = x.begin(); row != x.end(); row += static_cast<std::ptrdiff_t>(width))
    for (auto vector = vectors.begin(); vector != vectors.end(); vector += static_cast<std::ptrdiff_t>(width)) {
      double sum = 0.0;
      for (std::size_t c = 0; c < width; ++c)
        sum += row[static_cast<std::ptrdiff_t>(c)] * vector[static_cast<std::ptrdiff_t>(c)];
      projections.push_back(sum);
    }
  data::set_rows(table.get<double>(projection_column), 0, projections);
}

}  // namespace tessera::learn::client_data
