#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <type_traits>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "data/io/hash.hpp"
#include "data/io/host_blocks.hpp"
#include "data/io/host_rows.hpp"
#include "data/io/state_file.hpp"

namespace tessera::data {

namespace {

/// A dataset of exactly this type.
void require_type(const h5::Input& file, hid_t dataset, hid_t expected, const std::string& where) {
  const h5::Id type(H5Dget_type(dataset), H5Tclose);
  if (H5Tget_class(type) != H5Tget_class(expected) || H5Tget_size(type) != H5Tget_size(expected))
    file.fail(where, "holds values of another type");
}

}  // namespace

SectionReader::SectionReader(const Comm& comm, std::shared_ptr<const h5::Input> file, const std::string& section,
                             int writing_ranks)
    : comm_(comm), file_(std::move(file)), section_(section), writing_ranks_(writing_ranks) {
  agree(comm_, [&] { group_ = file_->open_group(file_->id(), section_, "/" + section_); });
}

bool SectionReader::has(std::string_view name) const {
  const std::string text(name);
  return h5::has_attribute(group_, text.c_str()) || h5::Input::has(group_, text);
}

template <class T>
T SectionReader::get_scalar(std::string_view name) const {
  return agree(comm_,
               [&] { return h5::read_number<T>(group_, std::string(name).c_str(), file_->place("/" + section_)); });
}

void SectionReader::get(std::string_view name, std::int64_t& value) { value = get_scalar<std::int64_t>(name); }
void SectionReader::get(std::string_view name, double& value) { value = get_scalar<double>(name); }

template <class T>
std::vector<T> SectionReader::get_list(std::string_view name, hid_t type) const {
  return agree(comm_, [&] {
    const std::string here = where(name);
    const h5::Id dataset = file_->open_dataset(group_, std::string(name), here);
    require_type(*file_, dataset, type, here);
    const auto dims = h5::extents(dataset);
    if (dims.size() != 2 || dims[0] != 1) file_->fail(here, "a list of values was expected");
    std::vector<T> values(dims[1]);
    file_->read_block(dataset, {0, 0}, dims, type, values.data(), here);
    return values;
  });
}

void SectionReader::get(std::string_view name, std::string& value) {
  const auto bytes = get_list<char>(name, h5::memory_type<char>());
  value.assign(bytes.begin(), bytes.end());
}
void SectionReader::get(std::string_view name, std::vector<double>& values) {
  values = get_list<double>(name, h5::memory_type<double>());
}
void SectionReader::get(std::string_view name, std::vector<std::int64_t>& values) {
  values = get_list<std::int64_t>(name, h5::memory_type<std::int64_t>());
}

template <class T>
void SectionReader::get_row_group(std::string_view name, std::vector<T>& values, int components) const {
  const Rows rows = find_rows(std::string(name));
  values = read_dataset<T>(std::string(name) + "/values", rows, static_cast<hsize_t>(components));
}

void SectionReader::get_rows(std::string_view name, std::vector<double>& values, int components) {
  get_row_group(name, values, components);
}
void SectionReader::get_rows(std::string_view name, std::vector<std::int64_t>& values, int components) {
  get_row_group(name, values, components);
}

void SectionReader::get_particles(std::string_view name, Particles& particles) {
  const std::string group(name);
  const Rows rows = find_rows(group);
  agree(comm_, [&] {
    std::size_t num_saved = 1;  // and the rows of each rank
    for (const auto& column : particles.columns()) {
      if (!tessera::data::has(column.flags, Column::saved)) continue;
      ++num_saved;
      if (!h5::Input::has(group_, group + "/" + column.name))
        file_->fail(where(group), fmt::format("there is no column '{}'", column.name));
    }
    const h5::Id opened = file_->open_group(group_, group, where(group));
    H5G_info_t info;
    if (H5Gget_info(opened, &info) < 0 || info.nlinks != num_saved)
      file_->fail(where(group), fmt::format("has {} columns; {} were expected", info.nlinks - 1, num_saved - 1));
    if (rows.count > static_cast<hsize_t>(std::numeric_limits<int>::max()))
      file_->fail(where(group), fmt::format("{} particles are too many for {} ranks", rows.total, comm_.size()));
    particles.resize_owned(static_cast<int>(rows.count));
  });
  for (auto& column : particles.columns()) {
    if (!tessera::data::has(column.flags, Column::saved)) continue;
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          const auto components = static_cast<hsize_t>(column.components);
          set_host_rows(view, rows.count, read_dataset<T>(group + "/" + column.name, rows, components));
        },
        column.data);
  }
}

