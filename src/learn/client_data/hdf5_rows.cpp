// Rows of a table.h5.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/formats/words.hpp"
#include "data/io/table_file.hpp"
#include "learn/client_data/file_rows.hpp"

namespace tessera::learn::client_data {

namespace {

const data::TableColumn& column_of(const data::Table& table, const std::string& path, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& column : table.columns()) {
    if (column.name == name) return column;
    names.push_back(column.name);
  }
  throw Error::input(
      fmt::format("{}: there is no column {}.{}", path, data::in_quotes(name), data::did_you_mean(name, names)));
}

/// Local. All rows here as real numbers. Throws Error (input) for one that is not finite.
std::vector<double> numbers_of(const data::Table& table, const std::string& path, const data::TableColumn& column) {
  auto values = std::visit(
      [&](const auto& view) {
        const auto host = data::host_copy(view, 0, table.num_rows());
        return std::vector<double>(host.begin(), host.end());
      },
      column.data);
  for (std::size_t n = 0; n < values.size(); ++n)
    if (!std::isfinite(values[n]))
      throw Error::input(fmt::format("{}: column '{}', row {}: {} is not a finite number", path, column.name,
                                     table.first_row() + 1 + static_cast<std::int64_t>(n) / column.width, values[n]));
  return values;
}

/// Likewise of a column that has one number a row.
std::vector<double> single_numbers_of(const data::Table& table, const std::string& path, const std::string& name) {
  const auto& column = column_of(table, path, name);
  if (column.width != 1)
    throw Error::input(fmt::format("{}: column '{}' has {} numbers a row; one was expected", path, name, column.width));
  return numbers_of(table, path, column);
}

std::vector<const data::TableColumn*> features_of(const data::Table& table, const FileRowsParams& params) {
  std::vector<const data::TableColumn*> columns;
  for (const auto& name : params.features) columns.push_back(&column_of(table, params.path, name));
  if (!columns.empty()) return columns;
  for (const auto& column : table.columns())
    if (column.name != params.response && column.name != params.client_column &&
        std::holds_alternative<data::RowArray<double>>(column.data))
      columns.push_back(&column);
  if (columns.empty()) throw Error::input(fmt::format("{}: there is no column of features", params.path));
  return columns;
}

std::vector<double> clients_of(const data::Table& table, const FileRowsParams& params) {
  auto clients = single_numbers_of(table, params.path, params.client_column);
  for (const double client : clients)
    if (client != std::floor(client))
      throw Error::input(fmt::format("{}: column '{}': {} is no integer", params.path, params.client_column, client));
  return clients;
}

}  // namespace

ClientRows read_hdf5_rows(const Comm& comm, const FileRowsParams& params) {
  const data::Table table = data::read_table(comm, params.path);
  if (table.num_global() == 0) throw Error::input(fmt::format("{}: the table has no rows", params.path));
  ClientRows rows;
  rows.has_response = !params.response.empty();
  std::vector<double> clients;
  agree(comm, [&] {
    const auto columns = features_of(table, params);
    for (const auto* column : columns)
      for (int n = 1; n <= column->width; ++n)
        rows.names.push_back(column->width == 1 ? column->name : fmt::format("{}{}", column->name, n));
    rows.resize(static_cast<std::size_t>(table.num_rows()));
    if (rows.has_response) rows.y = single_numbers_of(table, params.path, params.response);
    if (!params.client_column.empty()) clients = clients_of(table, params);
    std::size_t first = 0;
    for (const auto* column : columns) {
      const auto numbers = numbers_of(table, params.path, *column);
      const auto width = static_cast<std::size_t>(column->width);
      for (std::size_t n = 0; n < numbers.size(); ++n)
        rows.x[n / width * rows.width() + first + n % width] = numbers[n];
      first += width;
    }
  });
  if (!params.client_column.empty()) number_clients(comm, clients, params.path, rows);
  return rows;
}

}  // namespace tessera::learn::client_data
