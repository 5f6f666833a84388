// Reductions over all cells of a field.
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "data/field.hpp"

namespace tessera::data {

namespace {

/// Owned cells one after the other, with the part of a cell's volume that each stands for.
struct OwnedCells {
  Array4<double> values;
  Int3 count, layers;
  Int3 first_half{-1, -1, -1}, last_half{-1, -1, -1};  // local indices of nodes on open sides

  explicit OwnedCells(const Field& field)
      : values(field.values()), count(field.mesh().count()), layers(field.layers()) {
    const Mesh& mesh = field.mesh();
    for (int d = 0; d < 3; ++d) {
      const auto first = mesh.first()[static_cast<std::size_t>(d)];
      if (mesh.weight(d, first) != 1.0) first_half[d] = 0;
      if (mesh.weight(d, first + count[d] - 1) != 1.0) last_half[d] = count[d] - 1;
    }
  }

  using Policy = Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>;
  Policy policy() const { return Policy(0, std::int64_t{1} * count[0] * count[1] * count[2]); }

  KOKKOS_INLINE_FUNCTION Int3 place(std::int64_t n) const {
    const auto row = static_cast<int>(n / count[0]);
    return {static_cast<int>(n % count[0]), row % count[1], row / count[1]};
  }
  KOKKOS_INLINE_FUNCTION double value(const Int3& at, int c) const {
    return values(at[0] + layers[0], at[1] + layers[1], at[2] + layers[2], c);
  }
  KOKKOS_INLINE_FUNCTION double weight(const Int3& at) const {
    double product = 1.0;
    for (int d = 0; d < 3; ++d) product *= at[d] == first_half[d] || at[d] == last_half[d] ? 0.5 : 1.0;
    return product;
  }
};

/// Sum of term(cell, component) of each component.
template <class Term>
std::vector<double> sum_components(const Field& field, const Term& term) {
  const OwnedCells cells(field);
  std::vector<ExactSum> totals(static_cast<std::size_t>(field.components()));
  for (int c = 0; c < field.components(); ++c)
    Kokkos::parallel_reduce(
        "data/field_sum", cells.policy(),
        KOKKOS_LAMBDA(std::int64_t n, ExactSum & sum) { sum.add(term(cells, cells.place(n), c)); },
        Kokkos::Sum<ExactSum>(totals[static_cast<std::size_t>(c)]));
  all_reduce(field.mesh().comm(), totals.data(), field.components());
  std::vector<double> result;
  for (const auto& total : totals) result.push_back(total.value());
  return result;
}

/// The same for a sum over all components.
template <class Term>
double sum_all(const Field& field, const Term& term) {
  const OwnedCells cells(field);
  ExactSum total;
  for (int c = 0; c < field.components(); ++c) {
    ExactSum sum;
    Kokkos::parallel_reduce(
        "data/field_sum", cells.policy(),
        KOKKOS_LAMBDA(std::int64_t n, ExactSum & part) { part.add(term(cells, cells.place(n), c)); },
        Kokkos::Sum<ExactSum>(sum));
    total += sum;
  }
  all_reduce(field.mesh().comm(), &total, 1);
  return total.value();
}

/// The smallest of sign * value, times sign; not a number if any value is not finite.
std::vector<double> extrema(const Field& field, double sign) {
  const OwnedCells cells(field);
  // Least values, and minus the number of those that are not finite.
  std::vector<double> least(2 * static_cast<std::size_t>(field.components()));
  for (int c = 0; c < field.components(); ++c) {
    double smallest = 0.0;
    std::int64_t broken = 0;
    Kokkos::parallel_reduce(
        "data/field_min", cells.policy(),
        KOKKOS_LAMBDA(std::int64_t n, double& low) {
          const double value = sign * cells.value(cells.place(n), c);
          if (value < low) low = value;
        },
        Kokkos::Min<double>(smallest));
    Kokkos::parallel_reduce(
        "data/field_finite", cells.policy(),
        KOKKOS_LAMBDA(std::int64_t n, std::int64_t & count) {
          const double value = cells.value(cells.place(n), c);
          count += value - value == 0.0 ? 0 : 1;
        },
        broken);
    least[2 * static_cast<std::size_t>(c)] = smallest;
    least[2 * static_cast<std::size_t>(c) + 1] = -static_cast<double>(broken);
  }
  field.mesh().comm().all_reduce(least.data(), static_cast<int>(least.size()), Op::min);
  std::vector<double> result;
  for (std::size_t c = 0; c < least.size(); c += 2)
    result.push_back(least[c + 1] < 0.0 ? std::numeric_limits<double>::quiet_NaN() : sign * least[c]);
  return result;
}

struct Value {
  KOKKOS_INLINE_FUNCTION double operator()(const OwnedCells& cells, const Int3& at, int c) const {
    return cells.value(at, c);
  }
};

struct WeightedValue {
  KOKKOS_INLINE_FUNCTION double operator()(const OwnedCells& cells, const Int3& at, int c) const {
    return cells.weight(at) * cells.value(at, c);
  }
};

struct WeightedSquare {
  KOKKOS_INLINE_FUNCTION double operator()(const OwnedCells& cells, const Int3& at, int c) const {
    return cells.weight(at) * cells.value(at, c) * cells.value(at, c);
  }
};

struct Product {
  Array4<double> other;
  Int3 layers;
  KOKKOS_INLINE_FUNCTION double operator()(const OwnedCells& cells, const Int3& at, int c) const {
    return cells.value(at, c) * other(at[0] + layers[0], at[1] + layers[1], at[2] + layers[2], c);
  }
};

}  // namespace

std::vector<double> sums(const Field& field) { return sum_components(field, Value()); }

std::vector<double> integrals(const Field& field) {
  auto result = sum_components(field, WeightedValue());
  for (auto& value : result) value *= field.mesh().cell_volume();
  return result;
}

std::vector<double> minima(const Field& field) { return extrema(field, 1.0); }
std::vector<double> maxima(const Field& field) { return extrema(field, -1.0); }

double dot(const Field& a, const Field& b) {
  const Mesh &left = a.mesh(), &right = b.mesh();
  bool is_alike = left.is_same_as(right) && left.first() == right.first() && a.components() == b.components();
  for (int d = 0; d < 3; ++d) is_alike = is_alike && left.count()[d] == right.count()[d];
  if (!is_alike) throw Error::internal("the product of fields '" + a.name() + "' and '" + b.name() + "' of two meshes");
  return sum_all(a, Product{b.values(), b.layers()});
}

double norm(const Field& field) { return std::sqrt(sum_all(field, WeightedSquare()) * field.mesh().cell_volume()); }

}  // namespace tessera::data
