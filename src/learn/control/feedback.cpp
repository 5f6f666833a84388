#include "learn/control/feedback.hpp"

#include <cstdint>

#include "base/sum.hpp"

namespace tessera::learn::control {

using sim::Environment;

void apply_parts(const Comm& comm, const Environment::Rows& weights, const Environment::Rows& state,
                 const std::vector<double>& offset, const Array1<double>& work, const Environment::Rows& out) {
  const Range part(0, static_cast<std::int64_t>(state.extent(1)));
  std::vector<ExactSum> sums(out.extent(1));
  for (std::size_t i = 0; i < sums.size(); ++i) {
    Kokkos::parallel_for(
        "control/multiply_part", part, KOKKOS_LAMBDA(std::int64_t j) { work(j) = weights(i, j) * state(0, j); });
    Kokkos::parallel_reduce(
        "control/sum_part", part, KOKKOS_LAMBDA(std::int64_t j, ExactSum & sum) { sum.add(work(j)); },
        Kokkos::Sum<ExactSum>(sums[i]));
  }
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  std::vector<double> values(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) values[i] = sums[i].value() + (offset.empty() ? 0.0 : offset[i]);
  data::set_rows(out, 0, values);
}

Feedback::Feedback(const Environment& environment, const math::Matrix& gain, const std::vector<double>& offset) {
  if (!environment.is_split()) {
    map_ = RowMap(gain, offset);
    return;
  }
  offset_ = offset;
  const auto count = static_cast<int>(environment.state().extent(1));
  const auto first = static_cast<int>(environment.first_state());
  part_ = Rows("control/gain", static_cast<std::size_t>(gain.rows()), static_cast<std::size_t>(count));
  work_ = Array1<double>("control/products", static_cast<std::size_t>(count));
  const auto host = Kokkos::create_mirror_view(part_);
  for (int i = 0; i < gain.rows(); ++i)
    for (int j = 0; j < count; ++j) host(i, j) = gain(i, first + j);
  Kokkos::deep_copy(part_, host);
}

void Feedback::apply(const Environment& environment, const Rows& out) const {
  if (environment.is_split())
    apply_parts(environment.comm(), part_, environment.state(), offset_, work_, out);
  else
    map_.apply(environment.state(), out);
}

}  // namespace tessera::learn::control
