#include "sim/pde/spectral_space.hpp"

#include <algorithm>
#include <numbers>

#include "base/error.hpp"
#include "sim/pde/local_space.hpp"
#include "sim/pde/split_space.hpp"

namespace tessera::sim::pde {

namespace {

/// Frequency of mode `index` of `size`, if it is kept from a grid of `points`; `points` (none) otherwise.
std::int64_t kept_frequency(std::int64_t index, std::int64_t size, std::int64_t points) {
  if (2 * index < points) return index;
  return 2 * (size - index) < points ? index - size : points;
}

}  // namespace

std::int64_t good_size(std::int64_t at_least) {
  for (std::int64_t n = at_least + at_least % 2;; n += 2) {
    std::int64_t rest = n;
    for (const std::int64_t prime : {2, 3, 5})
      while (rest % prime == 0) rest /= prime;
    if (rest == 1) return n;
  }
}

std::unique_ptr<SpectralSpace> SpectralSpace::make_local(const Comm& comm, const SpaceParams& params) {
  return std::make_unique<LocalSpace>(comm, params);
}

std::unique_ptr<SpectralSpace> SpectralSpace::make_split(const Comm& comm, const SpaceParams& params) {
  return std::make_unique<SplitSpace>(comm, params);
}

SpaceWork SpectralSpace::make_work() const {
  const auto modes = static_cast<std::size_t>(std::max(num_sample_modes_, num_padded_modes_));
  return {
      make_uninitialized<HostArray1<double>>("sim/pde/spectrum", 2 * modes),
      make_uninitialized<HostArray1<double>>("sim/pde/padded_values", static_cast<std::size_t>(num_padded_values_))};
}

std::vector<SpectralSpace::Run> SpectralSpace::find_runs(const math::FftShape& spectrum, std::int64_t first,
                                                         std::int64_t count, std::vector<WaveVector>* vectors) const {
  const auto& points = params_.points;
  const std::size_t dimensions = points.size();
  const auto wave_number = [&](std::size_t d, std::int64_t frequency) {
    return 2.0 * std::numbers::pi * static_cast<double>(frequency) / params_.length[d];
  };
  const std::int64_t kept = points.back() / 2 + (params_.keep_nyquist ? 1 : 0);
  std::vector<Run> runs;
  const auto add = [&](std::int64_t place, std::int64_t low, std::int64_t high, WaveVector k) {
    if (low >= high) return;
    runs.push_back({place, high - low});
    for (std::int64_t m = low; vectors != nullptr && m < high; ++m) {
      k[0] = wave_number(dimensions - 1, m);
      vectors->push_back(k);
    }
  };
  if (dimensions == 1) {
    add(0, first, std::min(first + count, kept), {});
    return runs;
  }
  const std::int64_t middle = dimensions == 3 ? spectrum[1] : 1, length = spectrum.back() / 2 + 1;
  for (std::int64_t i = first; i < first + count; ++i) {
    const std::int64_t slow = kept_frequency(i, spectrum[0], points[0]);
    if (slow == points[0]) continue;
    WaveVector k{};
    k[dimensions - 1] = wave_number(0, slow);
    for (std::int64_t j = 0; j < middle; ++j) {
      if (dimensions == 3) {
        const std::int64_t frequency = kept_frequency(j, spectrum[1], points[1]);
        if (frequency == points[1]) continue;
        k[1] = wave_number(1, frequency);
      }
      add(((i - first) * middle + j) * length, 0, kept, k);
    }
  }
  return runs;
}

void SpectralSpace::set_modes(const std::vector<Run>& runs) {
  runs_.clear();
  wave_vectors_.shrink_to_fit();
  num_modes_ = 0;
  for (const auto& run : runs) {
    runs_.push_back({num_modes_, run.count, run.place});
    num_modes_ += run.count;
  }
}

}  // namespace tessera::sim::pde
