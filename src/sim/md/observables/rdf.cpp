#include "sim/md/observables/rdf.hpp"

#include <fmt/core.h>

#include <numbers>
#include <numeric>
#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/histogram.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

namespace {

/// Counts ordered pairs by types and distance.
struct CountPair {
  Array2<int> type;
  Array1<std::int64_t> histogram;  // (type, type, bin)
  int num_types, num_bins;
  double bins_per_length;

  KOKKOS_FUNCTION void operator()(int i, int j, double, double, double, double r2) const {
    const int bin = static_cast<int>(kmath::sqrt(r2) * bins_per_length);
    if (bin >= num_bins) return;  // rounding at the very end of the range
    Kokkos::atomic_add(&histogram((type(i, 0) * num_types + type(j, 0)) * num_bins + bin), std::int64_t{1});
  }
};

class Rdf final : public Observable {
 public:
  Rdf(const RdfParams& params, const Engine& engine)
      : engine_(engine),
        params_(params),
        num_types_(static_cast<int>(engine.system().species.size())),
        histogram_("rdf", engine.tiling().comm(), static_cast<std::size_t>(num_types_ * num_types_ * params.bins)) {
    const auto& tiling = engine.tiling();
    check_halo(tiling.comm(), tiling.box(), tiling.grid(), params.range);
  }

  std::string name() const override { return "rdf"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_rdf");
    const data::PairSearch search(engine.tiling(), engine.system().particles, params_.range);
    search.for_each_pair(CountPair{search.particles().get<int>("type"), histogram_.local(), num_types_,
                                   static_cast<int>(params_.bins), static_cast<double>(params_.bins) / params_.range});
    ++num_samples_;
  }

  sim::Report report() const override;

  void save(data::StateWriter& writer) const override {
    writer.put("rdf_samples", num_samples_);
    histogram_.save(writer);
  }

  void restore(data::StateReader& reader) override {
    reader.get("rdf_samples", num_samples_);
    histogram_.restore(reader);
  }

 private:
  const Engine& engine_;
  RdfParams params_;
  int num_types_;
  Histogram histogram_;  // over all samples
  std::int64_t num_samples_ = 0;
};

sim::Report Rdf::report() const {
  const auto counts = histogram_.global();
  const auto of_type = count_types(engine_.system());
  const auto names = type_names(engine_);
  const double total = static_cast<double>(std::accumulate(of_type.begin(), of_type.end(), std::int64_t{0}));
  const double volume = engine_.system().box.volume();
  sim::Report report{"rdf.csv", {{"r", engine_.units().length_unit}, {"g_total", ""}}, {}};
  for (int a = 0; a < num_types_; ++a)
    for (int b = a; b < num_types_; ++b)
      report.columns.push_back(
          {fmt::format("g_{}_{}", names[static_cast<std::size_t>(a)], names[static_cast<std::size_t>(b)]), ""});
  if (num_samples_ == 0) return report;

  const double width = params_.range / static_cast<double>(params_.bins);
  for (std::int64_t bin = 0; bin < params_.bins; ++bin) {
    const double low = static_cast<double>(bin) * width, high = low + width;
    const double shell = 4.0 / 3.0 * std::numbers::pi * (high * high * high - low * low * low);
    const double expected = static_cast<double>(num_samples_) * shell / volume;  // for one pair of particles
    const auto ratio = [&](std::int64_t count, double pairs) {
      return count == 0 ? 0.0 : static_cast<double>(count) / (pairs * expected);
    };
    std::int64_t all = 0;
    std::vector<double> row{low + 0.5 * width, 0.0};
    for (int a = 0; a < num_types_; ++a)
      for (int b = 0; b < num_types_; ++b) {
        const auto count = counts[static_cast<std::size_t>((a * num_types_ + b) * params_.bins + bin)];
        all += count;
        if (b >= a)
          row.push_back(ratio(count, static_cast<double>(of_type[static_cast<std::size_t>(a)]) *
                                         static_cast<double>(of_type[static_cast<std::size_t>(b)])));
      }
    row[1] = ratio(all, total * total);
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

void bind(deck::Binder& binder, RdfParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.value("bins", params.bins, {.low = 1, .high = 1e5}, {"number of distances"});
  binder.required("range");
  binder.value("range", params.range, deck::positive,
               {"largest distance; each sample costs its third power", "length"});
}

std::unique_ptr<Observable> make_rdf(const RdfParams& params, const Engine& engine) {
  return std::make_unique<Rdf>(params, engine);
}

}  // namespace tessera::sim::md
