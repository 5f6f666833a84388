#include "sim/md/observables/structure_factor.hpp"

#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/density_waves.hpp"
#include "sim/md/observables/time_origins.hpp"

namespace tessera::sim::md {

namespace {

class StructureFactor final : public Observable {
 public:
  StructureFactor(const StructureFactorParams& params, const Engine& engine)
      : engine_(engine),
        params_(params),
        num_types_(engine.system().species.size()),
        num_bins_(static_cast<std::size_t>(params.bins)),
        lengths_(num_bins_, 0.0),
        partial_(num_bins_ * num_types_ * num_types_, 0.0),
        total_(num_bins_) {
    choose_vectors(engine.system().box);
  }

  std::string name() const override { return "structure_factor"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }
  void sample(const Engine& engine) override;
  sim::Report report() const override;

  void save(data::StateWriter& writer) const override {
    writer.put("structure_factor_samples", num_samples_);
    std::vector<double> box(&first_box_.cell[0][0], &first_box_.cell[0][0] + 9);
    box.insert(box.end(), &first_box_.inverse[0][0], &first_box_.inverse[0][0] + 9);
    writer.put("structure_factor_box", box);
    writer.put("structure_factor_lengths", lengths_);
    writer.put("structure_factor_partial", partial_);
    md::save(writer, "structure_factor_total", total_);
  }

  void restore(data::StateReader& reader) override {
    std::vector<double> lengths, partial, box;
    reader.get("structure_factor_samples", num_samples_);
    reader.get("structure_factor_box", box);
    reader.get("structure_factor_lengths", lengths);
    reader.get("structure_factor_partial", partial);
    if (box.size() != 18 || lengths.size() != lengths_.size() || partial.size() != partial_.size())
      throw Error::input(fmt::format("the checkpoint holds {} bins of structure_factor, but the deck asks for {}",
                                     lengths.size(), lengths_.size()));
    lengths_ = lengths;
    partial_ = partial;
    data::Box first = engine_.system().box;
    for (std::size_t n = 0; n < 9; ++n) {
      first.cell[n / 3][n % 3] = box[n];
      first.inverse[n / 3][n % 3] = box[9 + n];
    }
    choose_vectors(first);
    md::restore(reader, "structure_factor_total", total_);
  }

 private:
  /// Bins stay as they were at first, whatever becomes of the box.
  void choose_vectors(const data::Box& box) {
    first_box_ = box;
    vectors_ = wave_vectors(box, params_.q_max / static_cast<double>(params_.bins), static_cast<int>(params_.bins),
                            params_.vectors);
    waves_.emplace(vectors_, static_cast<int>(num_types_));
    in_bin_.assign(num_bins_, 0);
    for (const int bin : vectors_.bin) ++in_bin_[static_cast<std::size_t>(bin)];
  }

  const Engine& engine_;
  StructureFactorParams params_;
  std::size_t num_types_, num_bins_;
  data::Box first_box_;
  WaveVectors vectors_;
  std::optional<DensityWaves> waves_;
  std::vector<std::int64_t> in_bin_;  // vectors of each bin
  // Sums over samples of means over the vectors of a bin.
  std::vector<double> lengths_, partial_;  // of |q|; of Re rho_a rho_b* (bin, a, b)
  std::vector<BlockAverage> total_;        // |rho|^2 / N of each sample
  std::int64_t num_samples_ = 0;
};

void StructureFactor::sample(const Engine& engine) {
  const Region region("md/sample_structure_factor");
  const auto& box = engine.system().box;
  const auto waves = waves_->sample(engine.system());
  std::vector<double> totals(num_bins_, 0.0);
  for (std::size_t q = 0; q < vectors_.indices.size(); ++q) {
    const auto bin = static_cast<std::size_t>(vectors_.bin[q]);
    const double share = 1.0 / static_cast<double>(in_bin_[bin]);
    const data::Vec3 vector = wave_vector(box, vectors_.indices[q]);
    lengths_[bin] += share * std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
    const double* rho = waves.data() + 2 * num_types_ * q;
    double re = 0.0, im = 0.0;
    for (std::size_t a = 0; a < num_types_; ++a) {
      re += rho[2 * a];
      im += rho[2 * a + 1];
      for (std::size_t b = a; b < num_types_; ++b)
        partial_[(bin * num_types_ + a) * num_types_ + b] +=
            share * (rho[2 * a] * rho[2 * b] + rho[2 * a + 1] * rho[2 * b + 1]);
    }
    totals[bin] += share * (re * re + im * im);
  }
  for (std::size_t bin = 0; bin < num_bins_; ++bin)
    if (in_bin_[bin] > 0) total_[bin].add(totals[bin] / static_cast<double>(engine.num_global()));
  ++num_samples_;
}

sim::Report StructureFactor::report() const {
  const auto counts = count_types(engine_.system());
  const auto names = type_names(engine_);
  sim::Report report{
      "structure_factor.csv",
      {{"q", "1/" + engine_.units().length_unit}, {"vectors", ""}, {"S_total", ""}, {"S_total_error", ""}},
      {}};
  for (std::size_t a = 0; a < num_types_; ++a)
    for (std::size_t b = a; b < num_types_; ++b)
      report.columns.push_back({fmt::format("S_{}_{}", names[a], names[b]), ""});
  if (num_samples_ == 0) return report;
  const auto samples = static_cast<double>(num_samples_);
  for (std::size_t bin = 0; bin < num_bins_; ++bin) {
    if (in_bin_[bin] == 0) continue;
    std::vector<double> row{lengths_[bin] / samples, static_cast<double>(in_bin_[bin]), total_[bin].mean(),
                            total_[bin].uncertainty().error};
    for (std::size_t a = 0; a < num_types_; ++a)
      for (std::size_t b = a; b < num_types_; ++b) {
        const double norm = std::sqrt(static_cast<double>(counts[a]) * static_cast<double>(counts[b]));
        row.push_back(norm > 0.0 ? partial_[(bin * num_types_ + a) * num_types_ + b] / (samples * norm) : 0.0);
      }
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

void bind(deck::Binder& binder, StructureFactorParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples"});
  binder.required("q_max");
  binder.value("q_max", params.q_max, deck::positive, {"longest wave vectors", "1/length"});
  binder.value("bins", params.bins, {.low = 1, .high = 1e5}, {"number of intervals of |q|"});
  binder.value("vectors", params.vectors, {.low = 1, .high = 1e7},
               {"most wave vectors of an interval, q and -q counted once; others are left out"});
}

std::unique_ptr<Observable> make_structure_factor(const StructureFactorParams& params, const Engine& engine) {
  return std::make_unique<StructureFactor>(params, engine);
}

}  // namespace tessera::sim::md
