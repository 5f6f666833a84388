// The heat that pairs on cluster lists carry: a kernel of its own, run where a flux is sampled.
#pragma once

#include "base/region.hpp"
#include "base/sum.hpp"
#include "sim/pair_inputs.hpp"

namespace tessera::sim {

/// Of one owned particle's pairs 1/2 [u w + (f . w) r], w = v_i + v_j, r = x_i - x_j, f the force on i; pairs found
/// from both sides count half. Inputs: PairInputs of any evaluator.
template <class Inputs>
struct HeatKernel {
  static constexpr int width = simd::width;
  using Value = ExactSums<3>;

  Inputs in;
  Array2<double> velocity;
  bool half;

  KOKKOS_FUNCTION void operator()(int i, Value& total) const {
    simd::Pack owned[3] = {}, copies[3] = {};
    const int* list = in.list.cluster.data() + in.list.begin(i);
    for (int n = 0; n < in.list.num_total(i); ++n) {
      simd::Mask lanes(true);
      if (list[n] == i / width) {
        lanes = home_lanes(i % width, half);
        if (in.exclusions.slots > 0) lanes = lanes && simd::lanes_of(~in.exclusions.home(i));
      }
      add_cluster(i, list[n], lanes, n < in.list.num_owned(i) ? owned : copies);
    }
    const std::size_t begin = static_cast<std::size_t>(i) * in.exclusions.slots;
    const int count = in.exclusions.slots > 0 ? in.exclusions.count(i) : 0;
    for (std::size_t n = begin; n < begin + count; ++n) {
      const int cluster = in.exclusions.cluster(n);
      add_cluster(i, cluster, simd::lanes_of(~in.exclusions.lanes(n)), cluster * width < in.num_owned ? owned : copies);
    }
    const double owned_weight = half ? 0.5 : 0.25;
    for (int c = 0; c < 3; ++c) total.part[c].add(owned_weight * simd::sum(owned[c]) + 0.25 * simd::sum(copies[c]));
  }

 private:
  /// Twice the heat.
  KOKKOS_FUNCTION void add_cluster(int i, int cluster, const simd::Mask& lanes, simd::Pack (&sum)[3]) const {
    using Charges = decltype(in.charges);
    const int first = cluster * width;
    typename Inputs::template Coefficients<Inputs::num_parameters> coefficients;
    in.template load_coefficients<0, Inputs::num_parameters>(i, first, coefficients);
    simd::Pack d[3], w[3], r2 = 0.0, along = 0.0;
    for (int c = 0; c < 3; ++c) {
      const double* x = in.position.data() + static_cast<std::size_t>(c) * in.position.extent(0);
      const double* v = velocity.data() + static_cast<std::size_t>(c) * velocity.extent(0);
      d[c] = x[i] - simd::load(x + first);
      w[c] = v[i] + simd::load(v + first);
      r2 += d[c] * d[c];
      along += w[c] * d[c];
    }
    const simd::Mask inside = r2 < coefficients.cutoff2 && lanes;
    simd::Pack f = simd::zero_unless(inside, in.evaluator.force_over_r(coefficients.p, r2));
    simd::Pack u = simd::zero_unless(inside, in.evaluator.energy(coefficients.p, r2));
    if constexpr (Charges::is_active) {
      const simd::Mask close = r2 < simd::Pack(in.charges.cutoff2) && lanes;
      const simd::Pack product = in.charge(i) * simd::load(in.charges.charge.data() + first);
      f += simd::zero_unless(close, simd::Pack(product * in.charges.force_over_r(r2)));
      u += simd::zero_unless(close, simd::Pack(product * in.charges.pair_energy(r2)));
    }
    for (int c = 0; c < 3; ++c) sum[c] += u * w[c] + f * along * d[c];
  }
};

/// Local. Of all owned particles. `velocity` has rows like the column "position", copies filled.
template <class Inputs>
ExactSums<3> pair_heat(const Inputs& inputs, const Array2<double>& velocity, bool half) {
  const Region region("sim/pair_heat");
  ExactSums<3> total;
  Kokkos::parallel_reduce("sim/pair_heat", Range(0, inputs.num_owned), HeatKernel<Inputs>{inputs, velocity, half},
                          Kokkos::Sum<ExactSums<3>>(total));
  return total;
}

}  // namespace tessera::sim
