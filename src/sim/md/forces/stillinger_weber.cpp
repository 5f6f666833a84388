#include "sim/md/forces/stillinger_weber.hpp"

#include <algorithm>
#include <cmath>

#include "base/region.hpp"
#include "sim/md/forces/stillinger_weber_kernels.hpp"
#include "sim/md/forces/three_body_term.hpp"

namespace tessera::sim::md {

namespace {

/// Places of the numbers in an entry.
struct SwValue {
  enum : std::size_t { epsilon, sigma, a, lambda, gamma, cos_theta0, big_a, big_b, p, q, tolerance };
};

Array1<double> sw_view(const char* label, const std::vector<double>& values) {
  const auto view = make_uninitialized<Array1<double>>(label, values.size());
  const auto host = Kokkos::create_mirror_view(view);
  std::copy(values.begin(), values.end(), host.data());
  Kokkos::deep_copy(view, host);
  return view;
}

/// Where a pair ends: a sigma, or a little earlier where its exponential falls below the tolerance.
double end_of_pair(const TripleTable& table, std::size_t i, std::size_t j) {
  const double width = table(i, j, j, SwValue::sigma), reach = table(i, j, j, SwValue::a) * width;
  const double tol = std::min(table(i, j, j, SwValue::tolerance), 0.01);
  if (tol <= 0.0) return reach;
  return std::max(0.0, reach + std::min(table(i, j, j, SwValue::gamma), 1.0) * width / std::log(tol));
}

/// A small whole number that all entries of a block hold, or -1.
int common_power(const double* block, std::size_t count) {
  const double first = block[0];
  const bool is_small = first >= 0.0 && first <= 24.0 && first == std::floor(first);
  return is_small && std::all_of(block, block + count, [&](double value) { return value == first; })
             ? static_cast<int>(first)
             : -1;
}

StillingerWeberTables make_tables(const TripleTable& table) {
  using Tables = StillingerWeberTables;
  const std::size_t types = table.num_types(), pairs = types * types;
  std::vector<double> pair(Tables::num_pair_values * pairs), strength, cosine;
  for (std::size_t i = 0; i < types; ++i)
    for (std::size_t j = 0; j < types; ++j) {
      for (const std::size_t n :
           {SwValue::epsilon, SwValue::sigma, SwValue::a, SwValue::gamma, SwValue::p, SwValue::q, SwValue::tolerance})
        table.at_least(i, j, j, n, 0.0);
      for (const std::size_t n :
           {SwValue::epsilon, SwValue::sigma, SwValue::a, SwValue::big_a, SwValue::big_b, SwValue::p, SwValue::q})
        table.require_same({i, j, j}, {j, i, i}, n);
      const double depth = table(i, j, j, SwValue::big_a) * table(i, j, j, SwValue::epsilon),
                   width = table(i, j, j, SwValue::sigma);
      const double end = end_of_pair(table, i, j);
      double values[Tables::num_pair_values];
      values[Tables::reach] = table(i, j, j, SwValue::a) * width;
      values[Tables::cutoff2] = end * end;
      values[Tables::range] = width;
      values[Tables::gamma_range] = table(i, j, j, SwValue::gamma) * width;
      values[Tables::p] = table(i, j, j, SwValue::p);
      values[Tables::q] = table(i, j, j, SwValue::q);
      values[Tables::c_p] = depth * table(i, j, j, SwValue::big_b) * std::pow(width, values[Tables::p]);
      values[Tables::c_q] = depth * std::pow(width, values[Tables::q]);
      for (std::size_t n = 0; n < Tables::num_pair_values; ++n) pair[n * pairs + i * types + j] = values[n];
      for (std::size_t k = 0; k < types; ++k) {
        for (const std::size_t n : {SwValue::epsilon, SwValue::lambda, SwValue::cos_theta0})
          table.require_same({i, j, k}, {i, k, j}, n);
        strength.push_back(table(i, j, k, SwValue::lambda) * table(i, j, k, SwValue::epsilon));
        cosine.push_back(table(i, j, k, SwValue::cos_theta0));
      }
    }
  Tables tables;
  tables.pair = sw_view("stillinger-weber pairs", pair);
  tables.strength = sw_view("stillinger-weber strength", strength);
  tables.cosine = sw_view("stillinger-weber cosine", cosine);
  tables.num_types = static_cast<int>(types);
  tables.p_all = common_power(pair.data() + Tables::p * pairs, pairs);
  tables.q_all = common_power(pair.data() + Tables::q * pairs, pairs);
  return tables;
}

double longest_end(const TripleTable& table) {
  double longest = 0.0;
  for (std::size_t i = 0; i < table.num_types(); ++i)
    for (std::size_t j = 0; j < table.num_types(); ++j) longest = std::max(longest, end_of_pair(table, i, j));
  return longest;
}

}  // namespace

class StillingerWeberForce final : public ThreeBodyTerm {
 public:
  explicit StillingerWeberForce(const TripleTable& table) : tables_(make_tables(table)), cutoff_(longest_end(table)) {}

