// The comparison of samples with those of a reference, as a stage: one step of the loop is one time of the reference.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "learn/comparison/distances.hpp"
#include "learn/comparison/params.hpp"
#include "learn/comparison/snapshots.hpp"
#include "sim/stage.hpp"

namespace tessera::learn::comparison {

/// Without a second reference the first one is split in two at random, of which one half is compared with the data, the
/// other one stands for data that are perfect: the noise floor. Data and floor have equally many samples, the smaller
/// number of the two.
class CompareStage final : public sim::Stage {
 public:
  /// Collective. Reads all samples. Throws Error (input) as Snapshots, if dimensions differ, a time of the reference is
  /// missing elsewhere, or a snapshot has too few samples to be halved.
  CompareStage(const sim::StageContext& context, CompareParams params);

  void start() override {}
  std::int64_t num_steps() const override { return static_cast<std::int64_t>(snapshots_.size()); }
  void step(sim::Agreement& agreement) override;
  double time() const override;
  double dt() const override { return 1.0; }
  std::vector<sim::SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override;
  std::string item_name() const override { return "sample"; }
  Units units() const override { return {}; }  // those of the samples
  std::vector<sim::Report> reports() override;
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

 private:
  using Source = std::unique_ptr<const Snapshots>;

  void choose_times();
  void check_times() const;
  void find_bins();
  std::vector<double> compare(int snapshot) const;
  void add_histograms(int snapshot);
  Selection half_of_reference(int snapshot, bool other) const;
  void print_table() const;
  /// In rows_: of a distance of one of the data, with that of its floor behind it; behind the last one, of its mass.
  std::size_t column_of(std::size_t data, std::size_t distance) const {
    return 2 + data * (2 * names_.size() + 1) + 2 * distance;
  }

  Comm comm_;
  CompareParams params_;
  std::uint32_t seed_;
  Source reference_, again_;
  std::vector<Source> data_;
  std::vector<int> snapshots_;  // of the reference, that are compared
  std::unique_ptr<const Distances> distances_;
  std::vector<std::string> names_;                // of distances
  std::vector<std::pair<double, double>> range_;  // of each coordinate with a histogram
  std::vector<std::vector<double>> rows_, histogram_rows_;
};

}  // namespace tessera::learn::comparison
