// What the kernels of pairs read: lists, coefficients by types, charges.
#pragma once

#include "base/simd.hpp"
#include "data/neighbourhood.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim {

namespace detail {
template <class Evaluator>
struct CoefficientsOf {
  using Type = PairCoefficients;
};
template <class Evaluator>
requires requires { typename Evaluator::Coefficients; }
struct CoefficientsOf<Evaluator> {
  using Type = typename Evaluator::Coefficients;
};
}  // namespace detail

/// Those that an evaluator names, or epsilon and sigma.
template <class Evaluator>
using CoefficientsOf = typename detail::CoefficientsOf<Evaluator>::Type;

/// What both kernels read. MultiType: coefficients depend on types and are gathered; otherwise they stay in registers.
/// Charges: NoCharges, or PairCharges, which act besides.
template <class Evaluator, bool MultiType, class Charges>
struct PairInputs {
  static constexpr int width = simd::width;
  static constexpr int num_parameters = Evaluator::num_parameters;

  Array2<double> position;
  Array2<int> type;
  data::ClusterLists list;
  Array1<double> coefficients;  // (num_parameters + 1, types, row); the last parameter is the squared cutoff
  Array1<int> is_inert;         // (types): no pair of this type interacts but for charges
  int num_types;
  int row;  // types, rounded up to what simd::gather_row takes
  int num_owned;
  Evaluator evaluator;
  Charges charges;
  data::Exclusions exclusions;

  template <int Count>
  struct Coefficients {
    simd::Pack p[Count];
    simd::Pack cutoff2;
  };

  KOKKOS_FORCEINLINE_FUNCTION double charge(int i) const {
    if constexpr (Charges::is_active) return charges.charge(i, 0);
    return 0.0;
  }
  KOKKOS_FORCEINLINE_FUNCTION const double* charges_of_all() const {
    if constexpr (Charges::is_active) return charges.charge.data();
    return nullptr;
  }
  KOKKOS_FORCEINLINE_FUNCTION bool has_pairs(int i) const { return !Charges::is_active || is_inert(type(i, 0)) == 0; }

  /// Parameters [First, First + Count) between particle i and the lanes of a cluster.
  template <int First, int Count>
  KOKKOS_FORCEINLINE_FUNCTION void load_coefficients(int i, int first_row, Coefficients<Count>& c) const {
    const int block = num_types * row;
    if constexpr (MultiType) {
      const double* own = coefficients.data() + type(i, 0) * row;
      const int* other = &type(first_row, 0);
      const auto look_up = [&](int parameter) {
        const double* values = own + parameter * block;
        return row <= simd::row_length ? simd::gather_row(values, other) : simd::gather(values, other);
      };
      for (int n = 0; n < Count; ++n) c.p[n] = look_up(First + n);
      c.cutoff2 = look_up(num_parameters);
    } else {
      for (int n = 0; n < Count; ++n) c.p[n] = coefficients((First + n) * block);
      c.cutoff2 = coefficients(num_parameters * block);
    }
  }
};

/// Keeps, within the home cluster, later lanes only (each pair once) or all lanes but the particle's own.
KOKKOS_FORCEINLINE_FUNCTION simd::Mask home_lanes(int lane, bool later_only) {
  const simd::Pack own = static_cast<double>(lane);
  return later_only ? simd::lane_number() > own : simd::lane_number() != own;
}

}  // namespace tessera::sim
