#include "sim/density/sample_moments.hpp"

#include "base/sum.hpp"

namespace tessera::sim::density {

namespace {

/// Local. Of (x - centre)^power, power 1 or 2.
ExactSum sum_of(const data::RowArray<double>& position, std::int64_t first, int rows, int c, double centre, int power) {
  ExactSum total;
  Kokkos::parallel_reduce(
      "density/moment", Range(0, rows),
      KOKKOS_LAMBDA(int row, ExactSum& sum) {
        const double x = position(first + row, c) - centre;
        sum.add(power == 1 ? x : x * x);
      },
      Kokkos::Sum<ExactSum>(total));
  return total;
}

}  // namespace

SampleMoments moments_of(const data::Table& table, std::int64_t first, std::int64_t total) {
  const auto position = table.get<double>("position");
  const int rows = static_cast<int>(table.num_rows() - first), dimensions = static_cast<int>(position.extent(1));
  SampleMoments moments{std::vector<double>(position.extent(1), 0.0), {}};
  for (int power = 1; power <= 2; ++power) {
    std::vector<ExactSum> sums;
    for (int c = 0; c < dimensions; ++c)
      sums.push_back(sum_of(position, first, rows, c, moments.mean[static_cast<std::size_t>(c)], power));
    all_reduce(table.comm(), sums.data(), dimensions);
    std::vector<double> means;
    for (const auto& sum : sums) means.push_back(sum.value() / static_cast<double>(total));
    (power == 1 ? moments.mean : moments.variance) = means;
  }
  return moments;
}

}  // namespace tessera::sim::density
