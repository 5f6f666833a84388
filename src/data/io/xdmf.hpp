// XDMF 2 beside snapshots, so that ParaView and VisIt open them.
#pragma once

#include <string>
#include <vector>

#include "data/io/openpmd.hpp"

namespace tessera::data {

/// A collection in time of point sets; records are attributes. `file` is the name of the HDF5 file, without folder.
/// Iterations without particles are left out: readers stumble over them.
std::string xdmf_text(const std::string& file, const std::vector<openpmd::Iteration>& iterations);

}  // namespace tessera::data
