#include "math/fft_shape.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/error.hpp"

namespace tessera::math {

std::string text_of(const FftShape& shape) { return fmt::format("{}", fmt::join(shape, " x ")); }

std::int64_t num_points(const FftShape& shape) {
  constexpr std::int64_t longest = std::numeric_limits<int>::max();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 64;
  if (shape.empty() || shape.size() > 3)
    throw Error::input(fmt::format("a Fourier transform along {} directions; expected 1 to 3", shape.size()));
  std::int64_t product = 1;
  for (const auto extent : shape) {
    if (extent < 1 || extent > longest)
      throw Error::input(
          fmt::format("a Fourier transform of {} points; expected 1 to {} in each direction", text_of(shape), longest));
    if (product > most / extent)
      throw Error::input(
          fmt::format("a Fourier transform of {} points; expected at most {} in all", text_of(shape), most));
    product *= extent;
  }
  return product;
}

std::int64_t num_real_modes(const FftShape& shape) { return num_points(shape) / shape.back() * (shape.back() / 2 + 1); }

void check_memory(const FftShape& shape, double bytes, std::int64_t available) {
  const auto most = static_cast<double>(available);
  if (bytes > most)
    throw Error::input(
        fmt::format("a Fourier transform of {} points needs {:.3g} GB here; expected at most {:.3g} GB, which is what "
                    "this host has left for a rank",
                    text_of(shape), bytes / 1e9, most / 1e9));
}

}  // namespace tessera::math
