#include "sim/md/forces/tersoff.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/region.hpp"
#include "sim/md/forces/tersoff_kernels.hpp"
#include "sim/md/forces/three_body_term.hpp"

namespace tessera::sim::md {

namespace {

/// Places of the numbers in an entry.
struct TersoffValue {
  enum : std::size_t { m, gamma, lambda3, c, d, cos_theta0, n, beta, lambda2, big_b, r, half_width, lambda1, big_a };
};

template <class T>
Kokkos::View<T*, MemSpace> tersoff_view(const char* label, const std::vector<T>& values) {
  const Kokkos::View<T*, MemSpace> view(std::string(label), values.size());
  const auto host = Kokkos::create_mirror_view(view);
  std::copy(values.begin(), values.end(), host.data());
  Kokkos::deep_copy(view, host);
  return view;
}

TersoffPair make_pair(const TripleTable& table, std::size_t i, std::size_t j) {
  table.at_least(i, j, j, TersoffValue::n, 0.0, true);
  for (const std::size_t value :
       {TersoffValue::beta, TersoffValue::big_a, TersoffValue::big_b, TersoffValue::half_width})
    table.at_least(i, j, j, value, 0.0);
  const double middle = table(i, j, j, TersoffValue::r), half = table(i, j, j, TersoffValue::half_width);
  table.at_least(i, j, j, TersoffValue::r, half);
  return {table(i, j, j, TersoffValue::lambda1),
          table(i, j, j, TersoffValue::big_a),
          table(i, j, j, TersoffValue::lambda2),
          table(i, j, j, TersoffValue::big_b),
          table(i, j, j, TersoffValue::n),
          table(i, j, j, TersoffValue::beta),
          middle - half,
          middle + half,
          (middle + half) * (middle + half)};
}

TersoffTriple make_triple(const TripleTable& table, std::size_t i, std::size_t j, std::size_t k) {
  const double power = table(i, j, k, TersoffValue::m);
  table.require(i, j, k, TersoffValue::m, power == 1.0 || power == 3.0, "1 or 3");
  table.at_least(i, j, k, TersoffValue::gamma, 0.0);
  table.at_least(i, j, k, TersoffValue::d, 0.0, true);
  table.at_least(i, j, k, TersoffValue::half_width, 0.0);
  const double half = table(i, j, k, TersoffValue::half_width), middle = table.at_least(i, j, k, TersoffValue::r, half);
  TersoffTriple triple{};
  triple.gamma = table(i, j, k, TersoffValue::gamma);
  triple.c2 = table(i, j, k, TersoffValue::c) * table(i, j, k, TersoffValue::c);
  triple.d2 = table(i, j, k, TersoffValue::d) * table(i, j, k, TersoffValue::d);
  triple.cosine = table(i, j, k, TersoffValue::cos_theta0);
  triple.lambda3 = table(i, j, k, TersoffValue::lambda3);
  triple.low = middle - half;
  triple.high = middle + half;
  triple.cutoff2 = triple.high * triple.high;
  triple.power = power == 3.0 ? 3 : 1;
  return triple;
}

}  // namespace

class TersoffForce final : public ThreeBodyTerm {
 public:
  explicit TersoffForce(const TripleTable& table) : num_types_(static_cast<int>(table.num_types())) {
    std::vector<TersoffPair> pairs;
    std::vector<TersoffTriple> triples;
    for (std::size_t i = 0; i < table.num_types(); ++i)
      for (std::size_t j = 0; j < table.num_types(); ++j) {
        pairs.push_back(make_pair(table, i, j));
        for (std::size_t k = 0; k < table.num_types(); ++k) {
          triples.push_back(make_triple(table, i, j, k));
          cutoff_ = std::max({cutoff_, pairs.back().high, triples.back().high});
        }
      }
    pair_ = tersoff_view("tersoff pairs", pairs);
    triple_ = tersoff_view("tersoff triples", triples);
  }

  double cutoff() const override { return cutoff_; }

  StepCost cost(const data::Particles& particles, const data::Neighbourhood& near) const override {
    // Four neighbours a particle, as in silicon: 100 operations a bond, and twice 60 and once 40 for each third
    // particle.
    constexpr double distance = 8.0, neighbours = 4.0, bond = 100.0, third = 160.0, row_bytes = 24.0 * 4.0 + 16.0;
    const double total = data::count_entries(near.inner(), particles.num_owned()).all;
    return {total * pack_width * distance + particles.num_owned() * neighbours * (bond + (neighbours - 1.0) * third),
            total * sizeof(int) + particles.num_owned() * row_bytes};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood& near) const override {
    const Region region("md/tersoff_sums");
    ExactSums<7> total;
    Kokkos::parallel_reduce("md/tersoff_sums", Range(0, particles.num_owned()),
                            TersoffSumKernel{{inputs(particles, near)}}, Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

 private:
  TersoffInputs inputs(const data::Particles& particles, const data::Neighbourhood& near) const {
    return {{particles.get<double>("position"), near.inner(), cutoff_ * cutoff_},
            particles.get<int>("type"),
            pair_,
            triple_,
            near.work_order(),
            num_types_,
            particles.num_owned()};
  }

  void add_forces(const data::Particles& particles, const data::Neighbourhood& near, int begin,
                  int end) const override {
    const Region region("md/tersoff");
    const TersoffCore core{inputs(particles, near)};
    const auto force = particles.get<double>("force");
    if (ExecSpace().concurrency() > 1)
      Kokkos::parallel_for("md/tersoff", Range(begin, end), TersoffForceKernel<true>{core, force});
    else
      Kokkos::parallel_for("md/tersoff", Range(begin, end), TersoffForceKernel<false>{core, force});
  }

  int num_types_;
  double cutoff_ = 0.0;
  Kokkos::View<TersoffPair*, MemSpace> pair_;
  Kokkos::View<TersoffTriple*, MemSpace> triple_;
};

const std::vector<std::string_view>& tersoff_names() {
  static const std::vector<std::string_view> names{"m",    "gamma",   "lambda3", "c", "d", "cos theta_0", "n",
                                                   "beta", "lambda2", "B",       "R", "D", "lambda1",     "A"};
  return names;
}

std::unique_ptr<ForceTerm> make_tersoff(const TripleTable& table) { return std::make_unique<TersoffForce>(table); }

}  // namespace tessera::sim::md
