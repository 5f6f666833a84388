// The definition: a loop over all pairs and all images. Particles must lie in the box.
#pragma once

#include <vector>

#include "samples.hpp"

namespace tessera::test {

struct BruteForce {
  std::vector<double> force;
  double energy = 0.0;
  double virial[6] = {};  ///< xx yy zz xy xz yz
};

/// Local.
BruteForce brute_force(const Sample& sample, const sim::md::PairTable& table);

/// Calls visit(i, j, dx, r) with dx = x_i - x_j for all ordered pairs closer than `range`, every image counted.
void for_all_images(const Sample& sample, double range,
                    const std::function<void(std::size_t, std::size_t, const data::Vec3&, double)>& visit);

}  // namespace tessera::test
