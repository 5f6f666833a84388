#include "data/io/model_file.hpp"

#include <fmt/core.h>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/hash.hpp"

namespace tessera::data {

namespace {

constexpr const char* arrays_path = "/arrays";
constexpr std::size_t max_arrays = 100000;

std::string array_path(const std::string& name) { return std::string(arrays_path) + "/" + name; }

/// Of all numbers, arrays in the order of their names.
std::uint64_t hash_arrays(const std::vector<ModelArray>& arrays) {
  std::uint64_t sum = 0;
  for (const auto& array : arrays) {
    const auto first = hash_values(array.name.data(), array.name.size(), 0);
    sum += hash_values(array.values.data(), array.values.size(), first);
  }
  return sum;
}

ModelArray read_array(const h5::Input& file, const std::string& name) {
  const std::string here = array_path(name);
  const h5::Id dataset = file.open_dataset(file.id(), here, here);
  const auto dims = h5::extents(dataset);
  if (dims.size() != 2) file.fail(here, "rows of numbers were expected");
  file.require_class(dataset, H5T_FLOAT, here);
  if (static_cast<double>(dims[0]) * static_cast<double>(dims[1]) * 8.0 > static_cast<double>(memory_available()))
    file.fail(here, fmt::format("{} x {} numbers are too many for the memory of this rank", dims[0], dims[1]));
  ModelArray array{name, static_cast<std::int64_t>(dims[0]), static_cast<std::int64_t>(dims[1]), {}};
  array.values.resize(dims[0] * dims[1]);
  file.read_block(dataset, {0, 0}, dims, H5T_NATIVE_DOUBLE, array.values.data(), here);
  return array;
}

std::string read_deck(const h5::Input& file) {
  if (!h5::Input::has(file.id(), "deck")) return "";
  const h5::Id dataset = file.open_dataset(file.id(), "deck", "/deck");
  const auto dims = h5::extents(dataset);
  file.require_class(dataset, H5T_INTEGER, "/deck");
  if (dims.size() != 1) file.fail("/deck", "bytes were expected");
  std::string deck(dims[0], ' ');
  file.read_block(dataset, {0}, dims, H5T_NATIVE_UCHAR, deck.data(), "/deck");
  return deck;
}

Model read_all(const std::string& path, const std::string& kind) {
  const h5::Input file(path);
  const h5::Id root = file.open_group(file.id(), "/", "/");
  if (!h5::has_attribute(root, "model")) file.fail("", "this is no model that Tessera wrote");
  Model model;
  model.kind = h5::read_string(root, "model", file.place("/"));
  if (model.kind != kind) file.fail("", fmt::format("holds a model of '{}'; expected '{}'", model.kind, kind));
  const h5::Id group = file.open_group(file.id(), arrays_path, arrays_path);
  for (const auto& name : file.children(group, arrays_path, max_arrays)) model.arrays.push_back(read_array(file, name));
  if (h5::read_number<std::uint64_t>(root, "hash", file.place("/")) != hash_arrays(model.arrays))
    file.fail(arrays_path, "differ from what was written: the file is damaged");
  model.deck = read_deck(file);
  return model;
}

}  // namespace

const ModelArray& find_array(const std::vector<ModelArray>& arrays, const std::string& name, std::int64_t rows,
                             std::int64_t cols, const std::string& where) {
  for (const auto& array : arrays) {
    if (array.name != name) continue;
    if (array.rows == rows && array.cols == cols) return array;
    throw Error::input(
        fmt::format("{}: '{}' is {} x {}; expected {} x {}", where, name, array.rows, array.cols, rows, cols));
  }
  throw Error::input(fmt::format("{}: there is no '{}' of {} x {} numbers", where, name, rows, cols));
}

void write_model(const Comm& comm, const std::string& path, const Model& model) {
  const std::string aside = path + ".new";
  h5::Output file(comm, aside);
  try {
    file.create();
    agree(comm, [&] {
      const h5::Id root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
      h5::write_attribute(root, "software", std::string("Tessera"));
      h5::write_attribute(root, "model", model.kind);
      h5::write_attribute(root, "hash", hash_arrays(model.arrays));
    });
    file.make_group(arrays_path);
    for (const auto& array : model.arrays) {
      const std::vector<hsize_t> dims{static_cast<hsize_t>(array.rows), static_cast<hsize_t>(array.cols)};
      const h5::Id dataset = file.make_fixed_dataset(array_path(array.name), h5::file_type<double>(), dims);
      file.write_block(dataset, {0, 0}, {comm.is_root() ? dims[0] : 0, dims[1]}, h5::memory_type<double>(),
                       array.values.data());
    }
    if (!model.deck.empty()) {
      const h5::Id dataset = file.make_fixed_dataset("/deck", h5::file_type<char>(), {model.deck.size()});
      file.write_block(dataset, {0}, {comm.is_root() ? model.deck.size() : 0}, h5::memory_type<char>(),
                       model.deck.data());
    }
    file.close();
  } catch (const Error&) {
    file.abandon();
    throw;
  }
  agree(comm, [&] {
    if (comm.is_root()) rename_path(aside, path);
  });
}

Model read_model(const Comm& comm, const std::string& path, const std::string& kind) {
  return agree(comm, [&] { return read_all(path, kind); });
}

}  // namespace tessera::data
