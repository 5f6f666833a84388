#include "sim/md/forces/special_pairs.hpp"

#include "base/region.hpp"
#include "data/exclusions.hpp"
#include "sim/md/topology/excluded_pairs.hpp"
#include "sim/pair_lj.hpp"

namespace tessera::sim::md {

namespace {

struct FindSpecial {
  Array2<double> position;
  Array2<std::int64_t> excluded, id;
  data::RowIndex index;
  double reach2;
  bool wanted[4];

  /// Calls take(row, bonds) for the partners of an owned row.
  template <class Take>
  KOKKOS_FUNCTION void operator()(int i, const Take& take) const {
    const double here[3] = {position(i, 0), position(i, 1), position(i, 2)};
    for (std::size_t slot = 0; slot < excluded.extent(1); ++slot) {
      const std::int64_t entry = excluded(i, slot);
      if (entry == 0) return;
      const int bonds = data::excluded_bonds(entry);
      if (!wanted[bonds] || data::excluded_id(entry) < id(i, 0)) continue;
      double distance2 = 0.0;
      const int row = index.nearest(data::excluded_id(entry), position, here, distance2);
      if (row >= 0 && distance2 <= reach2) take(row, bonds);
    }
  }
};

/// Weighted potential of one pair.
template <class Evaluator>
struct SpecialInputs {
  Array2<int> rows;
  Array1<int> bonds;
  Array2<double> position;
  Array2<int> type;
  Array1<double> parameters;  // ((type a * types + type b) * width + n), the last one the squared cutoff
  int num_types;
  double weight[4];

  static constexpr int width = Evaluator::num_parameters + 1;

  /// Distance vector from the second to the first atom; returns the weight, 0 beyond the cutoff.
  KOKKOS_FORCEINLINE_FUNCTION double look_up(int n, double (&d)[3], double& r2, const double*& p) const {
    const int i = rows(n, 0), j = rows(n, 1);
    for (int c = 0; c < 3; ++c) d[c] = position(i, c) - position(j, c);
    r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    p = parameters.data() + (type(i, 0) * num_types + type(j, 0)) * width;
    return r2 < p[width - 1] ? weight[bonds(n)] : 0.0;
  }
};

template <class Evaluator, bool Shared>
struct SpecialForces {
  SpecialInputs<Evaluator> in;
  Array2<double> force;

