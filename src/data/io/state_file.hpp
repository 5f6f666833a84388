// Internal to checkpoints: the state of stages in one HDF5 file. A section is a group; its scalars are attributes,
// lists are datasets, and rows are groups of datasets in global order with the number of rows of each rank.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/state.hpp"

namespace tessera::data {

/// This rank's block of a dataset as it was in memory, to compare with the file.
struct WrittenBlock {
  std::string dataset;
  hid_t type;
  std::vector<hsize_t> start, count, dims;
  std::uint64_t hash = 0;
};

class SectionWriter final : public StateWriter {
 public:
  /// Collective. Makes the group; blocks are appended to `written`.
  SectionWriter(const Comm& comm, h5::Output& file, const std::string& section, std::vector<WrittenBlock>& written);

  void put(std::string_view name, std::int64_t value) override;
  void put(std::string_view name, double value) override;
  void put(std::string_view name, const std::string& value) override;
  void put(std::string_view name, const std::vector<double>& values) override;
  void put(std::string_view name, const std::vector<std::int64_t>& values) override;
  void put_rows(std::string_view name, const std::vector<double>& values, int components) override;
  void put_rows(std::string_view name, const std::vector<std::int64_t>& values, int components) override;
  void put_particles(std::string_view name, const Particles& particles) override;
  void put_field(std::string_view name, const Field& field) override;

 private:
  struct Rows {
    hsize_t first = 0, count = 0, total = 0;
  };
  template <class T>
  void put_scalar(std::string_view name, T value);
  template <class T>
  void put_list(std::string_view name, const T* values, std::size_t count);
  template <class T>
  void put_row_group(std::string_view name, const std::vector<T>& values, int components);
  void reserve_room(std::int64_t bytes) const;
  Rows begin_rows(const std::string& group, std::size_t count, std::size_t row_bytes);
  /// Component c of row i is values[c * stride + i].
  template <class T>
  void write_dataset(const std::string& name, const T* values, std::size_t stride, const Rows& rows,
                     hsize_t components);

  Comm comm_;
  h5::Output& file_;
  std::string group_;
  std::vector<WrittenBlock>& written_;
};

/// Collective. Reads every block back and compares it with what was in memory. Throws Error (io) naming the dataset.
void verify_blocks(const Comm& comm, const std::string& path, const std::vector<WrittenBlock>& written);

class SectionReader final : public StateReader {
 public:
  /// Collective. Throws Error (input) if there is no such section.
  SectionReader(const Comm& comm, std::shared_ptr<const h5::Input> file, const std::string& section, int writing_ranks);

  bool has(std::string_view name) const override;
  void get(std::string_view name, std::int64_t& value) override;
  void get(std::string_view name, double& value) override;
  void get(std::string_view name, std::string& value) override;
  void get(std::string_view name, std::vector<double>& values) override;
  void get(std::string_view name, std::vector<std::int64_t>& values) override;
  void get_rows(std::string_view name, std::vector<double>& values, int components) override;
  void get_rows(std::string_view name, std::vector<std::int64_t>& values, int components) override;
  void get_particles(std::string_view name, Particles& particles) override;
  void get_field(std::string_view name, Field& field) override;
  bool same_ranks() const override { return comm_.size() == writing_ranks_; }

 private:
  struct Rows {
    hsize_t first = 0, count = 0, total = 0;
  };
  std::string where(std::string_view name) const { return "/" + section_ + "/" + std::string(name); }
  template <class T>
  T get_scalar(std::string_view name) const;
  template <class T>
  std::vector<T> get_list(std::string_view name, hid_t type) const;
  template <class T>
  void get_row_group(std::string_view name, std::vector<T>& values, int components) const;
  Rows find_rows(const std::string& group) const;
  template <class T>
  std::vector<T> read_dataset(const std::string& name, const Rows& rows, hsize_t components) const;

  Comm comm_;
  std::shared_ptr<const h5::Input> file_;
  std::string section_;
  h5::Id group_;
  int writing_ranks_;
};

}  // namespace tessera::data
