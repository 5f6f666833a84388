// Sums of exp(i q . x) over particles, for many wave vectors of the box at once.
#pragma once

#include <vector>

#include "base/kokkos.hpp"
#include "base/sum.hpp"
#include "data/system.hpp"
#include "sim/md/observables/wave_vectors.hpp"

namespace tessera::sim::md {

class DensityWaves {
 public:
  DensityWaves(const WaveVectors& vectors, int num_types);

  /// Collective. (vector, type, real and imaginary part); order-independent sums.
  std::vector<double> sample(const data::System& system);

 private:
  int num_vectors_, num_types_;
  data::Int3 largest_;
  Array2<int> indices_;    // (vector, direction)
  Array2<double> powers_;  // (row of a chunk, powers of exp(2 pi i s) by direction, real and imaginary part)
  Array1<ExactSum> sums_;
};

}  // namespace tessera::sim::md
