#include "golden.hpp"

#include <vector>

#include "catch.hpp"
#include "data/io/h5_input.hpp"

namespace tessera::test {

namespace {

using data::h5::Id;
using data::h5::Input;

}  // namespace

std::string golden_path() { return data_path("controlgym/linear.h5"); }

bool has_golden(const std::string& path, const std::string& dataset) {
  const Input file(path);
  return Input::has(file.id(), dataset);
}

math::Matrix read_golden(const std::string& path, const std::string& dataset) {
  const Input file(path);
  const Id set = file.open_dataset(file.id(), dataset, dataset);
  const auto extents = data::h5::extents(set);
  const int rows = extents.empty() ? 1 : static_cast<int>(extents[0]);
  const int cols = extents.size() < 2 ? 1 : static_cast<int>(extents[1]);
  std::vector<double> values(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
  file.read_block(set, std::vector<hsize_t>(extents.size()), extents, H5T_NATIVE_DOUBLE, values.data(), dataset);
  math::Matrix matrix(rows, cols);
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < cols; ++j)
      matrix(i, j) = values[static_cast<std::size_t>(i) * static_cast<std::size_t>(cols) + static_cast<std::size_t>(j)];
  return matrix;
}

}  // namespace tessera::test
