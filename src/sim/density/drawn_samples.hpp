// Samples that are drawn from a density.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/density/sample_rows.hpp"
#include "sim/density/samples_params.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::density {

/// Ids count from 1 through all times. Stages of different names draw different samples.
class DrawnSamples final : public SampleRows {
 public:
  /// Throws Error (input) if a time is not one of the density.
  DrawnSamples(const StageContext& context, const SamplesParams& params);

  int dimensions() const override { return source_->dimensions(); }
  const std::vector<std::string>& names() const override { return names_; }
  const std::vector<double>& times() const override { return times_; }
  std::int64_t count(std::size_t n) const override { return begin_[n + 1] - begin_[n]; }
  double mass(std::size_t n) const override { return source_->mass(times_[n]); }
  void add(std::size_t n, data::Table& table) const override;

 private:
  std::shared_ptr<const SampleSource> source_;
  std::uint32_t seed_;
  std::int64_t first_number_;
  std::vector<std::string> names_;
  std::vector<double> times_;
  std::vector<std::int64_t> begin_;  // ids of each time begin behind this number
};

}  // namespace tessera::sim::density
