#include "sim/md/observables/centro_symmetry.hpp"

#include <vector>

#include "base/region.hpp"
#include "base/sum.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/histogram.hpp"
#include "sim/md/observables/home.hpp"
#include "sim/md/observables/shells.hpp"

namespace tessera::sim::md {

namespace {

constexpr int most_neighbours = 24;

/// The smallest numbers out of many, in order, with what they belong to.
template <int Room>
struct Smallest {
  int wanted;
  int count = 0;
  double number[Room] = {};
  int owner[Room] = {};

  KOKKOS_FUNCTION explicit Smallest(int how_many) : wanted(how_many) {}
  KOKKOS_FUNCTION void add(double value, int of) {
    if (count == wanted && !(value < number[wanted - 1])) return;
    int place = count < wanted ? count++ : wanted - 1;
    for (; place > 0 && number[place - 1] > value; --place) {
      number[place] = number[place - 1];
      owner[place] = owner[place - 1];
    }
    number[place] = value;
    owner[place] = of;
  }
};

/// Sum over particles that have enough neighbours, and how many these are.
struct CentroSymmetryKernel {
  Shells shells;
  Array2<double> found;            // (row, 1)
  Array1<std::int64_t> histogram;  // (bin)
  int num_neighbours, num_bins;
  double inverse_width;

  KOKKOS_FUNCTION void operator()(int i, ExactSums<2>& total) const {
    found(i, 0) = -1.0;
    if (shells.count(i) < num_neighbours) return;
    Smallest<most_neighbours> nearest(num_neighbours);
    for (int n = 0; n < shells.count(i); ++n) {
      const double x = shells.dx(i, n), y = shells.dy(i, n), z = shells.dz(i, n);
      nearest.add(x * x + y * y + z * z, n);
    }
    Smallest<most_neighbours / 2> sums(num_neighbours / 2);
    for (int a = 1; a < num_neighbours; ++a)
      for (int b = 0; b < a; ++b) {
        const int j = nearest.owner[a], k = nearest.owner[b];
        const double x = shells.dx(i, j) + shells.dx(i, k), y = shells.dy(i, j) + shells.dy(i, k),
                     z = shells.dz(i, j) + shells.dz(i, k);
        sums.add(x * x + y * y + z * z, 0);
      }
    double sum = 0.0;
    for (int n = 0; n < sums.count; ++n) sum += sums.number[n];
    found(i, 0) = sum;
    const double place = sum * inverse_width;
    const int bin = place < num_bins ? static_cast<int>(place) : num_bins - 1;
    Kokkos::atomic_add(&histogram(bin), std::int64_t{1});
    total.part[0].add(sum);
    total.part[1].add(1.0);
  }
};

class CentroSymmetry final : public Observable {
 public:
  CentroSymmetry(const CentroSymmetryParams& params, Engine& engine)
      : engine_(engine),
        params_(params),
        range_(params.range.value_or(params.cutoff * params.cutoff)),
        counts_("centro_symmetry", engine.tiling().comm(), static_cast<std::size_t>(params.bins)),
        means_(2) {
    const auto& tiling = engine.tiling();
    check_halo(tiling.comm(), tiling.box(), tiling.grid(), params.cutoff);
    engine.system().particles.add<double>("centro_symmetry", 1, data::Column::saved | data::Column::output);
  }

  std::string name() const override { return "centro_symmetry"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_centro_symmetry");
    const data::PairSearch search(engine.tiling(), engine.system().particles, params_.cutoff);
    const int owned = search.particles().num_owned();
    const Array2<double> found("centro-symmetry", static_cast<std::size_t>(owned), 1);
    ExactSums<2> sums;
    const CentroSymmetryKernel kernel{find_shells(search),
                                      found,
                                      counts_.local(),
                                      static_cast<int>(params_.neighbours),
                                      static_cast<int>(params_.bins),
                                      static_cast<double>(params_.bins) / range_};
    Kokkos::parallel_reduce("md/centro_symmetry", Range(0, owned), kernel, Kokkos::Sum<ExactSums<2>>(sums));
    all_reduce(engine.tiling().comm(), sums.part, 2);
    const double count = sums.part[1].value();
    if (count > 0.0) means_[0].add(sums.part[0].value() / count);
    means_[1].add(1.0 - count / static_cast<double>(engine.num_global()));
    bring_home(engine.tiling(), search.particles(), found, engine.system().particles, "centro_symmetry");
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override {
    counts_.save(writer);
    md::save(writer, "centro_symmetry_means", means_);
  }
  void restore(data::StateReader& reader) override {
    counts_.restore(reader);
    md::restore(reader, "centro_symmetry_means", means_);
  }

 private:
  const Engine& engine_;
  CentroSymmetryParams params_;
  double range_;
  Histogram counts_;
  std::vector<BlockAverage> means_;  // of each sample; share of particles with too few neighbours
};

sim::Report CentroSymmetry::report() const {
  const std::string area = engine_.units().length_unit + "^2";
  sim::Report report{"centro_symmetry.csv", {{"centro_symmetry", area}, {"P", "1/" + area}}, {}};
  const auto counts = counts_.global();
  std::int64_t particles = 0;
  for (const auto count : counts) particles += count;
  if (particles == 0) return report;
  const double width = range_ / static_cast<double>(params_.bins);
  for (std::size_t n = 0; n < counts.size(); ++n)
    report.rows.push_back({(static_cast<double>(n) + 0.5) * width,
                           static_cast<double>(counts[n]) / (static_cast<double>(particles) * width)});
  return report;
}

std::vector<sim::Stage::Result> CentroSymmetry::results() const {
  std::vector<sim::Stage::Result> rows;
  const std::string area = engine_.units().length_unit + "^2";
  if (means_[0].count() > 0) {
    rows.push_back({"centro-symmetry", means_[0].mean(), area});
    rows.push_back({"error of centro-symmetry", means_[0].uncertainty().error, area});
  }
  if (means_[1].count() > 0)
    rows.push_back({"share of particles with too few neighbours for it", means_[1].mean(), ""});
  return rows;
}

}  // namespace

void bind(deck::Binder& binder, CentroSymmetryParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.required("cutoff");
  binder.value("cutoff", params.cutoff, deck::positive,
               {"distance within which the nearest ones are sought", "length"});
  binder.value("neighbours", params.neighbours, {.low = 2, .high = most_neighbours},
               {"how many of the nearest count, an even number: 12 in fcc, 8 in bcc"});
  binder.value("bins", params.bins, {.low = 1, .high = 1e5}, {"of the histogram"});
  binder.value("range", params.range, deck::positive,
               {"of the histogram; left out: the square of the cutoff", "length^2"});
  binder.check(params.neighbours % 2 == 0, "neighbours", "an even number of neighbours is needed");
  if (!params.range && !binder.is_describing()) params.range = params.cutoff * params.cutoff;
}

std::unique_ptr<Observable> make_centro_symmetry(const CentroSymmetryParams& params, Engine& engine) {
  return std::make_unique<CentroSymmetry>(params, engine);
}

}  // namespace tessera::sim::md
