// Real spherical harmonics of directions, with the polar axis along y.
#pragma once

namespace tessera::diff {

inline constexpr int max_rotation_order = 4;

inline constexpr int num_harmonics(int l_max) { return (l_max + 1) * (l_max + 1); }

/// values[l*l + m], m = 0..2l, of the direction of a vector of three numbers, for l <= l_max <= 4: the squares of an
/// order sum to 2l+1 ("component" normalisation of Geiger and Smidt, arXiv 2207.09453). The vector is divided by
/// max(|r|, 1e-12): of a vector of length zero there is l = 0 alone.
void spherical_harmonics(int l_max, const double* vector, double* values);

/// The same polynomials, homogeneous in the vector itself: values of order l are |r|^l times those above.
void solid_harmonics(int l_max, const double* vector, double* values);

/// Reverse rule of spherical_harmonics: adds to vector_cotangent. Nothing comes back to a vector of length zero.
void spherical_harmonics_reverse(int l_max, const double* vector, const double* cotangent, double* vector_cotangent);

}  // namespace tessera::diff
