// The potential of Stillinger and Weber, Phys. Rev. B 31, 5262 (1985), as a force on particles:
// U = sum_{i<j} A eps [B (sigma/r)^p - (sigma/r)^q] exp(sigma/(r - a sigma))
//   + sum_i sum_{j<k} lambda eps (cos theta_jik - cos theta_0)^2 exp(gamma sigma/(r_ij - a sigma))
//                                                                exp(gamma sigma/(r_ik - a sigma)).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sim/force_term.hpp"
#include "sim/md/forces/triple_table.hpp"

namespace tessera::sim::md {

/// Numbers of an entry of the file, in their order; tol: exponentials below it are left out (0: none).
const std::vector<std::string_view>& stillinger_weber_names();

/// Pairs (i, j) take the entry i j j, angles at i the entry i j k. Throws Error (input) for values without sense and
/// where i j j and j i i, or i j k and i k j, disagree about what they share.
std::unique_ptr<ForceTerm> make_stillinger_weber(const TripleTable& table);

}  // namespace tessera::sim::md
