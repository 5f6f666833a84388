// What a deck says about a stage of independent samples.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/density/params.hpp"

namespace tessera::sim::density {

/// How to read a table of a user's: text with a line of names above the numbers.
struct FileParams {
  std::string path;  ///< empty: there is none
  std::string time_column = "time";
  std::vector<std::string> coordinates;  ///< names of columns; empty: all but the time
  bool standardise = false;
};

/// Either a density or a file.
struct SamplesParams {
  FileParams file;
  std::optional<DensityParams> density;
  std::vector<double> times;
  std::optional<std::int64_t> frames;   ///< equally spaced; absent once a deck is read if times are given
  std::vector<std::int64_t> sizes;      ///< numbers of samples, one a time
  std::optional<std::int64_t> samples;  ///< at each time; likewise
  std::int64_t held_out = 0;            ///< of the samples at each time

  std::size_t num_times() const { return frames ? static_cast<std::size_t>(*frames) : times.size(); }
  /// Times at which a density is drawn.
  std::vector<double> times_of(const SampleSource& source) const;
  std::int64_t size_at(std::size_t n) const { return samples ? *samples : sizes[n]; }
  std::int64_t total() const;
};
void bind(deck::Binder& binder, SamplesParams& params);

}  // namespace tessera::sim::density