void SectionReader::get_field(std::string_view name, Field& field) {
  const std::string here = where(name);
  const auto components = static_cast<hsize_t>(field.components());
  const FileBlock mesh(field.mesh());
  const auto dims = mesh.of_components(components, 0, components).dims;
  std::uint64_t expected = 0, found = 0;
  const auto dataset = agree(comm_, [&] {
    h5::Id opened = file_->open_dataset(group_, std::string(name), here);
    require_type(*file_, opened, h5::memory_type<double>(), here);
    if (const auto there = h5::extents(opened); there != dims)
      file_->fail(here, fmt::format("{} values of a field were expected, components first; there are {}",
                                    fmt::join(dims, " x "), fmt::join(there, " x ")));
    expected = h5::read_number<std::uint64_t>(opened, "hash", file_->place(here));
    return opened;
  });
  const int step = components_at_once(field);
  for (int c = 0; c < field.components(); c += step)
    agree(comm_, [&] {
      const int number = std::min(step, field.components() - c);
      const auto part = mesh.of_components(components, static_cast<hsize_t>(c), static_cast<hsize_t>(number));
      std::vector<double> values(mesh.cells() * static_cast<hsize_t>(number));
      file_->read_block(dataset, part.start, part.count, h5::memory_type<double>(), values.data(), here);
      found += hash_block(values.data(), part.start, part.count, part.dims);
      set_host_block(field, c, number, values);
    });
  if (comm_.all_reduce(found, Op::sum) != expected) file_->fail(here, "differs from what was written");
  field.exchange();
}

/// Collective. This rank's rows of a group.
SectionReader::Rows SectionReader::find_rows(const std::string& group) const {
  Rows rows;
  const std::string name = group + "/rows_per_rank";
  std::int64_t mine = 0;
  agree(comm_, [&] {
    const h5::Id dataset = file_->open_dataset(group_, name, where(name));
    require_type(*file_, dataset, H5T_NATIVE_INT64, where(name));
    if (h5::extents(dataset) != std::vector<hsize_t>{1, static_cast<hsize_t>(writing_ranks_)})
      file_->fail(where(name), fmt::format("one value for each of {} ranks was expected", writing_ranks_));
    const auto ranks = static_cast<hsize_t>(writing_ranks_), readers = static_cast<hsize_t>(comm_.size());
    const auto begin = [&](hsize_t rank) { return ranks * rank / readers; };
    const hsize_t first = begin(static_cast<hsize_t>(comm_.rank())),
                  last = begin(static_cast<hsize_t>(comm_.rank()) + 1);
    std::vector<std::int64_t> counts(last - first);
    file_->read_block(dataset, {0, first}, {1, last - first}, H5T_NATIVE_INT64, counts.data(), where(name));
    for (const auto count : counts) {
      if (count < 0 || count > std::numeric_limits<std::int64_t>::max() / 4 - mine)
        file_->fail(where(name), fmt::format("{} rows of one rank", count));
      mine += count;
    }
  });
  const auto total = comm_.all_reduce(mine, Op::sum);
  if (!same_ranks()) {
    const auto begin = [&](std::int64_t rank) {
      return total / comm_.size() * rank + total % comm_.size() * rank / comm_.size();
    };
    mine = begin(comm_.rank() + 1) - begin(comm_.rank());
  }
  rows.first = static_cast<hsize_t>(comm_.exclusive_sum(mine));
  rows.count = static_cast<hsize_t>(mine);
  rows.total = static_cast<hsize_t>(total);
  return rows;
}

/// Collective. This rank's rows, once their hash and that of all others are what was written.
template <class T>
std::vector<T> SectionReader::read_dataset(const std::string& name, const Rows& rows, hsize_t components) const {
  std::uint64_t expected = 0, found = 0;
  auto values = agree(comm_, [&] {
    const h5::Id dataset = file_->open_dataset(group_, name, where(name));
    require_type(*file_, dataset, h5::memory_type<T>(), where(name));
    if (const auto dims = h5::extents(dataset); dims != std::vector<hsize_t>{components, rows.total})
      file_->fail(where(name), fmt::format("{} rows of {} were expected", rows.total, components));
    if (static_cast<double>(rows.count) * static_cast<double>(components) * sizeof(T) >
        static_cast<double>(memory_available()))
      file_->fail(where(name), fmt::format("{} rows are too many for the memory of this rank", rows.count));
    expected = h5::read_number<std::uint64_t>(dataset, "hash", file_->place(where(name)));
    std::vector<T> block(components * rows.count);
    file_->read_block(dataset, {0, rows.first}, {components, rows.count}, h5::memory_type<T>(), block.data(),
                      where(name));
    for (hsize_t c = 0; c < components; ++c)
      found += hash_values(block.data() + c * rows.count, rows.count, c * rows.total + rows.first);
    return block;
  });
  if (comm_.all_reduce(found, Op::sum) != expected) file_->fail(where(name), "differs from what was written");
  return values;
}

}  // namespace tessera::data
