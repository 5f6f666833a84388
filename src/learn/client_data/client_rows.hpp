// Rows of federated data on the host, as their source gives them: each rank has its part, in the order of the source.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"

namespace tessera::learn::client_data {

struct ClientRows {
  static constexpr std::int64_t held_out = -1, dropped = -2;  ///< in the place of a client

  std::vector<std::string> names;  ///< of features
  bool has_response = false;
  std::int64_t num_classes = 0;  ///< that responses are numbers of; 0 where they are not
  std::int64_t first_id = 1;     ///< of the rows here: their ids are numbers in the source, from 1
  std::vector<double> x;         ///< row after row
  std::vector<double> y;         ///< empty without responses
  std::vector<std::int64_t> client;
  std::int64_t num_clients = 0;  ///< 0 until rows are shared out

  std::size_t width() const { return names.size(); }
  std::size_t size() const { return client.size(); }  ///< here
  /// All rows to client 0, where sources know no better.
  void resize(std::size_t rows) {
    client.assign(rows, 0);
    x.resize(rows * width());
    if (has_response) y.resize(rows);
  }
};

/// Collective. On all ranks: those held out, or those that are with a client.
std::int64_t count_rows(const Comm& comm, const ClientRows& rows, bool held_out);

/// "x1", "x2"...
std::vector<std::string> numbered_names(std::int64_t count);

/// Collective. Responses become numbers of classes: the different ones, in rising order. Throws Error (input) beginning
/// with `where` for more than max_classes, or a single one.
void number_classes(const Comm& comm, ClientRows& rows, const std::string& where);
inline constexpr std::size_t max_classes = 256;

/// Collective. Numbers (not many) that occur on any rank, in rising order, on all of them; not more than limit + 1.
std::vector<double> different_values(const Comm& comm, std::vector<double> values, std::size_t limit);

}  // namespace tessera::learn::client_data
