// An HDF5 file that all ranks write together.
#pragma once

#include <string>
#include <vector>

#include "base/agree.hpp"
#include "base/comm.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_id.hpp"

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
  /// If the library has failed before, as abandon().
  void close();
  /// After an error: closes the file as far as that is safe, and says nothing about it. If the library itself failed,
  /// perhaps on one rank only, the file stays open: closing it could wait for ever.
  void abandon() noexcept;

  const std::string& path() const { return path_; }
  hid_t id() const { return file_; }
  /// No call of the library has failed on any rank; otherwise nothing more can be done with the file.
  bool is_sound() const { return is_sound_; }

  /// With all groups above it.
  Id make_group(const std::string& name) const;
  /// A dataset in chunks with checksums; extents may grow to max_dims.
  Id make_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims,
                  const std::vector<hsize_t>& max_dims, const std::vector<hsize_t>& chunk) const;
  /// A dataset of fixed size, in one piece: written from where the values are, once. (Chunks with checksums are filled
  /// with zeros first, and copied.) Whoever needs a checksum stores one beside it (data/io/hash.hpp).
  Id make_fixed_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims) const;
  /// A dataset whose first extent grows, in chunks: writing more touches nothing of what is there already, which a
  /// checksum of the library would (it is that of a chunk). Whoever needs one stores it beside, as above.
  Id make_growing_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims,
                          const std::vector<hsize_t>& chunk) const;
  void remove_link(const std::string& name) const;
  void make_link(const std::string& existing, const std::string& name) const;

  /// A block of a dataset; ranks without any give an extent of 0. `type` must be that of the file where there are
  /// checksums: these need collective writing, which a conversion would break.
  void write_block(hid_t dataset, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count, hid_t type,
                   const void* data) const;
  void write_block(const std::string& name, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                   hid_t type, const void* data) const;
  /// Sets the first extent of a dataset.
  void resize(const std::string& name, hsize_t rows) const;
  Id open_dataset(const std::string& name) const;

 private:
  /// One call of HDF5: no rank makes it if one must not, and all learn how it went.
  template <class Call>
  hid_t collective(const char* name, ErrorKind kind, const Call& call) const {
    const Fault fault = next_fault(name, path_);
    if (expects_faults_)
      agree(comm_, [&] {
        if (fault != Fault::none) throw Error::io(path_ + ": " + name + ": injected fault");
      });
    hid_t result = -1;
    try {
      agree(comm_, [&] {
        result = static_cast<hid_t>(call());
        if (result < 0) throw Error(kind, path_ + ": " + name + " failed: " + reason());
      });
    } catch (const Error&) {
      is_sound_ = false;
      throw;
    }
    return result;
  }
  Id create_dataset(const std::string& name, hid_t type, hid_t space, hid_t plan) const;
  /// Collective. Learns if any rank has to inject faults: agreeing on them costs time.
  Id prepare();

  Comm comm_;
  std::string path_;
  hid_t file_ = -1;
  bool expects_faults_ = false;
  mutable bool is_sound_ = true;
};

}  // namespace tessera::data::h5
