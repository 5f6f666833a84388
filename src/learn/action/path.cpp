#include "learn/action/path.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace tessera::learn::action {

void bind(deck::Binder& b, PathParams& p) {
  b.choice("kind", p.kind,
           {{"nearest", PathKind::nearest},
            {"mixture", PathKind::mixture},
            {"linear", PathKind::linear},
            {"transport", PathKind::transport},
            {"generation", PathKind::generation},
            {"diffusion", PathKind::diffusion},
            {"torus", PathKind::torus},
            {"colour", PathKind::colour},
            {"super_resolution", PathKind::super_resolution},
            {"inpainting", PathKind::inpainting}},
           {"samples between snapshots: those of the nearest one, at its time; of either neighbour; points between two "
            "of them, drawn independently or by optimal transport; or, to and from the last snapshot, points between "
            "noise and a sample, which in a periodic box (torus) is spread all over it; or between what is left of an "
            "image and the image, of which the network is told what is known: grey, every other pixel, or the left "
            "half"});
  if (b.is_describing() || p.kind == PathKind::transport)
    b.value("transport_samples", p.transport_samples, {.low = 2, .high = 10000},
            {"of each snapshot, paired by optimal transport once", "samples"});
  const bool is_restoration = corruption_of(p.kind) != CorruptionKind::none;
  if (b.is_describing() || has_noise_end(p.kind))
    b.value("noise", p.noise, deck::positive,
            {"deviation of the noise; of torus, in half lengths of the box", "length"});
  if (b.is_describing() || is_restoration)
    b.list("image", p.image, 3, {.low = 1, .high = 4096}, {"channels, height and width of an image"});
  if (b.is_describing() || !is_restoration) return;
  if (p.image.size() != 3) {
    b.check(false, "kind", "images of which shape? expected image = [channels, height, width]");
    return;
  }
  b.check(p.kind != PathKind::colour || p.image[0] >= 2, "image", "images in colour have two channels or more");
  b.check(p.kind != PathKind::super_resolution || (p.image[1] % 2 == 0 && p.image[2] % 2 == 0), "image",
          "every other pixel is kept: expected an even height and width");
  b.check(p.kind != PathKind::inpainting || p.image[2] >= 2, "image", "an image with halves has two columns or more");
}

CorruptionKind corruption_of(PathKind kind) {
  switch (kind) {
    case PathKind::colour:
      return CorruptionKind::colour;
    case PathKind::super_resolution:
      return CorruptionKind::super_resolution;
    case PathKind::inpainting:
      return CorruptionKind::inpainting;
    default:
      return CorruptionKind::none;
  }
}

Corruption make_corruption(const PathParams& params, int dimensions) {
  const auto kind = corruption_of(params.kind);
  if (kind == CorruptionKind::none) return {};
  const ImageShape shape{params.image.at(0), params.image.at(1), params.image.at(2)};
  if (shape.size() != dimensions)
    throw Error::input(fmt::format("path.image: {} x {} x {} numbers, and samples have {}", shape.channels,
                                   shape.height, shape.width, dimensions));
  return {kind, shape, params.noise};
}

bool has_velocity(PathKind kind) { return kind != PathKind::nearest && kind != PathKind::mixture; }

bool fits_box(PathKind kind) {
  return kind == PathKind::nearest || kind == PathKind::mixture || kind == PathKind::torus;
}

bool has_noise_end(PathKind kind) {
  return kind == PathKind::generation || kind == PathKind::diffusion || kind == PathKind::torus ||
         corruption_of(kind) != CorruptionKind::none;
}

bool has_neighbours(PathKind kind) { return kind == PathKind::mixture; }

}  // namespace tessera::learn::action
