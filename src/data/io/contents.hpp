// What is in an HDF5 file, in lines for people.
#pragma once

#include <string>
#include <vector>

namespace tessera::data {

/// Local. True if the file begins as HDF5 files do. Throws Error (input) if there is none.
bool is_hdf5(const std::string& path);

/// Local. Groups and datasets with type, extents and short attributes, indented by depth; of many siblings the first
/// few. Throws Error (input) if the file cannot be read.
std::vector<std::string> describe_hdf5(const std::string& path);

}  // namespace tessera::data
