#include "learn/client_data/file_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

#include "base/error.hpp"
#include "data/formats/text_columns.hpp"
#include "data/formats/words.hpp"

namespace tessera::learn::client_data {

FileFormat FileRowsParams::actual_format() const {
  if (format != FileFormat::by_ending) return format;
  const std::string ending = data::lower_case(std::filesystem::path(path).extension().string());
  if (ending == ".h5" || ending == ".hdf5") return FileFormat::hdf5;
  return ending == ".svm" || ending == ".libsvm" ? FileFormat::libsvm : FileFormat::table;
}

void bind_file_rows(deck::Binder& b, FileRowsParams& p) {
  b.choice(
      "format", p.format,
      {{"by_ending", FileFormat::by_ending},
       {"table", FileFormat::table},
       {"libsvm", FileFormat::libsvm},
       {"hdf5", FileFormat::hdf5}},
      {"text with the names of columns in the first line; LibSVM's lines 'label index:value...'; or a table.h5. By "
       "ending: .svm and .libsvm, .h5 and .hdf5, table for all others"});
  b.value("classes", p.classes, {"the response is a class: its different values, in rising order, become 0, 1..."});
  if (!b.is_describing() && p.actual_format() == FileFormat::libsvm) return;
  b.value("response", p.response, {"name of the column of y; empty: there is none"});
  b.list("features", p.features, 0, {"names of the columns of x; left out: all others"});
  b.value("client_column", p.client_column, {"name of a column of integers, one for each client: rows are shared out"});
  b.check(!p.classes || !p.response.empty(), "classes", "expected a response");
}

void number_clients(const Comm& comm, const std::vector<double>& values, const std::string& where, ClientRows& rows) {
  const auto clients = different_values(comm, values, max_clients);
  if (clients.size() > max_clients)
    throw Error::input(fmt::format("{}: more than {} different clients", where, max_clients));
  rows.num_clients = static_cast<std::int64_t>(clients.size());
  for (std::size_t row = 0; row < values.size(); ++row)
    rows.client[row] = std::lower_bound(clients.begin(), clients.end(), values[row] + 0.0) - clients.begin();
}

ClientRows read_text_rows(const Comm& comm, const FileRowsParams& params) {
  const data::TextColumns file(comm, params.path);
  ClientRows rows;
  rows.has_response = !params.response.empty();
  const bool has_clients = !params.client_column.empty();
  std::vector<std::size_t> places;
  if (rows.has_response) places.push_back(file.place_of(params.response));
  if (has_clients) places.push_back(file.place_of(params.client_column));
  const std::size_t first = places.size();
  for (const auto place : file.places_of(params.features, {params.response, params.client_column})) {
    places.push_back(place);
    rows.names.push_back(file.names()[place]);
  }
  if (rows.names.empty()) throw data::line_error(params.path, 1, "there is no column of a feature");
  std::vector<double> clients;
  file.for_each_row(comm, places, [&](std::span<const double> numbers) {
    if (rows.has_response) rows.y.push_back(numbers[0]);
    if (has_clients) clients.push_back(numbers[first - 1]);
    if (has_clients && clients.back() != std::floor(clients.back()))
      throw Error::input(
          fmt::format("{} is no integer; {} was expected", clients.back(), data::in_quotes(params.client_column)));
    rows.x.insert(rows.x.end(), numbers.begin() + static_cast<std::ptrdiff_t>(first), numbers.end());
  });
  rows.resize(rows.x.size() / rows.width());
  if (has_clients) number_clients(comm, clients, params.path, rows);
  return rows;
}

ClientRows read_file_rows(const Comm& comm, const FileRowsParams& params) {
  const auto format = params.actual_format();
  ClientRows rows = format == FileFormat::libsvm ? read_libsvm_rows(comm, params)
                    : format == FileFormat::hdf5 ? read_hdf5_rows(comm, params)
                                                 : read_text_rows(comm, params);
  rows.first_id = 1 + comm.exclusive_sum(static_cast<std::int64_t>(rows.size()));
  if (params.classes) number_classes(comm, rows, params.path);
  return rows;
}

}  // namespace tessera::learn::client_data
