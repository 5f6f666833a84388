#include "golden.hpp"

#include <hdf5.h>

#include <functional>
#include <numeric>

#include "base/error.hpp"
#include "catch.hpp"

namespace tessera::test {

std::vector<double> Table::part(std::size_t i) const {
  const auto size = static_cast<std::ptrdiff_t>(values.size() / shape[0]);
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i) * size;
  return {begin, begin + size};
}

Table read_golden(const std::string& file, const std::string& dataset) {
  const std::string path = data_path("md/" + file);
  const auto check = [&](auto code) {
    if (code < 0) throw Error::input(path + ": " + dataset + " cannot be read");
    return code;
  };
  const hid_t id = check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const hid_t set = check(H5Dopen2(id, dataset.c_str(), H5P_DEFAULT));
  const hid_t space = check(H5Dget_space(set));
  std::vector<hsize_t> extents(static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space))));
  check(H5Sget_simple_extent_dims(space, extents.data(), nullptr));
  Table table{{extents.begin(), extents.end()}, {}};
  table.values.resize(std::accumulate(extents.begin(), extents.end(), std::size_t{1}, std::multiplies<>()));
  check(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, table.values.data()));
  H5Sclose(space);
  H5Dclose(set);
  H5Fclose(id);
  return table;
}

}  // namespace tessera::test
