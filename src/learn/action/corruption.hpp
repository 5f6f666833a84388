// What is left of an image where the path of a restoration begins, and what the network is told of it all along.
#pragma once

#include <cstdint>
#include <vector>

namespace tessera::learn::action {

/// K. Neklyudov and others, ICML 2023, and the authors' programs.
enum class CorruptionKind {
  none,
  colour,            ///< every channel is the grey image, plus noise; the grey image is known
  super_resolution,  ///< one pixel of each 2 x 2 is kept, the others are noise; a smooth image of those is known
  inpainting,        ///< the right half is noise; the left half is known
};

/// Images of channels x height x width numbers, channel by channel, row by row.
struct ImageShape {
  std::int64_t channels = 1, height = 1, width = 1;
  std::int64_t pixels() const { return height * width; }
  std::int64_t size() const { return channels * pixels(); }
};

class Corruption {
 public:
  Corruption() = default;
  /// `noise`: its deviation. Throws Error (internal) for shapes that the kind does not know: colour needs two channels
  /// or more, super_resolution even sides, inpainting two columns.
  Corruption(CorruptionKind kind, const ImageShape& shape, double noise);

  CorruptionKind kind() const { return kind_; }
  const ImageShape& shape() const { return shape_; }
  double noise() const { return noise_; }
  /// Numbers that the network is told of an image.
  std::int64_t num_conditions() const;

  /// Local. From an image and as many normal numbers: what is left of it, and what is known.
  void apply(const double* image, const double* normals, double* left, double* known) const;

 private:
  CorruptionKind kind_ = CorruptionKind::none;
  ImageShape shape_;
  double noise_ = 1.0;
};

}  // namespace tessera::learn::action
