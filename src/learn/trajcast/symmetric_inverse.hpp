// Internal: inverses of tensors of inertia.
#pragma once

#include <array>

namespace tessera::learn::trajcast {

/// The inverse of a symmetric tensor without negative principal values. Principal values below 1e-10 of the largest
/// count as zero, and directions of theirs are left out (Moore-Penrose): a line has no inertia about itself.
std::array<std::array<double, 3>, 3> symmetric_inverse(const std::array<std::array<double, 3>, 3>& tensor);

}  // namespace tessera::learn::trajcast
