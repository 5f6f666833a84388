// usage: survivor write|check|fill FOLDER [ROWS]
// What survives.sh and full_disk.sh run and kill: one more snapshot and checkpoint of a series, or a look at whether
// what is there is whole. `fill` writes checkpoints until the disk is full, and then one that fits.
#include <cstdlib>
#include <string>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/runtime.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "data/io/snapshot.hpp"
#include "openpmd_rules.hpp"
#include "samples.hpp"

namespace tessera {

using namespace data;
using namespace test;

namespace {

constexpr int num_rows = 24;

/// Collective. Version of the newest checkpoint, found whole; 0 if there is none.
int newest_version(const Comm& comm, const std::string& folder) {
  const auto checkpoint = Checkpoint::open_newest(comm, folder);
  if (!checkpoint) return 0;
  const Sample sample = read_sample(comm, *checkpoint);
  agree(comm, [&] {
    if (rows_here(sample) != rows_here(Sample(comm, num_rows, sample.version)))
      throw Error::internal("rows differ from those written");
  });
  return sample.version;
}

void write_next(const Comm& comm, const std::string& folder, int version) {
  const Sample sample(comm, num_rows, version);
  SnapshotSeries series(comm, folder, make_units("lj"), "deck", version > 1, version - 1);
  series.write(version, 0.5 * version, 0.5, Box{}, sample.particles, {});
  write_sample(comm, folder, sample);
  series.close();
}

/// The checkpoint is whole, the snapshot that belongs to it can be read, and the XDMF tells of nothing else.
void check(const Comm& comm, const std::string& folder) {
  const int version = newest_version(comm, folder);
  if (version == 0) throw Error::internal("there is no checkpoint");
  read_snapshot(comm, folder + "/particles.h5", version);
  agree(comm, [&] {
    for (const auto& line : broken_xdmf(folder + "/particles.xdmf")) throw Error::internal(line);
  });
  log::info("{}", version);
}

void fill(const Comm& comm, const std::string& folder, int rows) {
  int version = 1;
  write_sample(comm, folder, Sample(comm, num_rows, version));
  std::string message;
  for (; message.empty() && version < 100; ++version) {
    try {
      write_sample(comm, folder, Sample(comm, rows * version, version + 1));
    } catch (const Error& error) {
      message = error.what();
    }
  }
  log::info("after {} checkpoints: {}", version - 1, message);
  if (message.find("No space left") == std::string::npos) throw Error::internal("the disk was never full");
  const auto checkpoint = Checkpoint::open_newest(comm, folder);
  if (checkpoint->info().step != 1000 + version - 1) throw Error::internal("the checkpoint before it is not there");
  write_sample(comm, folder, Sample(comm, num_rows, 7));
  if (newest_version(comm, folder) != 7) throw Error::internal("no checkpoint after a full disk");
}

int start(int argc, char** argv) {
  try {
    Runtime runtime(argc, argv);
    const Comm& comm = runtime.comm();
    log::start(comm.rank());
    try {
      const std::string what = argv[1], folder = argv[2];
      if (what == "write") write_next(comm, folder, newest_version(comm, folder) + 1);
      if (what == "check") check(comm, folder);
      if (what == "fill") fill(comm, folder, std::atoi(argv[3]));
      return 0;
    } catch (const Error& error) {
      return static_cast<int>(settle_failure(comm, error));
    }
  } catch (const Error& error) {
    log::error("{}", error.what());
    return 1;
  }
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) { return tessera::start(argc, argv); }
