// Ensembles whose particles may be on any rank.
#pragma once

#include "samples.hpp"

namespace tessera::test {

/// Collective over the ensemble's ranks. A column of numbers of all particles in the order of their ids, on all ranks:
/// one particle's coordinates behind the other's.
std::vector<double> by_id(const Ensemble& ensemble, const std::string& column);

}  // namespace tessera::test
