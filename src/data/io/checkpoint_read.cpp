#include <fmt/core.h>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/hash.hpp"
#include "data/io/manifest.hpp"
#include "data/io/state_file.hpp"

namespace tessera::data {

namespace {

class CheckpointFile final : public Checkpoint {
 public:
  CheckpointFile(const Comm& comm, CheckpointInfo info, std::shared_ptr<const h5::Input> file)
      : comm_(comm), info_(std::move(info)), file_(std::move(file)) {}

  const CheckpointInfo& info() const override { return info_; }
  bool has_section(const std::string& section) const override { return h5::Input::has(file_->id(), section); }
  std::unique_ptr<StateReader> section(const std::string& section) override {
    return std::make_unique<SectionReader>(comm_, file_, section, info_.ranks);
  }

 private:
  Comm comm_;
  CheckpointInfo info_;
  std::shared_ptr<const h5::Input> file_;
};

/// Collective. The root reads; all know.
Manifest share_manifest(const Comm& comm, const std::string& folder) {
  Manifest manifest;
  agree(comm, [&] {
    if (comm.is_root()) manifest = read_manifest(folder);
  });
  comm.broadcast(manifest.version);
  comm.broadcast(manifest.info.stage);
  comm.broadcast(manifest.info.step);
  comm.broadcast(manifest.info.serial);
  comm.broadcast(manifest.info.ranks);
  comm.broadcast(manifest.info.seed);
  comm.broadcast(manifest.info.deck_hash);
  comm.broadcast(manifest.data_bytes);
  comm.broadcast(manifest.data_hash);
  manifest.info.folder = folder;
  return manifest;
}

/// Collective. Throws Error if it does not verify.
std::unique_ptr<Checkpoint> open_checkpoint(const Comm& comm, const Manifest& manifest) {
  const std::string path = manifest.info.folder + "/" + checkpoint_data_file;
  if (hash_file(comm, path, manifest.data_bytes) != manifest.data_hash)
    throw Error::input(fmt::format("{}: damaged: its checksum is wrong", path));
  auto file = agree(comm, [&] { return std::make_shared<const h5::Input>(path); });
  return std::make_unique<CheckpointFile>(comm, manifest.info, std::move(file));
}

/// Collective. Serials, newest first.
std::vector<std::int64_t> share_serials(const Comm& comm, const std::string& run_folder) {
  std::vector<std::int64_t> serials;
  agree(comm, [&] {
    if (comm.is_root()) serials = list_checkpoints(run_folder);
  });
  std::uint64_t count = serials.size();
  comm.broadcast(count);
  serials.resize(count);
  comm.broadcast_bytes(serials.data(), count * sizeof(std::int64_t));
  return {serials.rbegin(), serials.rend()};
}

}  // namespace

std::unique_ptr<Checkpoint> Checkpoint::open_newest(const Comm& comm, const std::string& run_folder) {
  const auto serials = share_serials(comm, run_folder);
  std::string reasons;
  for (const auto serial : serials) {
    const std::string folder = checkpoint_folder(run_folder) + "/" + checkpoint_name(serial);
    Manifest manifest;
    try {
      manifest = share_manifest(comm, folder);
      if (manifest.version <= checkpoint_version) return open_checkpoint(comm, manifest);
    } catch (const Error& error) {
      if (comm.is_root())
        log::warning(fmt::format("checkpoint {} is skipped: {}", checkpoint_name(serial), error.what()));
      reasons += fmt::format("\n{}", error.what());
      continue;
    }
    throw Error::input(
        fmt::format("{}: is written in version {} of the format, and this program reads up to version {}\nuse the "
                    "program that wrote it, or a newer one",
                    folder, manifest.version, checkpoint_version));
  }
  if (serials.empty()) return nullptr;
  throw Error::input(fmt::format("{}: none of its checkpoints can be used{}", checkpoint_folder(run_folder), reasons));
}

}  // namespace tessera::data
