#include <fmt/core.h>

#include <algorithm>

#include "base/agree.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_blocks.hpp"
#include "data/io/host_rows.hpp"
#include "data/io/state_file.hpp"

namespace tessera::data {

SectionWriter::SectionWriter(const Comm& comm, h5::Output& file, const std::string& section,
                             std::vector<WrittenBlock>& written)
    : comm_(comm), file_(file), group_("/" + section), written_(written) {
  file_.make_group(group_);
}

template <class T>
void SectionWriter::put_scalar(std::string_view name, T value) {
  agree(comm_, [&] {
    const h5::Id group(H5Gopen2(file_.id(), group_.c_str(), H5P_DEFAULT), H5Gclose);
    h5::write_attribute(group, std::string(name).c_str(), value);
  });
}

void SectionWriter::put(std::string_view name, std::int64_t value) { put_scalar(name, value); }
void SectionWriter::put(std::string_view name, double value) { put_scalar(name, value); }

/// The root writes what all ranks have alike.
template <class T>
void SectionWriter::put_list(std::string_view name, const T* values, std::size_t count) {
  const Rows rows{0, comm_.is_root() ? count : 0, count};
  write_dataset(group_ + "/" + std::string(name), values, count, rows, 1);
}

void SectionWriter::put(std::string_view name, const std::string& value) { put_list(name, value.data(), value.size()); }
void SectionWriter::put(std::string_view name, const std::vector<double>& values) {
  put_list(name, values.data(), values.size());
}
void SectionWriter::put(std::string_view name, const std::vector<std::int64_t>& values) {
  put_list(name, values.data(), values.size());
}

template <class T>
void SectionWriter::put_row_group(std::string_view name, const std::vector<T>& values, int components) {
  agree(comm_, [&] {
    if (components < 1 || values.size() % static_cast<std::size_t>(components) != 0)
      throw Error::internal(fmt::format("state '{}': {} values in rows of {}", name, values.size(), components));
  });
  const auto width = static_cast<std::size_t>(components);
  const std::string group = group_ + "/" + std::string(name);
  const Rows rows = begin_rows(group, values.size() / width, width * sizeof(T));
  write_dataset(group + "/values", values.data(), rows.count, rows, width);
}

void SectionWriter::put_rows(std::string_view name, const std::vector<double>& values, int components) {
  put_row_group(name, values, components);
}
void SectionWriter::put_rows(std::string_view name, const std::vector<std::int64_t>& values, int components) {
  put_row_group(name, values, components);
}

void SectionWriter::put_particles(std::string_view name, const Particles& particles) {
  const std::string group = group_ + "/" + std::string(name);
  const auto count = static_cast<std::size_t>(particles.num_owned());
  std::size_t row_bytes = 0;
  for (const auto& column : particles.columns())
    if (has(column.flags, Column::saved)) row_bytes += 8 * static_cast<std::size_t>(column.components);
  const Rows rows = begin_rows(group, count, row_bytes);
  for (const auto& column : particles.columns()) {
    if (!has(column.flags, Column::saved)) continue;
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          const HostColumn<T> values(view);
          write_dataset(group + "/" + column.name, values.data(), values.stride(), rows,
                        static_cast<hsize_t>(column.components));
        },
        column.data);
  }
}

/// Component by component of the whole mesh, as many of them at a time as the host holds easily.
void SectionWriter::put_field(std::string_view name, const Field& field) {
  const auto components = static_cast<hsize_t>(field.components());
  const FileBlock mesh(field.mesh()), whole = mesh.of_components(components, 0, components);
  reserve_room(field.mesh().total_cells() * field.components() * static_cast<std::int64_t>(sizeof(double)));
  WrittenBlock block{group_ + "/" + std::string(name), h5::memory_type<double>(), whole.start, whole.count, whole.dims};
  const h5::Id dataset = file_.make_fixed_dataset(block.dataset, h5::file_type<double>(), whole.dims);
  const int step = components_at_once(field);
  for (int c = 0; c < field.components(); c += step) {
    const int number = std::min(step, field.components() - c);
    const auto part = mesh.of_components(components, static_cast<hsize_t>(c), static_cast<hsize_t>(number));
    const auto values = agree(comm_, [&] { return host_block(field, c, number); });
    block.hash += hash_block(values.data(), part.start, part.count, part.dims);
    file_.write_block(dataset, part.start, part.count, block.type, values.data());
  }
  const std::uint64_t hash = comm_.all_reduce(block.hash, Op::sum);
  agree(comm_, [&] { h5::write_attribute(dataset, "hash", hash); });
  written_.push_back(block);
}

