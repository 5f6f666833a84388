#include <fmt/core.h>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/hash.hpp"
#include "data/io/manifest.hpp"
#include "data/io/state_file.hpp"

namespace tessera::data {

namespace {

using Sections = std::vector<std::pair<std::string, std::function<void(StateWriter&)>>>;

constexpr std::size_t num_kept = 2;

/// Collective. Work of the root alone.
template <class Work>
void on_root(const Comm& comm, const Work& work) {
  agree(comm, [&] {
    if (comm.is_root()) work();
  });
}

bool is_partial(const std::string& name) {
  const std::string_view ending = partial_ending;
  return name.size() > ending.size() && name.ends_with(ending) &&
         checkpoint_serial(name.substr(0, name.size() - ending.size()));
}

/// Removes what dead runs left and makes the folder to write into. Local.
std::int64_t begin_folder(const std::string& run_folder) {
  const std::string folder = checkpoint_folder(run_folder);
  make_folder(folder);
  for (const auto& name : list_folder(folder))
    if (is_partial(name)) remove_tree(folder + "/" + name);
  const auto serials = list_checkpoints(run_folder);
  const std::int64_t serial = serials.empty() ? 1 : serials.back() + 1;
  make_folder(folder + "/" + checkpoint_name(serial) + partial_ending);
  return serial;
}

/// Collective.
void write_data(const Comm& comm, const std::string& path, const Sections& sections,
                std::vector<WrittenBlock>& written) {
  h5::Output file(comm, path);
  try {
    file.create();
    for (const auto& [name, save] : sections) {
      SectionWriter writer(comm, file, name, written);
      save(writer);
    }
    file.close();
  } catch (const Error&) {
    file.abandon();
    throw;
  }
}

/// Collective. Everything in the ".partial" folder, safe on its disk.
void write_partial(const Comm& comm, const std::string& folder, Manifest manifest, const Sections& sections) {
  const std::string path = folder + "/" + checkpoint_data_file;
  std::vector<WrittenBlock> written;
  write_data(comm, path, sections, written);
  agree(comm, [&] { sync_file(path); });
  verify_blocks(comm, path, written);
  agree(comm, [&] { manifest.data_bytes = file_size(path); });
  manifest.data_hash = hash_file(comm, path, manifest.data_bytes);
  on_root(comm, [&] {
    write_text_atomically(folder + "/manifest.json", to_json(manifest));
    sync_folder(folder);
  });
}

/// Frees what a checkpoint that failed has taken; the library may hold the file open. Local.
void discard(const std::string& folder) {
  try {
    if (path_exists(folder + "/" + checkpoint_data_file)) truncate_file(folder + "/" + checkpoint_data_file, 0);
    remove_tree(folder);
  } catch (const Error&) {  // the next checkpoint tries again; the first error counts
  }
}

/// If the system refuses to say it, nothing is deleted.
bool looks_complete(const std::string& folder) {
  try {
    read_manifest(folder);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) throw;
    return false;
  }
}

/// Deletes all but the newest two that look complete. A folder that is being deleted is no checkpoint any more. Local.
void delete_old(const std::string& run_folder) {
  auto serials = list_checkpoints(run_folder);
  std::size_t kept = 0;
  for (auto serial = serials.rbegin(); serial != serials.rend(); ++serial) {
    const std::string folder = checkpoint_folder(run_folder) + "/" + checkpoint_name(*serial);
    if (kept < num_kept && looks_complete(folder)) {
      ++kept;
      continue;
    }
    rename_path(folder, folder + partial_ending);
    remove_tree(folder + partial_ending);
  }
}

/// The checkpoint is there, whatever goes wrong here. Local.
void tidy(const std::string& run_folder, std::int64_t serial) {
  const std::string folder = checkpoint_folder(run_folder);
  try {
    write_text_atomically(folder + "/latest", checkpoint_name(serial) + "\n");
    sync_folder(folder);
    delete_old(run_folder);
  } catch (const Error& error) {
    log::warning(fmt::format("after checkpoint {}: {}", checkpoint_name(serial), error.what()));
  }
}

}  // namespace

CheckpointInfo write_checkpoint(const Comm& comm, const std::string& run_folder, const CheckpointInfo& info,
                                const Sections& sections) {
  Manifest manifest;
  manifest.info = info;
  on_root(comm, [&] { manifest.info.serial = begin_folder(run_folder); });
  comm.broadcast(manifest.info.serial);
  manifest.info.ranks = comm.size();
  manifest.info.folder = checkpoint_folder(run_folder) + "/" + checkpoint_name(manifest.info.serial);
  const std::string partial = manifest.info.folder + partial_ending;
  try {
    write_partial(comm, partial, manifest, sections);
    on_root(comm, [&] {
      rename_path(partial, manifest.info.folder);
      sync_folder(checkpoint_folder(run_folder));
    });
  } catch (const Error&) {
    if (comm.is_root()) discard(partial);
    throw;
  }
  if (comm.is_root()) tidy(run_folder, manifest.info.serial);
  comm.barrier();
  return manifest.info;
}

}  // namespace tessera::data
