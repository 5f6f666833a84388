#include "sim/particles/moments.hpp"

#include "base/sum.hpp"

namespace tessera::sim::particles {

namespace {

struct Weight {
  bool has_weights;
  Array2<double> log_weight;
  KOKKOS_INLINE_FUNCTION double operator()(int row) const { return has_weights ? kmath::exp(log_weight(row, 0)) : 1.0; }
};

/// A deviation from a mean; the position is that without wrapping.
struct Deviation {
  Array2<double> position;
  Array2<int> image;
  bool has_image;
  double length, mean;
  int c;
  KOKKOS_INLINE_FUNCTION double operator()(int row) const {
    return position(row, c) + (has_image ? length * image(row, c) : 0.0) - mean;
  }
};

struct Value {
  Array1<double> values;
  KOKKOS_INLINE_FUNCTION double operator()(int row) const { return values(row); }
};

struct Square {
  Array2<double> velocity;
  int dimensions;
  KOKKOS_INLINE_FUNCTION double operator()(int row) const {
    double sum = 0.0;
    for (int c = 0; c < dimensions; ++c) sum += velocity(row, c) * velocity(row, c);
    return sum;
  }
};

struct One {
  KOKKOS_INLINE_FUNCTION double operator()(int) const { return 1.0; }
};

/// Local. Of weight times both.
template <class A, class B>
ExactSum weighted_sum(const Weight& weight, const A& a, const B& b, int rows) {
  ExactSum total;
  Kokkos::parallel_reduce(
      "particles/weighted_sum", Range(0, rows),
      KOKKOS_LAMBDA(int row, ExactSum& sum) { sum.add(weight(row) * (a(row) * b(row))); },
      Kokkos::Sum<ExactSum>(total));
  return total;
}

Weight weight_of(const Sample& sample) { return {sample.has_weights, sample.log_weight}; }

Deviation deviation(const Sample& sample, std::size_t c, double mean) {
  return {sample.columns.position, sample.columns.image, sample.space.has_periodic, sample.space.length[c], mean,
          static_cast<int>(c)};
}

}  // namespace

Moments moments_of(const Comm& comm, const Sample& s, double mass) {
  const auto d = static_cast<std::size_t>(s.space.dimensions);
  const Weight weight = weight_of(s);
  std::vector<ExactSum> sums{weighted_sum(weight, One(), One(), s.rows), weighted_sum(weight, weight, One(), s.rows),
                             weighted_sum(weight, Value{s.energy}, One(), s.rows), ExactSum{}};
  if (s.has_velocity) sums[3] = weighted_sum(weight, Square{s.columns.velocity, s.space.dimensions}, One(), s.rows);
  for (std::size_t c = 0; c < d; ++c) sums.push_back(weighted_sum(weight, deviation(s, c, 0.0), One(), s.rows));
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  Moments moments;
  moments.weight = sums[0].value();
  moments.effective_count = moments.weight * moments.weight / sums[1].value();
  moments.potential = sums[2].value() / moments.weight;
  moments.temperature = mass * sums[3].value() / (moments.weight * static_cast<double>(d));
  std::vector<ExactSum> squares;
  for (std::size_t c = 0; c < d; ++c) {
    moments.mean.push_back(sums[4 + c].value() / moments.weight);
    const Deviation x = deviation(s, c, moments.mean[c]);
    squares.push_back(weighted_sum(weight, x, x, s.rows));
  }
  all_reduce(comm, squares.data(), static_cast<int>(d));
  for (const auto& square : squares) moments.variance.push_back(square.value() / moments.weight);
  return moments;
}

std::vector<double> covariance_of(const Comm& comm, const Sample& s, const Moments& moments) {
  const std::size_t d = moments.mean.size();
  std::vector<ExactSum> sums;
  for (std::size_t a = 0; a < d; ++a)
    for (std::size_t b = a; b < d; ++b)
      sums.push_back(
          weighted_sum(weight_of(s), deviation(s, a, moments.mean[a]), deviation(s, b, moments.mean[b]), s.rows));
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> matrix(d * d);
  std::size_t n = 0;
  for (std::size_t a = 0; a < d; ++a)
    for (std::size_t b = a; b < d; ++b, ++n) matrix[a * d + b] = matrix[b * d + a] = sums[n].value() / moments.weight;
  return matrix;
}

}  // namespace tessera::sim::particles
