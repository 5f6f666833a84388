#include "sim/md/observables/coordination.hpp"

#include <fmt/core.h>

#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/histogram.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

namespace {

/// Adds a pair to its particle's neighbours of that type. Calls for one i come from one thread.
struct CountNeighbours {
  Array2<int> type, neighbours;  // neighbours: (row, type)
  KOKKOS_FUNCTION void operator()(int i, int j, double, double, double, double) const { ++neighbours(i, type(j, 0)); }
};

/// Particles by type, kind of neighbours (the last one: all of them) and number of these; behind all that pairs by the
/// types of both.
struct CountParticles {
  Array2<int> type, neighbours;
  Array1<std::int64_t> histogram;
  int num_types, num_rows;

  KOKKOS_FUNCTION void operator()(int i) const {
    const int a = type(i, 0);
    int all = 0;
    for (int b = 0; b <= num_types; ++b) {
      const int count = b < num_types ? neighbours(i, b) : all;
      all += count;
      const int row = count < num_rows ? count : num_rows - 1;
      Kokkos::atomic_add(&histogram((a * (num_types + 1) + b) * num_rows + row), std::int64_t{1});
      if (b == num_types) break;
      const int pairs = num_types * (num_types + 1) * num_rows;
      Kokkos::atomic_add(&histogram(pairs + a * num_types + b), static_cast<std::int64_t>(count));
    }
  }
};

class Coordination final : public Observable {
 public:
  Coordination(const CoordinationParams& params, const Engine& engine)
      : engine_(engine),
        params_(params),
        types_(engine.system().species.size()),
        rows_(static_cast<std::size_t>(params.most) + 1),
        counts_("coordination", engine.tiling().comm(), types_ * (types_ + 1) * rows_ + types_ * types_) {
    const auto& tiling = engine.tiling();
    check_halo(tiling.comm(), tiling.box(), tiling.grid(), params.cutoff);
  }

  std::string name() const override { return "coordination"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_coordination");
    const data::PairSearch search(engine.tiling(), engine.system().particles, params_.cutoff);
    const auto type = search.particles().get<int>("type");
    const int owned = search.particles().num_owned();
    const Array2<int> neighbours("neighbours", static_cast<std::size_t>(owned), types_);
    search.for_each_pair(CountNeighbours{type, neighbours});
    Kokkos::parallel_for(
        "md/count_coordination", Range(0, owned),
        CountParticles{type, neighbours, counts_.local(), static_cast<int>(types_), static_cast<int>(rows_)});
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override { counts_.save(writer); }
  void restore(data::StateReader& reader) override { counts_.restore(reader); }

 private:
  /// Particles of a type with n neighbours of kind b; types_ is any.
  std::int64_t at(const std::vector<std::int64_t>& counts, std::size_t a, std::size_t b, std::size_t n) const {
    return counts[(a * (types_ + 1) + b) * rows_ + n];
  }
  /// Samples of particles of a type.
  double samples(const std::vector<std::int64_t>& counts, std::size_t a) const {
    std::int64_t sum = 0;
    for (std::size_t n = 0; n < rows_; ++n) sum += at(counts, a, types_, n);
    return static_cast<double>(sum);
  }

  const Engine& engine_;
  CoordinationParams params_;
  std::size_t types_, rows_;
  Histogram counts_;
};

sim::Report Coordination::report() const {
  const auto names = type_names(engine_);
  sim::Report report{"coordination.csv", {{"neighbours", ""}, {"share_total", ""}}, {}};
  for (const auto& a : names)
    for (const auto& b : names) report.columns.push_back({fmt::format("share_{}_{}", a, b), ""});
  const auto counts = counts_.global();
  double all = 0.0;
  for (std::size_t a = 0; a < types_; ++a) all += samples(counts, a);
  if (all == 0.0) return report;
  for (std::size_t n = 0; n < rows_; ++n) {
    std::vector<double> row{static_cast<double>(n), 0.0};
    for (std::size_t a = 0; a < types_; ++a) {
      const double of_type = samples(counts, a);
      row[1] += static_cast<double>(at(counts, a, types_, n)) / all;
      for (std::size_t b = 0; b < types_; ++b)
        row.push_back(of_type > 0.0 ? static_cast<double>(at(counts, a, b, n)) / of_type : 0.0);
    }
    report.rows.push_back(std::move(row));
  }
  return report;
}

std::vector<sim::Stage::Result> Coordination::results() const {
  const auto names = type_names(engine_);
  const auto counts = counts_.global();
  std::vector<sim::Stage::Result> rows;
  for (std::size_t a = 0; a < types_; ++a)
    for (std::size_t b = 0; b < types_; ++b) {
      const double of_type = samples(counts, a);
      if (of_type == 0.0) continue;
      const auto pairs = counts[types_ * (types_ + 1) * rows_ + a * types_ + b];
      rows.push_back({fmt::format("neighbours {} of a particle {}", names[b], names[a]),
                      static_cast<double>(pairs) / of_type, ""});
    }
  return rows;
}

}  // namespace

void bind(deck::Binder& binder, CoordinationParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.required("cutoff");
  binder.value("cutoff", params.cutoff, deck::positive,
               {"neighbours are closer: the first minimum of g(r), say", "length"});
  binder.value("most", params.most, {.low = 1, .high = 1e4}, {"last row of the table; more are counted there too"});
}

std::unique_ptr<Observable> make_coordination(const CoordinationParams& params, const Engine& engine) {
  return std::make_unique<Coordination>(params, engine);
}

}  // namespace tessera::sim::md
