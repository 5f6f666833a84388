// The kernels that turn an evaluator (a pair formula) into forces, energies and virials on cluster lists.
//
// Cost of the force kernel for one particle and one cluster, AVX-512: 25 vector instructions on two ports (3 sub,
// 3 mul/fma for r2, 1 compare, 3+4 for 1/r2, 5 for the force, 3+3 accumulations), i.e. 12.5 cycles for 8 lanes, against
// 6 vector loads and 3 stores, which fit beside them: the arithmetic ports are the limit, not memory, because the three
// coordinates of a cluster are read from cache.
#pragma once

#include <algorithm>
#include <utility>

#include "base/region.hpp"
#include "sim/pair_coulomb.hpp"
#include "sim/pair_force.hpp"
#include "sim/pair_heat.hpp"
#include "sim/pair_inputs.hpp"

namespace tessera::sim {

/// Forces on one owned particle from the clusters of its list. With `Reaction` (lists that hold each owned pair once)
/// the force on the owned other side is subtracted in place, a whole vector at a time. `Excluding`: some pairs do not
/// count.
template <class Evaluator, bool MultiType, class Charges, bool Reaction, bool Excluding>
struct ForceKernel {
  using Inputs = PairInputs<Evaluator, MultiType, Charges>;
  static constexpr int width = simd::width;
  static constexpr int num_p = Evaluator::num_force_parameters;
  using Coefficients = typename Inputs::template Coefficients<num_p>;

  Inputs in;
  Array2<double> force;
  Array1<int> order;  // owned clusters in the order of work

  struct Vector {
    simd::Pack x = 0.0, y = 0.0, z = 0.0;
  };
  /// One particle, and where those of all are: what stands in members is read anew after every store of a force.
  struct Particle {
    simd::Pack x, y, z, charge;
    const double *all_x, *all_y, *all_z, *all_charges;
    double *fx, *fy, *fz;
  };

  KOKKOS_FUNCTION void operator()(int n) const {
    const int first = order(n) * width;
    for (int i = first; i < first + width && i < in.num_owned; ++i)
      if (in.has_pairs(i))
        one_particle<true>(i);
      else
        one_particle<false>(i);
  }

 private:
  /// HasPairs: it has more than charges.
  template <bool HasPairs>
  KOKKOS_FORCEINLINE_FUNCTION void one_particle(int i) const {
    const int* list = in.list.cluster.data() + in.list.begin(i);
    const int owned = in.list.num_owned(i), total = in.list.num_total(i);
    const double *x = &in.position(0, 0), *y = &in.position(0, 1), *z = &in.position(0, 2);
    const Particle here{x[i],         y[i],         z[i],        in.charge(i), x, y, z, in.charges_of_all(),
                        &force(0, 0), &force(0, 1), &force(0, 2)};
    Vector sum;
    Coefficients c;
    if constexpr (!MultiType) in.template load_coefficients<0, num_p>(i, 0, c);

    const int home = i / width;
    simd::Mask at_home = home_lanes(i % width, Reaction);
    if constexpr (Excluding) at_home = at_home && simd::lanes_of(~in.exclusions.home(i));
    if constexpr (Reaction) {  // lists begin with the home cluster
      pair<HasPairs, true, true>(i, home, here, at_home, c, sum);
      several<HasPairs, true>(i, list, 1, owned, here, c, sum);
    } else {
      for (int n = 0; n < owned; ++n)
        pair<HasPairs, false, true>(i, list[n], here, list[n] == home ? at_home : simd::Mask(true), c, sum);
    }
    several<HasPairs, false>(i, list, owned, total, here, c, sum);
    if constexpr (Excluding) {
      const std::size_t begin = static_cast<std::size_t>(i) * in.exclusions.slots;
      for (std::size_t n = begin; n < begin + in.exclusions.count(i); ++n) {
        const int cluster = in.exclusions.cluster(n);
        const simd::Mask lanes = simd::lanes_of(~in.exclusions.lanes(n));
        if (Reaction && cluster * width < in.num_owned)
          pair<HasPairs, Reaction, true>(i, cluster, here, lanes, c, sum);
        else
          pair<HasPairs, false, true>(i, cluster, here, lanes, c, sum);
      }
    }

    here.fx[i] += simd::sum(sum.x);
    here.fy[i] += simd::sum(sum.y);
    here.fz[i] += simd::sum(sum.z);
  }

  /// A cluster on its way: distances, and the reciprocal of their squares, which takes longest.
  struct Visit {
    std::size_t first;
    simd::Pack dx, dy, dz, r2, inverse2;
  };

