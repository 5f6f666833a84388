#include "sim/md/forces/special_charges.hpp"

#include <algorithm>

#include "base/region.hpp"
#include "sim/md/forces/special_pairs.hpp"
#include "sim/md/topology/excluded_pairs.hpp"

namespace tessera::sim::md {

namespace {

struct SpecialCharges {
  Array2<int> rows;
  Array1<int> bonds;
  Array2<double> position;
  PairCharges charges;
  double missing[4];  // 1 - weight, by bonds apart
  bool has_waves;

  /// Distance vector from the second to the first atom; returns the product of charges, 0 for no force.
  KOKKOS_FORCEINLINE_FUNCTION double look_up(int n, double (&d)[3], double& r2) const {
    const int i = rows(n, 0), j = rows(n, 1);
    for (int c = 0; c < 3; ++c) d[c] = position(i, c) - position(j, c);
    r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    return r2 < charges.cutoff2 || has_waves ? charges.charge(i, 0) * charges.charge(j, 0) : 0.0;
  }
  KOKKOS_FORCEINLINE_FUNCTION double force_over_r(int n, double r2) const {
    const double own = r2 < charges.cutoff2 ? charges.force_over_r<double>(r2) : 0.0;
    return own - missing[bonds(n)] / (r2 * kmath::sqrt(r2));
  }
  KOKKOS_FORCEINLINE_FUNCTION double energy(int n, double r2) const {
    const double own = r2 < charges.cutoff2 ? charges.pair_energy<double>(r2) : 0.0;
    return own - missing[bonds(n)] / kmath::sqrt(r2);
  }
};

template <bool Shared>
struct AddSpecialCharges {
  SpecialCharges in;
  Array2<double> force;

  KOKKOS_FUNCTION void operator()(int n) const {
    double d[3], r2 = 0.0;
    const double product = in.look_up(n, d, r2);
    if (product == 0.0) return;
    const double f = product * in.force_over_r(n, r2);
    for (int c = 0; c < 3; ++c) {
      add(force(in.rows(n, 0), c), f * d[c]);
      add(force(in.rows(n, 1), c), -f * d[c]);
    }
  }

 private:
  static KOKKOS_FORCEINLINE_FUNCTION void add(double& target, double value) {
    if constexpr (Shared)
      Kokkos::atomic_add(&target, value);
    else
      target += value;
  }
};

struct SumSpecialCharges {
  SpecialCharges in;

  KOKKOS_FUNCTION void operator()(int n, ExactSums<7>& total) const {
    double d[3], r2 = 0.0;
    const double product = in.look_up(n, d, r2);
    if (product == 0.0) return;
    const double f = product * in.force_over_r(n, r2);
    total.part[0].add(product * in.energy(n, r2));
    for (int c = 0; c < 3; ++c) total.part[1 + c].add(f * d[c] * d[c]);
    total.part[4].add(f * d[0] * d[1]);
    total.part[5].add(f * d[0] * d[2]);
    total.part[6].add(f * d[1] * d[2]);
  }
};

class SpecialChargeForce final : public ForceTerm {
 public:
  SpecialChargeForce(const CoulombParams& charges, const SpecialParams& special, const std::array<bool, 3>& excluded)
      : params_(charges), charges_(make_pair_charges(charges)), excluded_(excluded) {
    for (std::size_t n = 0; n < 3; ++n) missing_[n + 1] = 1.0 - special.coulomb[n];
  }

  bool adds_to_copies() const override { return true; }
  void rebuilt(data::Particles& particles, const data::Neighbourhood& near) override {
    spread_charges(particles, near, params_.strength);
    pairs_.find(particles, near, excluded_);
  }

  void add_interior(const data::Particles&, const data::Neighbourhood&) const override {}
  void add_boundary(const data::Particles& particles, const data::Neighbourhood&) const override {
    const Region region("md/special_charges");
    const auto force = particles.get<double>("force");
    if (ExecSpace().concurrency() > 1)
      Kokkos::parallel_for("md/special_charges", Range(0, pairs_.count),
                           AddSpecialCharges<true>{inputs(particles), force});
    else
      Kokkos::parallel_for("md/special_charges", Range(0, pairs_.count),
                           AddSpecialCharges<false>{inputs(particles), force});
  }

  StepCost cost(const data::Particles&, const data::Neighbourhood&) const override {
    constexpr double flops = 8.0 + PairCharges::force_flops + 14.0, bytes = 12.0 + 2.0 * (24.0 * 3.0 + 8.0);
    return {pairs_.count * flops, pairs_.count * bytes};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood&) const override {
    ExactSums<7> total;
    Kokkos::parallel_reduce("md/special_charges", Range(0, pairs_.count), SumSpecialCharges{inputs(particles)},
                            Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

 private:
  SpecialCharges inputs(const data::Particles& particles) const {
    PairCharges charges = charges_;
    charges.charge = particles.get<double>("pair_charge");
    const bool has_waves = params_.truncation == Truncation::none && params_.alpha > 0.0;
    return {pairs_.rows,
            pairs_.bonds,
            particles.get<double>("position"),
            charges,
            {0.0, missing_[1], missing_[2], missing_[3]},
            has_waves};
  }

  CoulombParams params_;
  PairCharges charges_;
  std::array<bool, 3> excluded_;
  double missing_[4] = {};
  SpecialPairs pairs_;
};

}  // namespace

std::unique_ptr<ForceTerm> make_special_charges(const CoulombParams& charges, const SpecialParams& special) {
  const auto excluded = excluded_kinds(special);
  if (std::none_of(excluded.begin(), excluded.end(), [](bool is_excluded) { return is_excluded; })) return nullptr;
  return std::make_unique<SpecialChargeForce>(charges, special, excluded);
}

}  // namespace tessera::sim::md
