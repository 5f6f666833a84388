#include "learn/action/corruption.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace tessera::learn::action {

namespace {

/// Where a pixel of an image twice as large lies between pixels `low` and `low + 1` of the smaller one, whose pixels
/// cover two of it.
struct Between {
  std::int64_t low, high;
  double part;
};

Between between(std::int64_t place, std::int64_t size) {
  const double at = std::clamp(0.5 * (static_cast<double>(place) + 0.5) - 0.5, 0.0, static_cast<double>(size - 1));
  const auto low = static_cast<std::int64_t>(std::floor(at));
  return {low, std::min(low + 1, size - 1), at - static_cast<double>(low)};
}

/// Every other pixel of one channel, interpolated to its size again.
void smooth(const double* image, std::int64_t height, std::int64_t width, double* result) {
  const auto pixel = [&](std::int64_t i, std::int64_t j) { return image[2 * i * width + 2 * j]; };
  for (std::int64_t i = 0; i < height; ++i) {
    const auto row = between(i, height / 2);
    for (std::int64_t j = 0; j < width; ++j) {
      const auto column = between(j, width / 2);
      const auto along = [&](std::int64_t n) {
        return (1.0 - column.part) * pixel(n, column.low) + column.part * pixel(n, column.high);
      };
      result[i * width + j] = (1.0 - row.part) * along(row.low) + row.part * along(row.high);
    }
  }
}

}  // namespace

Corruption::Corruption(CorruptionKind kind, const ImageShape& shape, double noise)
    : kind_(kind), shape_(shape), noise_(noise) {
  const bool fits = kind == CorruptionKind::colour             ? shape.channels >= 2
                    : kind == CorruptionKind::super_resolution ? shape.height % 2 == 0 && shape.width % 2 == 0
                    : kind == CorruptionKind::inpainting       ? shape.width >= 2
                                                               : true;
  if (!fits || shape.size() < 1) throw Error::internal("images of a shape that cannot be corrupted in this way");
}

std::int64_t Corruption::num_conditions() const {
  switch (kind_) {
    case CorruptionKind::none:
      return 0;
    case CorruptionKind::colour:
      return shape_.pixels();
    default:
      return shape_.size();
  }
}

void Corruption::apply(const double* image, const double* normals, double* left, double* known) const {
  const std::int64_t pixels = shape_.pixels(), width = shape_.width;
  if (kind_ == CorruptionKind::colour) {
    for (std::int64_t n = 0; n < pixels; ++n) {
      double grey = 0.0;
      for (std::int64_t c = 0; c < shape_.channels; ++c) grey += image[c * pixels + n];
      grey /= static_cast<double>(shape_.channels);
      known[n] = grey;
      for (std::int64_t c = 0; c < shape_.channels; ++c) left[c * pixels + n] = grey + noise_ * normals[c * pixels + n];
    }
    return;
  }
  const auto is_kept = [&](std::int64_t n) {
    const std::int64_t i = n / width, j = n % width;
    return kind_ == CorruptionKind::inpainting ? 2 * j < width : i % 2 == 0 && j % 2 == 0;
  };
  for (std::int64_t c = 0; c < shape_.channels; ++c) {
    const double* channel = image + c * pixels;
    for (std::int64_t n = 0; n < pixels; ++n) {
      left[c * pixels + n] = is_kept(n) ? channel[n] : noise_ * normals[c * pixels + n];
      known[c * pixels + n] = is_kept(n) ? channel[n] : 0.0;
    }
    if (kind_ == CorruptionKind::super_resolution) smooth(channel, shape_.height, width, known + c * pixels);
  }
}

}  // namespace tessera::learn::action
