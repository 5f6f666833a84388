// Places in arrays from whole numbers.
#pragma once

#include <cstddef>

namespace tessera::sim::boltzmann::disparate {

inline std::size_t to_size(int n) { return static_cast<std::size_t>(n); }

}  // namespace tessera::sim::boltzmann::disparate
