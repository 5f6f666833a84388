#include "data/io/h5_output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "data/io/mpi_hints.hpp"

namespace tessera::data::h5 {

namespace {

Id with_groups_above() {
  Id links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links, 1);
  return links;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "<file>-<job>-<process>.lock" or "<file>.locktest.<rank>": how Open MPI's files of locks are called.
bool is_lock_of(std::string_view file, std::string_view name) {
  constexpr std::string_view lock = ".lock", test = ".locktest.";
  if (!name.starts_with(file)) return false;
  name.remove_prefix(file.size());
  if (name.starts_with(test)) return is_number(name.substr(test.size()));
  if (!name.starts_with('-') || !name.ends_with(lock)) return false;
  name = name.substr(1, name.size() - 1 - lock.size());
  const auto dash = name.find('-');
  return dash != std::string_view::npos && is_number(name.substr(0, dash)) && is_number(name.substr(dash + 1));
}

/// What a killed run has left of them. Whoever writes a file is the only one who does.
void remove_locks_left(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::string file = path.filename();
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (is_lock_of(file, entry.path().filename().native())) std::filesystem::remove(entry.path(), ignored);
}

}  // namespace

Id Output::prepare() {
  expects_faults_ = comm_.all_reduce(expects_faults() ? 1 : 0, Op::max) == 1;
  std::optional<MpiHints> hints;
  agree(comm_, [&] {
    hints.emplace();
    if (comm_.is_root()) remove_locks_left(path_);
  });
  Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_mpio(access, comm_.mpi(), hints->get());
  H5Pset_all_coll_metadata_ops(access, true);
  H5Pset_coll_metadata_write(access, true);
  return access;
}

void Output::create() {
  const Id access = prepare();
  file_ = collective("H5Fcreate", ErrorKind::io,
                     [&] { return H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access); });
}

void Output::open() {
  agree(comm_, [&] { file_size(path_); });  // says clearly that there is none
  const Id access = prepare();
  file_ = collective("H5Fopen", ErrorKind::input, [&] { return H5Fopen(path_.c_str(), H5F_ACC_RDWR, access); });
}

void Output::flush() {
  collective("H5Fflush", ErrorKind::io, [&] { return H5Fflush(file_, H5F_SCOPE_GLOBAL); });
}

void Output::close() {
  if (file_ < 0) return;
  if (!is_sound_) return abandon();
  collective("H5Fclose", ErrorKind::io, [&] { return H5Fclose(std::exchange(file_, -1)); });
}

void Output::abandon() noexcept {
  if (file_ >= 0 && is_sound_) H5Fclose(file_);
  file_ = -1;
}

Id Output::make_group(const std::string& name) const {
  const Id links = with_groups_above();
  return {collective("H5Gcreate", ErrorKind::io,
                     [&] { return H5Gcreate2(file_, name.c_str(), links, H5P_DEFAULT, H5P_DEFAULT); }),
          H5Gclose};
}

Id Output::make_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims,
                        const std::vector<hsize_t>& max_dims, const std::vector<hsize_t>& chunk) const {
  const Id plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(plan, static_cast<int>(chunk.size()), chunk.data());
  H5Pset_fletcher32(plan);
  return create_dataset(name, type, unlimited_dataspace(dims, max_dims), plan);
}

Id Output::make_growing_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims,
                                const std::vector<hsize_t>& chunk) const {
  const Id plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_chunk(plan, static_cast<int>(chunk.size()), chunk.data());
  auto most = dims;
  most.at(0) = H5S_UNLIMITED;
  return create_dataset(name, type, unlimited_dataspace(dims, most), plan);
}

Id Output::make_fixed_dataset(const std::string& name, hid_t type, const std::vector<hsize_t>& dims) const {
  return create_dataset(name, type, dataspace(dims), Id(H5Pcreate(H5P_DATASET_CREATE), H5Pclose));
}

Id Output::create_dataset(const std::string& name, hid_t type, hid_t space, hid_t plan) const {
  H5Pset_fill_time(plan, H5D_FILL_TIME_NEVER);  // every value is written once, not twice
  const Id links = with_groups_above();
  return {collective("H5Dcreate", ErrorKind::io,
                     [&] { return H5Dcreate2(file_, name.c_str(), type, space, links, plan, H5P_DEFAULT); }),
          H5Dclose};
}

void Output::remove_link(const std::string& name) const {
  collective("H5Ldelete", ErrorKind::io, [&] { return H5Ldelete(file_, name.c_str(), H5P_DEFAULT); });
}

void Output::make_link(const std::string& existing, const std::string& name) const {
  collective("H5Lcreate_hard", ErrorKind::io,
             [&] { return H5Lcreate_hard(file_, existing.c_str(), file_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT); });
}

Id Output::open_dataset(const std::string& name) const {
  return {collective("H5Dopen", ErrorKind::io, [&] { return H5Dopen2(file_, name.c_str(), H5P_DEFAULT); }), H5Dclose};
}

void Output::write_block(const std::string& name, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                         hid_t type, const void* data) const {
  write_block(open_dataset(name), start, count, type, data);
}

void Output::write_block(hid_t dataset, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                         hid_t type, const void* data) const {
  const Id file_space(H5Dget_space(dataset), H5Sclose), memory_space = dataspace(count);
  if (std::find(count.begin(), count.end(), hsize_t{0}) != count.end()) {
    H5Sselect_none(file_space);
    H5Sselect_none(memory_space);
  } else {
    H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  }
  const Id transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
  H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
  const double nothing = 0.0;
  collective("H5Dwrite", ErrorKind::io, [&] {
    return H5Dwrite(dataset, type, memory_space, file_space, transfer, data == nullptr ? &nothing : data);
  });
}

void Output::resize(const std::string& name, hsize_t rows) const {
  const Id dataset = open_dataset(name);
  auto dims = extents(dataset);
  dims.at(0) = rows;
  collective("H5Dset_extent", ErrorKind::io, [&] { return H5Dset_extent(dataset, dims.data()); });
}

}  // namespace tessera::data::h5
