// Lists of neighbours without forces, for what looks at neighbours by itself.
#pragma once

#include <memory>

#include "sim/force_term.hpp"

namespace tessera::sim::md {

/// No force and no energy; lists hold all pairs this close, from both sides.
std::unique_ptr<ForceTerm> make_reach(double cutoff);

}  // namespace tessera::sim::md
