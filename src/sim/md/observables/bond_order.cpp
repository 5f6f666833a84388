#include "sim/md/observables/bond_order.hpp"

#include <cmath>
#include <vector>

#include "base/region.hpp"
#include "base/sum.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/histogram.hpp"
#include "sim/md/observables/home.hpp"
#include "sim/md/observables/shells.hpp"
#include "sim/md/observables/spherical.hpp"

namespace tessera::sim::md {

namespace {

/// q4, q6; then of all bonds harmonics of 4 and 6 (re, im by m), and how many bonds there are.
constexpr int first_four = 2, first_six = 12, bonds = 26, num_sums = 27;
using OrderSums = ExactSums<num_sums>;

struct OrderKernel {
  Shells shells;
  Array2<double> order;            // (row, q4 and q6), for each particle
  Array1<std::int64_t> histogram;  // (q4 or q6, bin)
  int num_bins;

  KOKKOS_FUNCTION void count(int which, double value) const {
    const int found = static_cast<int>(value * num_bins);
    const int bin = found < num_bins ? found : num_bins - 1;  // a single bond has order 1
    Kokkos::atomic_add(&histogram(which * num_bins + bin), std::int64_t{1});
  }

  KOKKOS_FUNCTION void operator()(int i, OrderSums& total) const {
    HarmonicSums<4> four;
    HarmonicSums<6> six;
    const int neighbours = shells.count(i);
    for (int n = 0; n < neighbours; ++n) {
      const double x = shells.dx(i, n), y = shells.dy(i, n), z = shells.dz(i, n);
      const double inverse = 1.0 / kmath::sqrt(x * x + y * y + z * z);
      four.add(x * inverse, y * inverse, z * inverse);
      six.add(x * inverse, y * inverse, z * inverse);
    }
    const double share = neighbours > 0 ? 1.0 / neighbours : 0.0;
    order(i, 0) = share * kmath::sqrt(four.square());
    order(i, 1) = share * kmath::sqrt(six.square());
    for (int which = 0; which < 2; ++which) {
      count(which, order(i, which));
      total.part[which].add(order(i, which));
    }
    for (int m = 0; m <= 4; ++m) {
      total.part[first_four + 2 * m].add(four.re[m]);
      total.part[first_four + 2 * m + 1].add(four.im[m]);
    }
    for (int m = 0; m <= 6; ++m) {
      total.part[first_six + 2 * m].add(six.re[m]);
      total.part[first_six + 2 * m + 1].add(six.im[m]);
    }
    total.part[bonds].add(neighbours);
  }
};

template <int L>
double of_all(const OrderSums& sums, int first) {
  HarmonicSums<L> harmonics;
  for (int m = 0; m <= L; ++m) {
    harmonics.re[m] = sums.part[first + 2 * m].value();
    harmonics.im[m] = sums.part[first + 2 * m + 1].value();
  }
  const double count = sums.part[bonds].value();
  return count > 0.0 ? std::sqrt(harmonics.square()) / count : 0.0;
}

class BondOrder final : public Observable {
 public:
  BondOrder(const BondOrderParams& params, Engine& engine)
      : params_(params),
        counts_("bond_order", engine.tiling().comm(), static_cast<std::size_t>(2 * params.bins)),
        means_(4) {
    const auto& tiling = engine.tiling();
    check_halo(tiling.comm(), tiling.box(), tiling.grid(), params.cutoff);
    engine.system().particles.add<double>("bond_order", 2, data::Column::saved | data::Column::output);
  }

  std::string name() const override { return "bond_order"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_bond_order");
    const data::PairSearch search(engine.tiling(), engine.system().particles, params_.cutoff);
    const int owned = search.particles().num_owned();
    const Array2<double> order("order", static_cast<std::size_t>(owned), 2);
    OrderSums sums;
    Kokkos::parallel_reduce("md/bond_order", Range(0, owned),
                            OrderKernel{find_shells(search), order, counts_.local(), static_cast<int>(params_.bins)},
                            Kokkos::Sum<OrderSums>(sums));
    all_reduce(engine.tiling().comm(), sums.part, num_sums);
    const auto count = static_cast<double>(engine.num_global());
    means_[0].add(sums.part[0].value() / count);
    means_[1].add(sums.part[1].value() / count);
    means_[2].add(of_all<4>(sums, first_four));
    means_[3].add(of_all<6>(sums, first_six));
    bring_home(engine.tiling(), search.particles(), order, engine.system().particles, "bond_order");
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override {
    counts_.save(writer);
    md::save(writer, "bond_order_means", means_);
  }
  void restore(data::StateReader& reader) override {
    counts_.restore(reader);
    md::restore(reader, "bond_order_means", means_);
  }

 private:
  BondOrderParams params_;
  Histogram counts_;
  std::vector<BlockAverage> means_;  // q4, q6, Q4, Q6 of each sample
};

sim::Report BondOrder::report() const {
  sim::Report report{"bond_order.csv", {{"order", ""}, {"P_q4", ""}, {"P_q6", ""}}, {}};
  const auto counts = counts_.global();
  const auto bins = static_cast<std::size_t>(params_.bins);
  std::int64_t particles = 0;
  for (std::size_t n = 0; n < bins; ++n) particles += counts[n];
  if (particles == 0) return report;
  const auto width = 1.0 / static_cast<double>(bins);
  const double scale = 1.0 / (static_cast<double>(particles) * width);
  for (std::size_t n = 0; n < bins; ++n)
    report.rows.push_back({(static_cast<double>(n) + 0.5) * width, scale * static_cast<double>(counts[n]),
                           scale * static_cast<double>(counts[bins + n])});
  return report;
}

std::vector<sim::Stage::Result> BondOrder::results() const {
  const char* const labels[] = {"q4 of particles", "q6 of particles", "Q4 of all bonds", "Q6 of all bonds"};
  std::vector<sim::Stage::Result> rows;
  for (std::size_t n = 0; n < means_.size() && means_[n].count() > 0; ++n) {
    rows.push_back({labels[n], means_[n].mean(), ""});
    rows.push_back({std::string("error of ") + labels[n], means_[n].uncertainty().error, ""});
  }
  return rows;
}

}  // namespace

void bind(deck::Binder& binder, BondOrderParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.required("cutoff");
  binder.value("cutoff", params.cutoff, deck::positive, {"longest bond: the first minimum of g(r), say", "length"});
  binder.value("bins", params.bins, {.low = 1, .high = 1e5}, {"number of values between 0 and 1"});
}

std::unique_ptr<Observable> make_bond_order(const BondOrderParams& params, Engine& engine) {
  return std::make_unique<BondOrder>(params, engine);
}

}  // namespace tessera::sim::md
