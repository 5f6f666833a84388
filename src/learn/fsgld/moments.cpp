#include "learn/fsgld/moments.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/io/table_file.hpp"

namespace tessera::learn::fsgld {

Moments moments_of_draws(const Comm& comm, const std::string& path, std::int64_t dimensions) {
  const data::Table table = data::read_table(comm, path);
  if (!table.has_column("theta") || table.num_global() < 2)
    throw Error::input(fmt::format("evaluation.reference: {} has no draws (column `theta`)", path));
  const auto theta = table.get<double>("theta");
  const auto d = static_cast<std::size_t>(dimensions);
  if (theta.extent(1) != d)
    throw Error::input(
        fmt::format("evaluation.reference: {} has {} parameters; expected {}", path, theta.extent(1), d));
  const auto values = data::host_copy(theta, 0, table.num_rows());
  const std::vector<double> weights = table.has_column("weight")
                                          ? data::host_copy(table.get<double>("weight"), 0, table.num_rows())
                                          : std::vector<double>(static_cast<std::size_t>(table.num_rows()), 1.0);
  // Of w, w^2, w x; then of w (x - mean)^2.
  std::vector<ExactSum> sums(2 + d), squares(d);
  for (std::size_t n = 0; n < weights.size(); ++n) {
    sums[0].add(weights[n]);
    sums[1].add(weights[n] * weights[n]);
    for (std::size_t k = 0; k < d; ++k) sums[2 + k].add(weights[n] * values[n * d + k]);
  }
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  const double total = sums[0].value();
  Moments moments{std::vector<double>(d), std::vector<double>(d)};
  for (std::size_t k = 0; k < d; ++k) moments.mean[k] = sums[2 + k].value() / total;
  for (std::size_t n = 0; n < values.size(); ++n) {
    const double off = values[n] - moments.mean[n % d];
    squares[n % d].add(weights[n / d] * off * off);
  }
  all_reduce(comm, squares.data(), static_cast<int>(d));
  for (std::size_t k = 0; k < d; ++k) moments.variance[k] = squares[k].value() / (total - sums[1].value() / total);
  return moments;
}

}  // namespace tessera::learn::fsgld
