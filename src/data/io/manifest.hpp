// Internal to checkpoints: their folders and what their manifests say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/io/checkpoint.hpp"

namespace tessera::data {

inline constexpr const char* checkpoint_data_file = "data.h5";
inline constexpr std::int64_t checkpoint_version = 1;
inline constexpr const char* partial_ending = ".partial";

struct Manifest {
  std::int64_t version =
      checkpoint_version;  ///< of the format; if it is newer than this program, nothing else is known
  CheckpointInfo info;
  std::int64_t data_bytes = 0;  ///< size of the data file
  std::uint64_t data_hash = 0;
};

std::string checkpoint_folder(const std::string& run_folder);
/// "checkpoint_000012"; serials beyond six digits are longer.
std::string checkpoint_name(std::int64_t serial);
/// Of a name of that form.
std::optional<std::int64_t> checkpoint_serial(const std::string& name);
/// Serials of all checkpoints in a folder, rising. Local.
std::vector<std::int64_t> list_checkpoints(const std::string& run_folder);

std::string to_json(const Manifest& manifest);

/// Local. Reads a folder's manifest and looks at the size of its data file. Throws Error (input) saying what is wrong,
/// or Error (io).
Manifest read_manifest(const std::string& folder);

}  // namespace tessera::data
