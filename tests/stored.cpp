#include "stored.hpp"

#include "data/io/h5_input.hpp"

namespace tessera::test {

bool has_stored(const std::string& path, const std::string& dataset) {
  const data::h5::Input file(path);
  return data::h5::Input::has(file.id(), dataset);
}

Stored read_stored(const std::string& path, const std::string& dataset) {
  const data::h5::Input file(path);
  const data::h5::Id set = file.open_dataset(file.id(), dataset, dataset);
  const auto extents = data::h5::extents(set);
  Stored stored;
  for (std::size_t n = 0; n < extents.size(); ++n)
    (n == 0 ? stored.rows : stored.width) *= static_cast<std::int64_t>(extents[n]);
  stored.numbers.resize(static_cast<std::size_t>(stored.rows * stored.width));
  file.read_block(set, std::vector<hsize_t>(extents.size()), extents, H5T_NATIVE_DOUBLE, stored.numbers.data(),
                  dataset);
  return stored;
}

data::RowArray<double> read_rows(const std::string& path, const std::string& dataset) {
  const Stored stored = read_stored(path, dataset);
  const data::RowArray<double> rows("rows", static_cast<std::size_t>(stored.rows),
                                    static_cast<std::size_t>(stored.width));
  data::set_rows(rows, 0, stored.numbers);
  return rows;
}

}  // namespace tessera::test
