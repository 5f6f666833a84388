// Zeros of orthogonal polynomials, which lie between those of one degree less.
#pragma once

#include <functional>
#include <vector>

namespace tessera::sim::density {

/// All zeros of the polynomial of this degree, rising; `value(degree, x)` is that of a sequence whose zeros lie in
/// (low, high) and interlace.
std::vector<double> find_zeros(const std::function<double(int, double)>& value, int degree, double low, double high);

}  // namespace tessera::sim::density
