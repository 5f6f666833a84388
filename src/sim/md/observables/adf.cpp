#include "sim/md/observables/adf.hpp"

#include <fmt/core.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/histogram.hpp"
#include "sim/md/observables/shells.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

namespace {

/// Counts pairs of neighbours of each particle by types and angle.
struct CountAngles {
  Shells shells;
  Array2<int> type;
  Array1<std::int64_t> histogram;  // (centre, lower end, higher end, bin)
  int num_types, num_bins;
  double bins_per_radian;

  KOKKOS_FUNCTION void operator()(int i) const {
    const int centre = type(i, 0);
    for (int j = 0; j < shells.count(i); ++j)
      for (int k = 0; k < j; ++k) {
        const double ax = shells.dx(i, j), ay = shells.dy(i, j), az = shells.dz(i, j);
        const double bx = shells.dx(i, k), by = shells.dy(i, k), bz = shells.dz(i, k);
        // From the sine as well: the cosine alone loses half of the digits near 0 and 180 degrees.
        const double cx = ay * bz - az * by, cy = az * bx - ax * bz, cz = ax * by - ay * bx;
        const double angle = kmath::atan2(kmath::sqrt(cx * cx + cy * cy + cz * cz), ax * bx + ay * by + az * bz);
        const int found = static_cast<int>(angle * bins_per_radian);
        const int bin = found < num_bins ? found : num_bins - 1;  // 180 degrees belong to the last one
        const int b = type(shells.row(i, j), 0), c = type(shells.row(i, k), 0);
        const int low = b < c ? b : c, high = b < c ? c : b;
        const int place = ((centre * num_types + low) * num_types + high) * num_bins + bin;
        Kokkos::atomic_add(&histogram(place), std::int64_t{1});
      }
  }
};

class Adf final : public Observable {
 public:
  Adf(const AdfParams& params, const Engine& engine)
      : engine_(engine),
        params_(params),
        num_types_(static_cast<int>(engine.system().species.size())),
        counts_(
            "adf", engine.tiling().comm(),
            static_cast<std::size_t>(num_types_ * num_types_ * num_types_) * static_cast<std::size_t>(params.bins)) {
    const auto& tiling = engine.tiling();
    check_halo(tiling.comm(), tiling.box(), tiling.grid(), params.cutoff);
  }

  std::string name() const override { return "adf"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_adf");
    const data::PairSearch search(engine.tiling(), engine.system().particles, params_.cutoff);
    const CountAngles kernel{
        find_shells(search), search.particles().get<int>("type"), counts_.local(),
        num_types_,          static_cast<int>(params_.bins),      static_cast<double>(params_.bins) / std::numbers::pi};
    Kokkos::parallel_for("md/count_angles", Range(0, search.particles().num_owned()), kernel);
  }

  sim::Report report() const override;
  void save(data::StateWriter& writer) const override { counts_.save(writer); }
  void restore(data::StateReader& reader) override { counts_.restore(reader); }

 private:
  const Engine& engine_;
  AdfParams params_;
  int num_types_;
  Histogram counts_;
};

sim::Report Adf::report() const {
  const auto names = type_names(engine_);
  const auto types = static_cast<std::size_t>(num_types_), bins = static_cast<std::size_t>(params_.bins);
  sim::Report report{"adf.csv", {{"angle", "degree"}, {"P_total", "1/degree"}}, {}};
  const auto counts = counts_.global();
  std::vector<std::vector<std::int64_t>> curves{std::vector<std::int64_t>(bins, 0)};  // total first
  for (std::size_t a = 0; a < types; ++a)
    for (std::size_t b = 0; b < types; ++b)
      for (std::size_t c = b; c < types; ++c) {
        report.columns.push_back({fmt::format("P_{}_{}_{}", names[b], names[a], names[c]), "1/degree"});
        const auto first = counts.begin() + static_cast<std::ptrdiff_t>(((a * types + b) * types + c) * bins);
        curves.emplace_back(first, first + params_.bins);
        for (std::size_t n = 0; n < bins; ++n) curves[0][n] += curves.back()[n];
      }
  const double width = 180.0 / static_cast<double>(params_.bins);
  std::vector<double> scale;
  for (const auto& curve : curves) {
    std::int64_t sum = 0;
    for (const auto count : curve) sum += count;
    scale.push_back(sum > 0 ? 1.0 / (static_cast<double>(sum) * width) : 0.0);
  }
  if (scale[0] == 0.0) return report;
  for (std::size_t n = 0; n < bins; ++n) {
    std::vector<double> row{(static_cast<double>(n) + 0.5) * width};
    for (std::size_t k = 0; k < curves.size(); ++k) row.push_back(scale[k] * static_cast<double>(curves[k][n]));
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

void bind(deck::Binder& binder, AdfParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.required("cutoff");
  binder.value("cutoff", params.cutoff, deck::positive, {"longest bond: the first minimum of g(r), say", "length"});
  binder.value("bins", params.bins, {.low = 1, .high = 1e5}, {"number of angles between 0 and 180 degrees"});
}

std::unique_ptr<Observable> make_adf(const AdfParams& params, const Engine& engine) {
  return std::make_unique<Adf>(params, engine);
}

}  // namespace tessera::sim::md
