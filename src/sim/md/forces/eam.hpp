// The embedded atom method as a force on particles.
#pragma once

#include <memory>
#include <vector>

#include "data/formats/eam_tables.hpp"
#include "sim/force_term.hpp"

namespace tessera::sim::md {

/// `elements`: the place of each type's element in the tables. Two passes with one exchange of F'(rho) between them.
std::unique_ptr<ForceTerm> make_eam(const data::EamTables& tables, const std::vector<std::size_t>& elements);

}  // namespace tessera::sim::md
