// Invariant tensors that couple three irreps of SO(3), in the basis of the real spherical harmonics of spherical.hpp.
#pragma once

#include <vector>

namespace tessera::diff {

/// C[(a (2 l2 + 1) + b) (2 l3 + 1) + c], of Frobenius norm 1; empty unless |l1 - l2| <= l3 <= l1 + l2. Clebsch-Gordan
/// coefficients of SU(2) by Racah's formula (Racah, Phys. Rev. 62, 438, 1942), turned into the real basis.
std::vector<double> coupling_tensor(int l1, int l2, int l3);

}  // namespace tessera::diff