  KOKKOS_FORCEINLINE_FUNCTION static Visit begin(int cluster, const Particle& here) {
    Visit v;
    v.first = static_cast<std::size_t>(cluster) * width;
    v.dx = here.x - simd::load(here.all_x + v.first);
    v.dy = here.y - simd::load(here.all_y + v.first);
    v.dz = here.z - simd::load(here.all_z + v.first);
    v.r2 = v.dx * v.dx + v.dy * v.dy + v.dz * v.dz;
    v.inverse2 = simd::reciprocal(v.r2);
    return v;
  }

  /// Clusters [from, end) of a list. Each is begun before the one ahead of it is finished, so that the division of one
  /// goes on during the rest of the other: a processor looks ahead less far than that by itself. Charges have more to
  /// do in between, and no registers left for it.
  template <bool HasPairs, bool React>
  KOKKOS_FORCEINLINE_FUNCTION void several(int i, const int* list, int from, int end, const Particle& here,
                                           Coefficients& c, Vector& sum) const {
    if constexpr (Charges::is_active) {
      for (int n = from; n < end; ++n) pair<HasPairs, React, false>(i, list[n], here, {}, c, sum);
      return;
    }
    if (from >= end) return;
    Visit one = begin(list[from], here);
    int n = from + 1;
    for (; n + 1 < end; n += 2) {
      const Visit two = begin(list[n], here);
      finish<HasPairs, React, false>(i, one, here, {}, c, sum);
      one = begin(list[n + 1], here);
      finish<HasPairs, React, false>(i, two, here, {}, c, sum);
    }
    if (n < end) {
      const Visit two = begin(list[n], here);
      finish<HasPairs, React, false>(i, one, here, {}, c, sum);
      one = two;
    }
    finish<HasPairs, React, false>(i, one, here, {}, c, sum);
  }

  /// Evaluators that divide by r^2 may take its reciprocal, which has been on its way since begin().
  KOKKOS_FORCEINLINE_FUNCTION simd::Pack force_over_r(const simd::Pack* p, const Visit& v) const {
    if constexpr (requires { in.evaluator.force_over_r(p, v.r2, v.inverse2); })
      return in.evaluator.force_over_r(p, v.r2, v.inverse2);
    else
      return in.evaluator.force_over_r(p, v.r2);
  }

  /// React: the other side feels it as well. Masked: only these lanes count.
  template <bool HasPairs, bool React, bool Masked>
  KOKKOS_FORCEINLINE_FUNCTION void pair(int i, int cluster, const Particle& here, const simd::Mask& lanes,
                                        Coefficients& c, Vector& sum) const {
    finish<HasPairs, React, Masked>(i, begin(cluster, here), here, lanes, c, sum);
  }

  template <bool HasPairs, bool React, bool Masked>
  KOKKOS_FORCEINLINE_FUNCTION void finish(int i, const Visit& v, const Particle& here, const simd::Mask& lanes,
                                          Coefficients& c, Vector& sum) const {
    if constexpr (MultiType && HasPairs) in.template load_coefficients<0, num_p>(i, static_cast<int>(v.first), c);
    simd::Pack f = 0.0;
    if constexpr (HasPairs) {
      simd::Mask inside = v.r2 < c.cutoff2;
      if constexpr (Masked) inside = inside && lanes;
      f = simd::zero_unless(inside, force_over_r(c.p, v));
    }
    if constexpr (Charges::is_active) {
      simd::Mask inside = v.r2 < simd::Pack(in.charges.cutoff2);
      if constexpr (Masked) inside = inside && lanes;
      const simd::Pack product = here.charge * simd::load(here.all_charges + v.first);
      f += simd::zero_unless(inside, simd::Pack(product * in.charges.force_over_r(v.r2)));
    }
    sum.x += f * v.dx;
    sum.y += f * v.dy;
    sum.z += f * v.dz;
    if constexpr (React) {
      simd::store(here.fx + v.first, simd::load(here.fx + v.first) - f * v.dx);
      simd::store(here.fy + v.first, simd::load(here.fy + v.first) - f * v.dy);
      simd::store(here.fz + v.first, simd::load(here.fz + v.first) - f * v.dz);
    }
  }
};

/// Energy and virial of one owned particle: pairs found from both sides count half.
template <class Evaluator, bool MultiType, class Charges>
struct SumKernel {
  using Inputs = PairInputs<Evaluator, MultiType, Charges>;
  static constexpr int width = simd::width;
  static constexpr int num_p = Evaluator::num_parameters;
  using Value = ExactSums<7>;

  Inputs in;
  bool half;

