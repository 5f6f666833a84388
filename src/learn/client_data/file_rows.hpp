// Rows out of a user's file, read by all ranks together.
#pragma once

#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "learn/client_data/client_rows.hpp"

namespace tessera::learn::client_data {

enum class FileFormat { by_ending, table, libsvm, hdf5 };

struct FileRowsParams {
  std::string path;  ///< empty: there is none
  FileFormat format = FileFormat::by_ending;
  std::string response = "y";  ///< column; empty: none
  std::vector<std::string> features;
  std::string client_column;
  bool classes = false;

  FileFormat actual_format() const;
};
/// The keys beside the path, which decks always have.
void bind_file_rows(deck::Binder& binder, FileRowsParams& params);

/// Collective. Throws Error (input), with the line or row and the column, for what cannot be read.
ClientRows read_file_rows(const Comm& comm, const FileRowsParams& params);

/// Collective. By format.
ClientRows read_text_rows(const Comm& comm, const FileRowsParams& params);
ClientRows read_libsvm_rows(const Comm& comm, const FileRowsParams& params);
ClientRows read_hdf5_rows(const Comm& comm, const FileRowsParams& params);

/// Collective. Clients by rising values of a column, one for each row here.
void number_clients(const Comm& comm, const std::vector<double>& values, const std::string& where, ClientRows& rows);
inline constexpr std::size_t max_clients = 1 << 20;

}  // namespace tessera::learn::client_data
