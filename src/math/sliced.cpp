#include "math/sliced.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/sum.hpp"

namespace tessera::math {

namespace {

struct Projected {
  double place, weight;
  friend bool operator<(const Projected& a, const Projected& b) {
    return a.place != b.place ? a.place < b.place : a.weight < b.weight;
  }
};

std::vector<Projected> project(const HostColumns& columns, std::int64_t rows, const double* direction) {
  const int dimension = static_cast<int>(columns.extent(0)) - 1;
  std::vector<Projected> projected(static_cast<std::size_t>(rows));
  for (std::int64_t i = 0; i < rows; ++i) projected[static_cast<std::size_t>(i)] = {0.0, columns(dimension, i)};
  for (int c = 0; c < dimension; ++c)
    for (std::int64_t i = 0; i < rows; ++i)
      projected[static_cast<std::size_t>(i)].place += direction[c] * columns(c, i);
  return projected;
}

/// Collective. All rows, in order along the direction of this rank, if it has one: rank r that of number `first` + r.
std::vector<Projected> gather_sorted(const Points& points, const HostColumns& columns,
                                     const std::vector<double>& directions, std::size_t first) {
  const Comm& comm = points.comm();
  const auto dimension = static_cast<std::size_t>(points.dimension());
  std::vector<Comm::Message> outgoing;
  for (int rank = 0; rank < comm.size(); ++rank) {
    const std::size_t place = (first + static_cast<std::size_t>(rank)) * dimension;
    if (place >= directions.size() || points.num_rows() == 0) continue;
    const auto projected = project(columns, points.num_rows(), &directions[place]);
    outgoing.emplace_back(rank, std::vector<std::byte>(projected.size() * sizeof(Projected)));
    std::memcpy(outgoing.back().second.data(), projected.data(), outgoing.back().second.size());
  }
  std::vector<Projected> all;
  for (const auto& [rank, content] : comm.sparse_exchange(outgoing)) {
    const std::size_t before = all.size();
    all.resize(before + content.size() / sizeof(Projected));
    std::memcpy(all.data() + before, content.data(), content.size());
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// Squared, of order 2: both go through their quantiles side by side.
double squared_distance(const std::vector<Projected>& x, const std::vector<Projected>& y) {
  ExactSum sum;
  double left_x = x.front().weight, left_y = y.front().weight;
  for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
    const double difference = x[i].place - y[j].place;
    const double mass = std::min(left_x, left_y);
    sum.add(mass * difference * difference);
    left_x -= mass;
    left_y -= mass;
    const bool next_x = left_x <= 0.0, next_y = left_y <= 0.0;
    if (next_x && ++i < x.size()) left_x = x[i].weight;
    if (next_y && ++j < y.size()) left_y = y[j].weight;
  }
  return sum.value();
}

}  // namespace

std::vector<double> draw_directions(std::uint32_t seed, std::int64_t count, int dimension) {
  const Random random(seed, RandomPurpose::comparison_direction);
  const auto width = static_cast<std::size_t>(dimension);
  std::vector<double> directions(static_cast<std::size_t>(count) * width);
  for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
    double* direction = &directions[n * width];
    double r2 = 0.0;
    for (std::size_t c = 0; c < width; ++c) {
      const auto pair = random.normal(n, 0, static_cast<std::uint32_t>(c / 2));
      direction[c] = c % 2 == 0 ? pair.first : pair.second;
      r2 += direction[c] * direction[c];
    }
    for (std::size_t c = 0; c < width; ++c) direction[c] /= std::sqrt(r2);
  }
  return directions;
}

double sliced_w2(const Points& x, const Points& y, const std::vector<double>& directions) {
  if (x.dimension() != y.dimension())
    throw Error::input(
        fmt::format("samples in {} and in {} dimensions cannot be compared", x.dimension(), y.dimension()));
  const auto dimension = static_cast<std::size_t>(x.dimension());
  if (directions.empty() || directions.size() % dimension != 0)
    throw Error::internal(fmt::format("{} numbers of directions in {} dimensions", directions.size(), dimension));
  const std::size_t count = directions.size() / dimension;
  const HostColumns of_x = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), x.columns());
  const HostColumns of_y = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), y.columns());
  ExactSum sum;
  for (std::size_t first = 0; first < count; first += static_cast<std::size_t>(x.comm().size())) {
    const auto sorted_x = gather_sorted(x, of_x, directions, first),
               sorted_y = gather_sorted(y, of_y, directions, first);
    if (!sorted_x.empty()) sum.add(squared_distance(sorted_x, sorted_y));
  }
  all_reduce(x.comm(), &sum, 1);
  return std::sqrt(sum.value() / static_cast<double>(count));
}

}  // namespace tessera::math
