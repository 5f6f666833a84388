// An HDF5 file that each rank reads for itself, trusting nothing in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/io/h5_id.hpp"

namespace tessera::data::h5 {

/// Nothing here communicates. `where` is the path of an object in the file, for errors, which are Error (input) naming
/// file and object, or (io) if the system refuses.
class Input {
 public:
  /// Opens the file.
  explicit Input(const std::string& path);
  /// The same for a file that is in memory already, and is copied from there; `name` stands for its path in errors.
  Input(std::string_view image, const std::string& name);

  const std::string& path() const { return path_; }
  hid_t id() const { return file_; }
  [[noreturn]] void fail(const std::string& where, const std::string& what) const;
  /// "path: where", for errors about attributes.
  std::string place(const std::string& where) const { return path_ + ": " + where; }

  /// True if every link of a path below `parent` is there.
  static bool has(hid_t parent, const std::string& name);
  Id open_group(hid_t parent, const std::string& name, const std::string& where) const;
  /// A dataset whose data are in this file and whose size can be true.
  Id open_dataset(hid_t parent, const std::string& name, const std::string& where) const;
  /// Names of the links of a group; Error if there are more than `limit`.
  std::vector<std::string> children(hid_t group, const std::string& where, std::size_t limit) const;

  /// Throws if the data lie in other files, or are said to be larger than what is stored could ever hold.
  void check_stored(hid_t dataset, const std::string& where) const;
  /// Real numbers (H5T_FLOAT) or integers (H5T_INTEGER) of at most 8 bytes.
  void require_class(hid_t dataset, H5T_class_t wanted, const std::string& where) const;
  /// A block of a dataset; extents empty for a scalar. Nothing is read if an extent is 0.
  void read_block(hid_t dataset, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count, hid_t type,
                  void* data, const std::string& where) const;

 private:
  std::string path_;
  hsize_t file_bytes_ = 0;
  Id file_;
};

}  // namespace tessera::data::h5
