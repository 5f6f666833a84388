// XDMF 2 beside snapshots, so that ParaView and VisIt open them.
#pragma once

#include <string>
#include <vector>

#include "data/io/openpmd.hpp"

namespace tessera::data {

/// A collection in time of what the iterations hold. `grids` are texts as below.
std::string xdmf_text(const std::vector<std::string>& grids);

/// A set of points; records are attributes. `file` is the name of the HDF5 file, without folder. Empty if there are no
/// particles: readers stumble over that.
std::string xdmf_grid(const std::string& file, const openpmd::Iteration& iteration);
/// A mesh; records are attributes of its cells or of its nodes. One direction alone becomes a strip in the plane.
std::string xdmf_grid(const std::string& file, const openpmd::MeshIteration& iteration);

}  // namespace tessera::data
