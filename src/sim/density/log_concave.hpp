// Hats over densities that consist of lobes with concave logarithms: what is needed to draw from them exactly by
// rejection (W. R. Gilks and P. Wild, Appl. Statist. 41, 337 (1992)).
#pragma once

#include <math.h>  // the functions of C are those of devices as well

#include <functional>
#include <vector>

#include "base/kokkos.hpp"

namespace tessera::sim::density {

/// exp(level + slope (x - begin)) for x from begin to begin + width, which may be infinite.
struct HatPiece {
  double begin, width, level, slope;
  double mass;  ///< integral
  double upto;  ///< for choosing a piece: the share of all pieces up to and with this one

  /// The place that a share of this piece's mass, in (0, 1), lies left of.
  KOKKOS_INLINE_FUNCTION double place(double share) const {
    return begin + (slope == 0.0 ? share * width : ::log1p(share * ::expm1(slope * width)) / slope);
  }
  KOKKOS_INLINE_FUNCTION double log_height(double x) const { return level + slope * (x - begin); }
};

/// The first piece from `first` on whose `upto` is above the share.
KOKKOS_INLINE_FUNCTION int find_piece(const Array1<HatPiece>& pieces, int first, int end, double share) {
  int last = end - 1;
  while (first < last) {
    const int middle = (first + last) / 2;
    if (share < pieces(middle).upto)
      last = middle;
    else
      first = middle + 1;
  }
  return first;
}

/// Logarithm of a density and its derivative.
struct LogValue {
  double value, slope;
};

/// Tangents in each lobe, from one of `ends` to the next (the last may be infinite), nowhere below the density;
/// `upto` runs to 1. The logarithm must be concave in each lobe, and fall in an infinite one.
std::vector<HatPiece> make_hat(const std::function<LogValue(double)>& log_density, const std::vector<double>& ends);

}  // namespace tessera::sim::density