  KOKKOS_FUNCTION void operator()(int i, Value& total) const {
    simd::Pack owned[7] = {}, copies[7] = {};
    add(i, 0, in.list.num_owned(i), owned);
    add(i, in.list.num_owned(i), in.list.num_total(i), copies);
    const std::size_t begin = static_cast<std::size_t>(i) * in.exclusions.slots;
    const int count = in.exclusions.slots > 0 ? in.exclusions.count(i) : 0;
    for (std::size_t n = begin; n < begin + count; ++n) {
      const int cluster = in.exclusions.cluster(n);
      add_cluster(i, cluster, simd::lanes_of(~in.exclusions.lanes(n)), cluster * width < in.num_owned ? owned : copies);
    }
    const double owned_weight = half ? 1.0 : 0.5;
    for (int n = 0; n < 7; ++n) total.part[n].add(owned_weight * simd::sum(owned[n]) + 0.5 * simd::sum(copies[n]));
  }

 private:
  KOKKOS_FUNCTION void add(int i, int begin, int end, simd::Pack (&sum)[7]) const {
    const int* list = in.list.cluster.data() + in.list.begin(i);
    for (int n = begin; n < end; ++n) {
      simd::Mask lanes(true);
      if (list[n] == i / width) {
        lanes = home_lanes(i % width, half);
        if (in.exclusions.slots > 0) lanes = lanes && simd::lanes_of(~in.exclusions.home(i));
      }
      add_cluster(i, list[n], lanes, sum);
    }
  }

  KOKKOS_FUNCTION void add_cluster(int i, int cluster, const simd::Mask& lanes, simd::Pack (&sum)[7]) const {
    const std::size_t stride = in.position.extent(0);
    const double* x = in.position.data();
    const double *y = x + stride, *z = y + stride;
    const int first = cluster * width;
    typename Inputs::template Coefficients<num_p> c;
    in.template load_coefficients<0, num_p>(i, first, c);
    const simd::Pack dx = x[i] - simd::load(x + first), dy = y[i] - simd::load(y + first),
                     dz = z[i] - simd::load(z + first);
    const simd::Pack r2 = dx * dx + dy * dy + dz * dz;
    const simd::Mask inside = r2 < c.cutoff2 && lanes;
    simd::Pack f = simd::zero_unless(inside, in.evaluator.force_over_r(c.p, r2));
    sum[0] += simd::zero_unless(inside, in.evaluator.energy(c.p, r2));
    if constexpr (Charges::is_active) {
      const simd::Mask close = r2 < simd::Pack(in.charges.cutoff2) && lanes;
      const simd::Pack product = in.charge(i) * simd::load(in.charges.charge.data() + first);
      f += simd::zero_unless(close, simd::Pack(product * in.charges.force_over_r(r2)));
      sum[0] += simd::zero_unless(close, simd::Pack(product * in.charges.pair_energy(r2)));
    }
    sum[1] += f * dx * dx;
    sum[2] += f * dy * dy;
    sum[3] += f * dz * dz;
    sum[4] += f * dx * dy;
    sum[5] += f * dx * dz;
    sum[6] += f * dy * dz;
  }
};

/// ForceTerm of an evaluator whose energy and force parameters are numbered alike at the front.
template <class Evaluator, bool MultiType, class Charges = NoCharges>
class ClusterPairForce final : public ForceTerm {
 public:
  using Coefficients = CoefficientsOf<Evaluator>;

  explicit ClusterPairForce(const PairTableOf<Coefficients>& table, const Evaluator& evaluator = {})
      : evaluator_(evaluator),
        num_types_(table.num_types),
        cutoff_(table.largest_cutoff()),
        row_((num_types_ + simd::row_length - 1) / simd::row_length * simd::row_length) {
    constexpr int rows = Evaluator::num_parameters + 1;
    const int block = num_types_ * row_;
    coefficients_ = Array1<double>("pair coefficients", static_cast<std::size_t>(rows * block));
    const auto host = Kokkos::create_mirror_view(coefficients_);
    for (int a = 0; a < num_types_; ++a)
      for (int b = 0; b < num_types_; ++b) {
        const auto& pair = table(a, b);
        double p[Evaluator::num_parameters];
        Evaluator::fill(pair, table.truncation, p);
        const int place = a * row_ + b;
        for (int n = 0; n < Evaluator::num_parameters; ++n) host(n * block + place) = p[n];
        host(Evaluator::num_parameters * block + place) = pair.cutoff * pair.cutoff;
      }
    Kokkos::deep_copy(coefficients_, host);
    is_inert_ = Array1<int>("types without pairs", static_cast<std::size_t>(num_types_));
    const auto inert = Kokkos::create_mirror_view(is_inert_);
    for (int a = 0; a < num_types_; ++a) {
      inert(a) = 1;
      for (int b = 0; b < num_types_; ++b)
        for (int n = 0; n < Evaluator::num_force_parameters; ++n)
          if (host(n * block + a * row_ + b) != 0.0 && table(a, b).cutoff > 0.0) inert(a) = 0;
    }
    Kokkos::deep_copy(is_inert_, inert);
  }