  KOKKOS_FUNCTION void operator()(int n) const {
    double d[3], r2 = 0.0;
    const double* p = nullptr;
    const double weight = in.look_up(n, d, r2, p);
    if (weight == 0.0) return;
    const double f = weight * Evaluator::template force_over_r<double>(p, r2);
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

template <class Evaluator>
struct SpecialSums {
  SpecialInputs<Evaluator> in;

  KOKKOS_FUNCTION void operator()(int n, ExactSums<7>& total) const {
    double d[3], r2 = 0.0;
    const double* p = nullptr;
    const double weight = in.look_up(n, d, r2, p);
    if (weight == 0.0) return;
    const double f = weight * Evaluator::template force_over_r<double>(p, r2);
    total.part[0].add(weight * Evaluator::template energy<double>(p, r2));
    for (int c = 0; c < 3; ++c) total.part[1 + c].add(f * d[c] * d[c]);
    total.part[4].add(f * d[0] * d[1]);
    total.part[5].add(f * d[0] * d[2]);
    total.part[6].add(f * d[1] * d[2]);
  }
};

template <class Evaluator>
class SpecialPairForce final : public ForceTerm {
 public:
  SpecialPairForce(const PairTable& table, const std::array<double, 3>& weights) : num_types_(table.num_types) {
    std::vector<double> parameters;
    for (const auto& pair : table.pairs) {
      double p[Evaluator::num_parameters];
      Evaluator::fill(pair, table.truncation, p);
      parameters.insert(parameters.end(), p, p + Evaluator::num_parameters);
      parameters.push_back(pair.cutoff * pair.cutoff);
    }
    parameters_ = Array1<double>("special parameters", parameters.size());
    Kokkos::deep_copy(parameters_, HostArray1<const double>(parameters.data(), parameters.size()));
    for (std::size_t n = 0; n < 3; ++n) weight_[n + 1] = weights[n];
  }

  bool adds_to_copies() const override { return true; }
  void rebuilt(data::Particles& particles, const data::Neighbourhood& near) override {
    pairs_.find(particles, near, {weight_[1] != 0.0, weight_[2] != 0.0, weight_[3] != 0.0});
  }

  void add_interior(const data::Particles&, const data::Neighbourhood&) const override {}
  void add_boundary(const data::Particles& particles, const data::Neighbourhood&) const override {
    const Region region("md/special_force");
    const auto force = particles.get<double>("force");
    if (ExecSpace().concurrency() > 1)
      Kokkos::parallel_for("md/special_force", Range(0, pairs_.count),
                           SpecialForces<Evaluator, true>{inputs(particles), force});
    else
      Kokkos::parallel_for("md/special_force", Range(0, pairs_.count),
                           SpecialForces<Evaluator, false>{inputs(particles), force});
  }

  StepCost cost(const data::Particles&, const data::Neighbourhood&) const override {
    constexpr double flops = 8.0 + Evaluator::force_flops + 10.0, bytes = 12.0 + 2.0 * (24.0 * 3.0 + 4.0);
    return {pairs_.count * flops, pairs_.count * bytes};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood&) const override {
    ExactSums<7> total;
    Kokkos::parallel_reduce("md/special_sums", Range(0, pairs_.count), SpecialSums<Evaluator>{inputs(particles)},
                            Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

 private:
  SpecialInputs<Evaluator> inputs(const data::Particles& particles) const {
    return {pairs_.rows, pairs_.bonds, particles.get<double>("position"),        particles.get<int>("type"),
            parameters_, num_types_,   {0.0, weight_[1], weight_[2], weight_[3]}};
  }

  int num_types_;
  double weight_[4] = {};
  Array1<double> parameters_;
  SpecialPairs pairs_;
};

}  // namespace

void SpecialPairs::find(const data::Particles& particles, const data::Neighbourhood& near,
                        const std::array<bool, 3>& wanted) {
  const Region region("md/find_special");
  const int owned = particles.num_owned();
  const FindSpecial search{particles.get<double>("position"), particles.get<std::int64_t>(data::excluded_column),
                           particles.get<std::int64_t>("id"), near.rows_by_id(),
                           near.radius() * near.radius(),     {false, wanted[0], wanted[1], wanted[2]}};
  const auto begin = make_uninitialized<Array1<int>>("first special", static_cast<std::size_t>(owned));
  Kokkos::parallel_scan(
      "md/count_special", Range(0, owned),
      KOKKOS_LAMBDA(int i, int& sum, bool final) {
        if (final) begin(i) = sum;
        search(i, [&](int, int) { ++sum; });
      },
      count);
  if (rows.extent(0) < static_cast<std::size_t>(count)) {
    const auto room = static_cast<std::size_t>(count + count / 16);
    rows = make_uninitialized<Array2<int>>("special rows", room, std::size_t{2});
    bonds = make_uninitialized<Array1<int>>("special bonds", room);
  }
  const auto all_rows = rows;
  const auto all_bonds = bonds;
  Kokkos::parallel_for(
      "md/fill_special", Range(0, owned), KOKKOS_LAMBDA(int i) {
        int n = begin(i);
        search(i, [&](int row, int apart) {
          all_rows(n, 0) = i;
          all_rows(n, 1) = row;
          all_bonds(n++) = apart;
        });
      });
}

std::unique_ptr<ForceTerm> make_special_lennard_jones(const PairTable& table, const SpecialParams& special) {
  const auto excluded = excluded_kinds(special);
  std::array<double, 3> weights{};
  for (std::size_t n = 0; n < 3; ++n) weights[n] = excluded[n] ? special.lj[n] : 0.0;
  if (weights == std::array<double, 3>{}) return nullptr;
  if (table.truncation == Truncation::force)
    return std::make_unique<SpecialPairForce<ForceShiftedLennardJones>>(table, weights);
  return std::make_unique<SpecialPairForce<LennardJones>>(table, weights);
}

}  // namespace tessera::sim::md
