#include "sim/density/samples_params.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tessera::sim::density {

std::vector<double> SamplesParams::times_of(const SampleSource& source) const {
  if (!frames) return times;
  if (*frames == 1) return {source.begin()};
  std::vector<double> all;
  for (std::int64_t n = 0; n < *frames; ++n) {
    const double share = static_cast<double>(n) / static_cast<double>(*frames - 1);
    all.push_back((1.0 - share) * source.begin() + share * source.end());
  }
  return all;
}

std::int64_t SamplesParams::total() const {
  std::int64_t sum = 0;
  for (std::size_t n = 0; n < num_times(); ++n) sum += size_at(n);
  return sum;
}

namespace {

void bind_drawing(deck::Binder& b, SamplesParams& p) {
  constexpr deck::Limits counts{.low = 1, .high = 0x1p30};
  b.value("frames", p.frames, {.low = 1, .high = 1 << 20},
          {"number of times, equally spaced from the first to the last one of the density; left out: 11"});
  b.list("times", p.times, 0, deck::any, {"these times instead", "time"});
  b.check(!p.frames || p.times.empty(), "frames", "give either frames or times, not both");
  b.check(std::is_sorted(p.times.begin(), p.times.end(), std::less_equal<>()), "times",
          "times come in rising order, and none twice");
  b.value("samples", p.samples, counts, {"how many at each time; left out: 1000"});
  b.list("sizes", p.sizes, 0, counts, {"how many at the first time, the second... instead"});
  b.check(!p.samples || p.sizes.empty(), "samples", "give either samples or sizes, not both");
  if (b.is_describing()) return;
  if (p.times.empty() && !p.frames) p.frames = 11;
  if (p.sizes.empty() && !p.samples) p.samples = 1000;
  b.check(p.sizes.empty() || p.sizes.size() == p.num_times(), "sizes",
          fmt::format("{} numbers for {} times", p.sizes.size(), p.num_times()));
}

void bind_file(deck::Binder& b, FileParams& p) {
  b.value("time_column", p.time_column, {"name of the column of times in the file"});
  b.list("coordinates", p.coordinates, 0, {"names of the columns of coordinates; left out: all others"});
  b.value("standardise", p.standardise, {"each coordinate gets mean 0 and variance 1, over all times together"});
}

}  // namespace

void bind(deck::Binder& b, SamplesParams& p) {
  b.file("file", p.file.path,
         {"text with the names of columns in the first line and numbers below, between commas or blanks: one sample a "
          "line"});
  b.table("density", p.density, {"the density that samples are drawn from"});
  b.value("held_out", p.held_out, deck::non_negative,
          {"how many at each time, chosen at random, get 1 in the column held_out of table.h5, to test with"});
  if (b.is_describing() || p.density) bind_drawing(b, p);
  if (b.is_describing() || !p.file.path.empty()) bind_file(b, p.file);
  b.check(b.is_describing() || p.density.has_value() != !p.file.path.empty(), p.density ? "file" : "density",
          "the samples come either from [stage.density] or from a file");
}

}  // namespace tessera::sim::density