  double cutoff() const override { return cutoff_; }

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override {
    // Four neighbours a particle, as in silicon: a register or two of 120 operations each for itself and 18 an angle.
    constexpr double distance = 8.0, neighbours = 4.0, own = 120.0, angle = 18.0, row_bytes = 24.0 * 4.0 + 16.0;
    const double total = data::count_entries(near.inner(), particles.num_owned()).all;
    return {total * pack_width * distance + particles.num_owned() * neighbours * (own + neighbours * angle),
            total * sizeof(int) + particles.num_owned() * row_bytes};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override {
    const Region region("md/stillinger_weber_sums");
    ExactSums<7> total;
    const Range rows(0, particles.num_owned());
    const auto in = inputs(particles, near);
    if (tables_.num_types > 1)
      Kokkos::parallel_reduce("md/stillinger_weber_sums", rows, StillingerWeberSumKernel<true>{{in}},
                              Kokkos::Sum<ExactSums<7>>(total));
    else
      Kokkos::parallel_reduce("md/stillinger_weber_sums", rows, StillingerWeberSumKernel<false>{{in}},
                              Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

 private:
  StillingerWeberInputs inputs(const data::Particles& particles, const data::Neighbourhood& near) const {
    return {{particles.get<double>("position"), near.inner(), cutoff_ * cutoff_},
            particles.get<int>("type"),
            tables_,
            near.work_order(),
            particles.num_owned()};
  }

  template <bool MultiType, bool Atomic>
  void run_variant(const data::Particles& particles, const data::Neighbourhood& near, int begin, int end) const {
    const StillingerWeberForceKernel<MultiType, Atomic> kernel{{inputs(particles, near)},
                                                               particles.get<double>("force")};
    Kokkos::parallel_for("md/stillinger_weber", Range(begin, end), kernel);
  }

  void add_forces(const data::Particles& particles, const data::Neighbourhood& near, int begin,
                  int end) const override {
    const Region region("md/stillinger_weber");
    const bool is_shared = ExecSpace().concurrency() > 1;
    if (tables_.num_types > 1)
      is_shared ? run_variant<true, true>(particles, near, begin, end)
                : run_variant<true, false>(particles, near, begin, end);
    else
      is_shared ? run_variant<false, true>(particles, near, begin, end)
                : run_variant<false, false>(particles, near, begin, end);
  }

  StillingerWeberTables tables_;
  double cutoff_;
};

const std::vector<std::string_view>& stillinger_weber_names() {
  static const std::vector<std::string_view> names{"epsilon", "sigma", "a", "lambda", "gamma", "cos theta_0",
                                                   "A",       "B",     "p", "q",      "tol"};
  return names;
}

std::unique_ptr<ForceTerm> make_stillinger_weber(const TripleTable& table) {
  return std::make_unique<StillingerWeberForce>(table);
}

}  // namespace tessera::sim::md
