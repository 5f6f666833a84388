// Gaussian random fields on a small periodic grid, whose power spectrum changes with time: a stand-in for images.
#pragma once

#include <memory>

#include "deck/binder.hpp"
#include "sim/sample_source.hpp"

namespace tessera::sim::density {

inline constexpr int max_field_points = 32;

/// Pixel (i, j) is coordinate i points + j. Waves of k = (k1, k2) periods have the power
/// variance points^2 (k^2 + cutoff^2)^(-exponent/2)/sum over all waves: each pixel has that variance at all times.
struct GaussianFieldParams {
  int points = 8;                                   ///< along each side
  double exponent_begin = 0.0, exponent_end = 3.0;  ///< linear in time
  double cutoff = 1.0, variance = 1.0;
};
/// The keys of a Gaussian field, in a table that may have others.
void bind_gaussian_field(deck::Binder& binder, GaussianFieldParams& params);

std::shared_ptr<const SampleSource> make_gaussian_field(const GaussianFieldParams& params);

}  // namespace tessera::sim::density