/// Collective. A full disk is found here, where all ranks can still turn back, rather than inside the library.
void SectionWriter::reserve_room(std::int64_t bytes) const {
  agree(comm_, [&] {
    if (comm_.is_root()) reserve_space(file_.path(), bytes);
  });
}

/// Collective.
SectionWriter::Rows SectionWriter::begin_rows(const std::string& group, std::size_t count, std::size_t row_bytes) {
  const auto mine = static_cast<std::int64_t>(count);
  Rows rows;
  rows.count = count;
  rows.first = static_cast<hsize_t>(comm_.exclusive_sum(mine));
  rows.total = static_cast<hsize_t>(comm_.all_reduce(mine, Op::sum));
  reserve_room(static_cast<std::int64_t>(rows.total * row_bytes));
  const Rows own_count{static_cast<hsize_t>(comm_.rank()), 1, static_cast<hsize_t>(comm_.size())};
  write_dataset(group + "/rows_per_rank", &mine, 1, own_count, 1);
  return rows;
}

template <class T>
void SectionWriter::write_dataset(const std::string& name, const T* values, std::size_t stride, const Rows& rows,
                                  hsize_t components) {
  WrittenBlock block{name, h5::memory_type<T>(), {0, rows.first}, {components, rows.count}, {components, rows.total}};
  for (hsize_t c = 0; c < components; ++c)
    block.hash += hash_values(values + c * stride, rows.count, c * rows.total + rows.first);
  const std::uint64_t hash = comm_.all_reduce(block.hash, Op::sum);
  const h5::Id dataset = file_.make_fixed_dataset(name, h5::file_type<T>(), {components, rows.total});
  agree(comm_, [&] { h5::write_attribute(dataset, "hash", hash); });
  for (hsize_t c = 0; rows.total > 0 && c < components; ++c)
    file_.write_block(dataset, {c, rows.first}, {1, rows.count}, block.type, values + c * stride);
  written_.push_back(block);
}

namespace {

template <class T>
std::uint64_t hash_in_file(const h5::Input& file, const WrittenBlock& block) {
  const h5::Id dataset = file.open_dataset(file.id(), block.dataset, block.dataset);
  hsize_t number = 1;
  for (const auto extent : block.count) number *= extent;
  std::vector<T> values(number);
  file.read_block(dataset, block.start, block.count, block.type, values.data(), block.dataset);
  return hash_block(values.data(), block.start, block.count, block.dims);
}

std::uint64_t hash_in_file(const h5::Input& file, const WrittenBlock& block) {
  if (block.type == h5::memory_type<double>()) return hash_in_file<double>(file, block);
  if (block.type == h5::memory_type<std::int64_t>()) return hash_in_file<std::int64_t>(file, block);
  if (block.type == h5::memory_type<int>()) return hash_in_file<int>(file, block);
  return hash_in_file<char>(file, block);
}

}  // namespace

void verify_blocks(const Comm& comm, const std::string& path, const std::vector<WrittenBlock>& written) {
  agree(comm, [&] {
    const h5::Input file(path);
    for (const auto& block : written)
      if (hash_in_file(file, block) != block.hash)
        throw Error::io(fmt::format("{}: {}: reads back differently from what was written", path, block.dataset));
  });
}

}  // namespace tessera::data
