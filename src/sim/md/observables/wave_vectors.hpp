// Wave vectors of a periodic box, in shells of their length.
#pragma once

#include <cstdint>
#include <vector>

#include "data/box.hpp"

namespace tessera::sim::md {

/// q = 2 pi (h a* + k b* + l c*), without 0; of q and -q the one whose last index that is not 0 is positive.
struct WaveVectors {
  std::vector<data::Int3> indices;
  std::vector<int> bin;         ///< of each: floor(|q| / width)
  data::Int3 largest{0, 0, 0};  ///< of |h|, |k|, |l|
};

data::Vec3 wave_vector(const data::Box& box, const data::Int3& indices);

/// All with |q| below bins * width; of a bin with more than `most`, so many at even distances in the order of l, k, h.
/// Local, the same on every rank. Throws Error (input) if the box is not periodic in all directions, or for more than
/// 2^30 vectors before the choice.
WaveVectors wave_vectors(const data::Box& box, double width, int bins, std::int64_t most);

}  // namespace tessera::sim::md
