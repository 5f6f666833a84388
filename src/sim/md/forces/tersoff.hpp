// The potential of Tersoff, Phys. Rev. B 37, 6991 (1988) and 39, 5566 (1989), as a force on particles:
// U = (1/2) sum_{i != j} f_C(r_ij) [A exp(-lambda1 r_ij) - b_ij B exp(-lambda2 r_ij)],
// b_ij = (1 + beta^n zeta_ij^n)^(-1/2n), zeta_ij = sum_k f_C(r_ik) g(theta_jik) exp[(lambda3 (r_ij - r_ik))^m],
// g = gamma (1 + c^2/d^2 - c^2/(d^2 + (cos theta - cos theta_0)^2)), and f_C falls from 1 to 0 between R - D and R + D
// as half a sine.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "sim/force_term.hpp"
#include "sim/md/forces/triple_table.hpp"

namespace tessera::sim::md {

/// Numbers of an entry of the file, in their order.
const std::vector<std::string_view>& tersoff_names();

/// Pairs (i, j) take the entry i j j; zeta_ij takes i j k for what a third particle k adds. Throws Error (input) for
/// values without sense.
std::unique_ptr<ForceTerm> make_tersoff(const TripleTable& table);

}  // namespace tessera::sim::md
