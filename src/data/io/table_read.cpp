#include <fmt/core.h>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "data/io/table_file.hpp"
#include "data/io/table_layout.hpp"

namespace tessera::data {

namespace table_layout {

namespace {

constexpr std::size_t max_columns = 10000;

StoredColumn describe_column(const h5::Input& file, const std::string& name, std::int64_t rows) {
  const std::string here = path_of(name);
  const h5::Id dataset = file.open_dataset(file.id(), here, here);
  const auto dims = h5::extents(dataset);
  if (dims.size() != 2 || dims[1] < 1) file.fail(here, "rows of values were expected");
  if (dims[0] < static_cast<hsize_t>(rows))
    file.fail(here, fmt::format("has {} rows; {} were expected", dims[0], rows));
  const h5::Id type(H5Dget_type(dataset), H5Tclose);
  const bool is_real = H5Tget_class(type) == H5T_FLOAT;
  file.require_class(dataset, is_real ? H5T_FLOAT : H5T_INTEGER, here);
  if (H5Tget_size(type) != 8) file.fail(here, "values of 8 bytes were expected");
  return {is_real, dims[1], 0};
}

}  // namespace

Share::Share(const Comm& comm, std::int64_t from, std::int64_t to) {
  const auto begin = [&](std::int64_t rank) {
    return from + (to - from) / comm.size() * rank + (to - from) % comm.size() * rank / comm.size();
  };
  first = begin(comm.rank());
  count = begin(comm.rank() + 1) - first;
}

Content read_content(const h5::Input& file) {
  Content content;
  if (!h5::Input::has(file.id(), committed_path)) file.fail("", "this is no table that Tessera wrote");
  const h5::Id group = file.open_group(file.id(), columns_path, columns_path);
  const auto names = file.children(group, columns_path, max_columns);
  const h5::Id committed = file.open_dataset(file.id(), committed_path, committed_path);
  if (h5::extents(committed) != std::vector<hsize_t>{names.size() + 1})
    file.fail(committed_path, fmt::format("{} values were expected, one more than columns", names.size() + 1));
  file.require_class(committed, H5T_INTEGER, committed_path);
  std::vector<std::uint64_t> values(names.size() + 1);
  file.read_block(committed, {0}, {values.size()}, H5T_NATIVE_UINT64, values.data(), committed_path);
  if (values[0] > std::uint64_t{1} << 48) file.fail(committed_path, fmt::format("{} rows", values[0]));
  content.rows = static_cast<std::int64_t>(values[0]);
  for (std::size_t n = 0; n < names.size(); ++n) {
    auto column = describe_column(file, names[n], content.rows);
    column.hash = values[n + 1];
    content.columns[names[n]] = column;
  }
  return content;
}

template <class T>
std::vector<T> read_rows(const h5::Input& file, const std::string& column, hsize_t width, std::int64_t first,
                         std::int64_t count) {
  const std::string here = path_of(column);
  const h5::Id dataset = file.open_dataset(file.id(), here, here);
  if (static_cast<double>(count) * static_cast<double>(width) * 8.0 > static_cast<double>(memory_available()))
    file.fail(here, fmt::format("{} rows are too many for the memory of this rank", count));
  std::vector<T> values(static_cast<std::size_t>(count) * width);
  file.read_block(dataset, {static_cast<hsize_t>(first), 0}, {static_cast<hsize_t>(count), width}, h5::memory_type<T>(),
                  values.data(), here);
  return values;
}

template std::vector<double> read_rows(const h5::Input&, const std::string&, hsize_t, std::int64_t, std::int64_t);
template std::vector<std::int64_t> read_rows(const h5::Input&, const std::string&, hsize_t, std::int64_t, std::int64_t);

}  // namespace table_layout

Table read_table(const Comm& comm, const std::string& path) {
  using table_layout::path_of;
  Table table(comm);
  const auto file = agree(comm, [&] { return h5::Input(path); });
  const auto content = agree(comm, [&] {
    auto found = table_layout::read_content(file);
    for (const auto& [name, column] : found.columns) {
      const h5::Id dataset = file.open_dataset(file.id(), path_of(name), path_of(name));
      const std::string unit =
          h5::has_attribute(dataset, "quantity") ? h5::read_string(dataset, "quantity", file.place(path_of(name))) : "";
      column.is_real ? table.add<double>(name, static_cast<int>(column.width), unit)
                     : table.add<std::int64_t>(name, static_cast<int>(column.width), unit);
    }
    return found;
  });
  const table_layout::Share share(comm, 0, content.rows);
  table.append(share.count);
  for (const auto& column : table.columns())
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          const auto& there = content.columns.at(column.name);
          const auto hash = agree(comm, [&] {
            const auto values = table_layout::read_rows<T>(file, column.name, there.width, share.first, share.count);
            set_rows(view, 0, values);
            return table_layout::hash_rows(values, there.width, share.first);
          });
          if (comm.all_reduce(hash, Op::sum) != there.hash)
            file.fail(path_of(column.name), "differs from what was written: the file is damaged");
        },
        column.data);
  return table;
}

}  // namespace tessera::data
