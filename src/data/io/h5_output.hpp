// Internal to the H5MD writer: an HDF5 file that all ranks write together.
#pragma once

#include <string>
#include <vector>

#include "base/agree.hpp"
#include "base/comm.hpp"
#include "data/io/h5_id.hpp"
#include "data/io/file.hpp"

namespace tessera::data::h5 {

/// Everything is collective, and every rank gives the same names and extents. Throws Error (io) on all ranks. The file
/// is closed by close() alone; left open, it is closed when MPI ends.
class Output {
 public:
  Output(const Comm& comm, const std::string& path) : comm_(comm), path_(path) { quiet(); }

  void create();
  /// An existing file; Error (input) if it is missing or no HDF5 file.
  void open();
  void flush();
  void close();

  const std::string& path() const { return path_; }
  hid_t id() const { return file_; }

  Id make_group(const std::string& name) const;
  /// A dataset in chunks with checksums; extents may grow to max_dims.
  Id make_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims,
                  const std::vector<hsize_t>& max_dims, const std::vector<hsize_t>& chunk) const;
  void make_link(const std::string& existing, const std::string& name) const;

  /// A block of a dataset; ranks without any give an extent of 0.
  void write_block(const std::string& name, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                   hid_t type, const void* data) const;
  /// Sets the first extent of a dataset.
  void resize(const std::string& name, hsize_t rows) const;
  Id open_dataset(const std::string& name) const;

 private:
  /// One call of HDF5: no rank makes it if one must not, and all learn how it went.
  template <class Call>
  hid_t collective(const char* name, ErrorKind kind, const Call& call) const {
    agree(comm_, [&] {
      if (next_fault(name, path_) != Fault::none) throw Error::io(path_ + ": " + name + ": injected fault");
    });
    hid_t result = -1;
    agree(comm_, [&] {
      result = static_cast<hid_t>(call());
      if (result < 0) throw Error(kind, path_ + ": " + name + " failed: " + reason());
    });
    return result;
  }
  Id access_plan() const;

  Comm comm_;
  std::string path_;
  hid_t file_ = -1;
};

}  // namespace tessera::data::h5