  /// Charges act besides, on pairs of all types.
  ClusterPairForce(const PairTableOf<Coefficients>& table, const CoulombParams& coulomb,
                   const Evaluator& evaluator = {}) requires Charges::is_active : ClusterPairForce(table, evaluator) {
    coulomb_ = coulomb;
    charges_ = make_pair_charges(coulomb);
    cutoff_ = std::max(cutoff_, coulomb.cutoff);
  }

  void rebuilt(data::Particles& particles, const data::Neighbourhood& near) override {
    if constexpr (Charges::is_active) spread_charges(particles, near, coulomb_.strength);
  }

  double cutoff() const override { return cutoff_; }

  void add_interior(const data::Particles& particles, const data::Neighbourhood& near) const override {
    run(particles, near, 0, near.num_interior());
  }

  void add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const override {
    run(particles, near, near.num_interior(), near.pairs().num_owned_clusters);
  }

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override {
    constexpr double distance = 8.0, own_side = 6.0, other_side = 6.0;
    constexpr double list_bytes = 16.0, row_bytes = 24.0 * 4.0;  // position read, force cleared, read and written
    const auto& list = near.inner();
    const auto& exclusions = near.exclusions();
    double owned = 0.0, total = 0.0;
    Kokkos::parallel_reduce(
        "sim/count_entries", Range(0, particles.num_owned()),
        KOKKOS_LAMBDA(int i, double& owned_entries, double& all_entries) {
          const int apart = exclusions.slots > 0 ? exclusions.count(i) : 0;
          owned_entries += list.num_owned(i) + apart;
          all_entries += list.num_total(i) + apart;
        },
        owned, total);
    const double with_reaction = near.pairs().count == data::PairCount::half ? owned : 0.0;
    double formula = Evaluator::force_flops;
    if constexpr (Charges::is_active) formula += Charges::force_flops;
    return {simd::width * (total * (distance + formula + own_side) + with_reaction * other_side),
            total * sizeof(int) + particles.num_owned() * (list_bytes + row_bytes)};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override {
    const Region region("sim/pair_sums");
    ExactSums<7> total;
    const SumKernel<Evaluator, MultiType, Charges> kernel{inputs(particles, near),
                                                          near.pairs().count == data::PairCount::half};
    Kokkos::parallel_reduce("sim/pair_sums", Range(0, particles.num_owned()), kernel, Kokkos::Sum<ExactSums<7>>(total));
    if constexpr (Charges::is_active)
      if (coulomb_.self_energy) total.part[0] += charge_self_energy(particles, coulomb_);
    return force_sums(total);
  }

  bool has_heat_flux() const override { return !coulomb_.self_energy; }
  ExactSums<3> heat_flux(const data::Particles& particles, const data::Neighbourhood& near,
                         const Array2<double>& velocity) const override {
    return pair_heat(inputs(particles, near), velocity, near.pairs().count == data::PairCount::half);
  }

 private:
  using Inputs = PairInputs<Evaluator, MultiType, Charges>;

  Inputs inputs(const data::Particles& particles, const data::Neighbourhood& near) const {
    Charges charges = charges_;
    if constexpr (Charges::is_active) charges.charge = particles.get<double>("pair_charge");
    return {particles.get<double>("position"),
            particles.get<int>("type"),
            near.inner(),
            coefficients_,
            is_inert_,
            num_types_,
            row_,
            particles.num_owned(),
            evaluator_,
            charges,
            near.exclusions()};
  }

  void run(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end) const {
    const Region region("sim/pair_force");
    if (near.has_exclusions())
      run_kernel<true>(particles, near, begin, end);
    else
      run_kernel<false>(particles, near, begin, end);
  }

  template <bool Excluding>
  void run_kernel(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end) const {
    const auto in = inputs(particles, near);
    const auto force = particles.get<double>("force");
    if (near.pairs().count == data::PairCount::half)
      Kokkos::parallel_for("sim/pair_force", Range(begin, end),
                           ForceKernel<Evaluator, MultiType, Charges, true, Excluding>{in, force, near.work_order()});
    else
      Kokkos::parallel_for("sim/pair_force", Range(begin, end),
                           ForceKernel<Evaluator, MultiType, Charges, false, Excluding>{in, force, near.work_order()});
  }

  Evaluator evaluator_;
  Charges charges_{};
  CoulombParams coulomb_;  // where there are charges
  Array1<double> coefficients_;
  Array1<int> is_inert_;
  int num_types_;
  double cutoff_;
  int row_;
};

}  // namespace tessera::sim
