// Linear functions of a state that is split over the ranks.
#pragma once

#include <cstdint>
#include <vector>

#include "base/sum.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

/// Collective. out(0, i) = offset[i] + sum of weights(i, j) state(0, j) over all ranks' parts, j counting from 0 in
/// each, the same on any number of ranks.
template <class Weights>
void apply_parts(const Comm& comm, const Weights& weights, const sim::Environment::Rows& state,
                 const std::vector<double>& offset, const sim::Environment::Rows& out) {
  const Range part(0, static_cast<std::int64_t>(state.extent(1)));
  std::vector<ExactSum> sums(out.extent(1));
  for (std::size_t i = 0; i < sums.size(); ++i) {
    Kokkos::parallel_reduce(
        "control/sum_part", part,
        KOKKOS_LAMBDA(std::int64_t j, ExactSum & sum) { sum.add(weights(i, j) * state(0, j)); },
        Kokkos::Sum<ExactSum>(sums[i]));
  }
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> values(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) values[i] = sums[i].value() + (offset.empty() ? 0.0 : offset[i]);
  data::set_rows(out, 0, values);
}

}  // namespace tessera::learn::control
