#include "data/io/table_file.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/agree.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/table_layout.hpp"

namespace tessera::data {

namespace {

using table_layout::Content;
using table_layout::hash_rows;
using table_layout::path_of;
using table_layout::Share;
using table_layout::StoredColumn;

constexpr hsize_t chunk_bytes = hsize_t{1} << 18;

Content describe(const Table& table) {
  Content content;
  for (const auto& column : table.columns())
    content.columns[column.name] = {std::holds_alternative<RowArray<double>>(column.data),
                                    static_cast<hsize_t>(column.width), 0};
  return content;
}

std::uint64_t hash_in_file(const h5::Input& file, const std::string& name, const StoredColumn& column,
                           const Share& share) {
  if (column.is_real)
    return hash_rows(table_layout::read_rows<double>(file, name, column.width, share.first, share.count), column.width,
                     share.first);
  return hash_rows(table_layout::read_rows<std::int64_t>(file, name, column.width, share.first, share.count),
                   column.width, share.first);
}

}  // namespace

struct TableFile::Impl {
  Comm comm;
  h5::Output file;
  Content content;
  std::int64_t bytes = 0;

  Impl(const Comm& ranks, const std::string& path, const Table& columns)
      : comm(ranks), file(ranks, path), content(describe(columns)) {}

  void create(const Table& columns, const std::string& deck);
  void resume(std::int64_t rows);
  void cut_back(std::int64_t rows);
  void commit();
};

/// Collective.
void TableFile::Impl::create(const Table& columns, const std::string& deck) {
  file.create();
  agree(comm, [&] {
    const h5::Id root(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose);
    h5::write_attribute(root, "software", std::string("Tessera"));
  });
  file.make_group(table_layout::columns_path);
  for (const auto& column : columns.columns()) {
    const auto& [is_real, width, hash] = content.columns.at(column.name);
    const hsize_t rows = std::max<hsize_t>(1, chunk_bytes / (8 * width));
    const h5::Id dataset = file.make_growing_dataset(path_of(column.name),
                                                     is_real ? h5::file_type<double>() : h5::file_type<std::int64_t>(),
                                                     {0, width}, {rows, width});
    agree(comm, [&] {
      if (!column.unit.empty()) h5::write_attribute(dataset, "quantity", column.unit);
    });
  }
  file.make_fixed_dataset(table_layout::committed_path, H5T_STD_U64LE, {content.columns.size() + 1});
  if (!deck.empty()) {
    const h5::Id dataset = file.make_fixed_dataset("/deck", H5T_STD_U8LE, {deck.size()});
    file.write_block(dataset, {0}, {comm.is_root() ? deck.size() : 0}, H5T_NATIVE_UCHAR, deck.data());
  }
  commit();
}

/// Collective.
void TableFile::Impl::resume(std::int64_t rows) {
  agree(comm, [&] {
    const h5::Input input(file.path());
    const auto there = table_layout::read_content(input);
    for (const auto& [name, column] : content.columns) {
      const auto found = there.columns.find(name);
      if (found == there.columns.end() || found->second.is_real != column.is_real ||
          found->second.width != column.width)
        input.fail(path_of(name), fmt::format("{} {} in a row were expected", column.width,
                                              column.is_real ? "real number(s)" : "integer(s)"));
    }
    if (there.columns.size() != content.columns.size())
      input.fail(table_layout::columns_path,
                 fmt::format("has {} columns; {} were expected", there.columns.size(), content.columns.size()));
    if (there.rows < rows) input.fail("", fmt::format("has {} rows; {} were expected", there.rows, rows));
    content = there;
  });
  cut_back(rows);
  file.open();
  commit();  // the file never tells of more rows than it has
  for (const auto& [name, column] : content.columns) file.resize(path_of(name), static_cast<hsize_t>(rows));
  file.flush();
}

/// Collective. The hashes without those of the rows that go.
void TableFile::Impl::cut_back(std::int64_t rows) {
  const Share dropped(comm, rows, content.rows);
  for (auto& column : content.columns) {
    const auto hash =
        agree(comm, [&] { return hash_in_file(h5::Input(file.path()), column.first, column.second, dropped); });
    column.second.hash -= comm.all_reduce(hash, Op::sum);
  }
  content.rows = rows;
}

/// Collective.
void TableFile::Impl::commit() {
  std::vector<std::uint64_t> values{static_cast<std::uint64_t>(content.rows)};
  for (const auto& [name, column] : content.columns) values.push_back(column.hash);
  file.flush();
  file.write_block(table_layout::committed_path, {0}, {comm.is_root() ? values.size() : 0}, H5T_NATIVE_UINT64,
                   values.data());
  file.flush();
}

TableFile::TableFile(const Comm& comm, const std::string& path, const Table& columns, const std::string& deck,
                     bool resuming, std::int64_t rows)
    : impl_(std::make_unique<Impl>(comm, path, columns)) {
  try {
    resuming ? impl_->resume(rows) : impl_->create(columns, deck);
  } catch (const Error&) {
    impl_->file.abandon();
    throw;
  }
}

TableFile::~TableFile() = default;

void TableFile::append(const Table& table) {
  auto& impl = *impl_;
  auto& content = impl.content;
  agree(impl.comm, [&] {
    const auto given = describe(table);
    const bool is_alike = std::equal(given.columns.begin(), given.columns.end(), content.columns.begin(),
                                     content.columns.end(), [](const auto& a, const auto& b) {
                                       return a.first == b.first && a.second.is_real == b.second.is_real &&
                                              a.second.width == b.second.width;
                                     });
    if (!is_alike) throw Error::internal(fmt::format("{}: rows of other columns are appended", impl.file.path()));
    if (!impl.file.is_sound())
      throw Error::io(fmt::format("{}: cannot be written to since an earlier failure", impl.file.path()));
  });
  std::int64_t row_bytes = 0;
  for (const auto& [name, column] : content.columns) row_bytes += 8 * static_cast<std::int64_t>(column.width);
  // A full disk is found here, where all ranks can still turn back, rather than inside the library.
  agree(impl.comm, [&] {
    if (impl.comm.is_root()) reserve_space(impl.file.path(), table.num_global() * row_bytes);
  });
  auto grown = content;
  grown.rows += table.num_global();
  const std::int64_t first = content.rows + table.first_row();
  for (const auto& column : table.columns())
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          auto& there = grown.columns.at(column.name);
          const auto values = agree(impl.comm, [&] { return host_copy(view, 0, table.num_rows()); });
          there.hash += impl.comm.all_reduce(hash_rows(values, there.width, first), Op::sum);
          if (table.num_global() == 0) return;
          impl.file.resize(path_of(column.name), static_cast<hsize_t>(grown.rows));
          impl.file.write_block(path_of(column.name), {static_cast<hsize_t>(first), 0},
                                {static_cast<hsize_t>(table.num_rows()), there.width}, h5::memory_type<T>(),
                                values.data());
        },
        column.data);
  std::swap(content, grown);
  try {
    impl.commit();
  } catch (const Error&) {
    std::swap(content, grown);
    throw;
  }
  impl.bytes += table.num_global() * row_bytes;
}

std::int64_t TableFile::num_rows() const { return impl_->content.rows; }

void TableFile::close() { impl_->file.close(); }

std::int64_t TableFile::bytes_written() const { return impl_->bytes; }

}  // namespace tessera::data
