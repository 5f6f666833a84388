// Numbers in HDF5 files of reference data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/table.hpp"

namespace tessera::test {

/// A dataset of numbers, row by row; a number alone is one row.
struct Stored {
  std::int64_t rows = 1, width = 1;
  std::vector<double> numbers;
};
bool has_stored(const std::string& path, const std::string& dataset);
/// Local. Throws Error (input) if it cannot be read.
Stored read_stored(const std::string& path, const std::string& dataset);
/// The same, for the input of a program.
data::RowArray<double> read_rows(const std::string& path, const std::string& dataset);

}  // namespace tessera::test
