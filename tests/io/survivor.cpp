// usage: survivor write|check|fill FOLDER [ROWS]
// What survives.sh and full_disk.sh run and kill: one more snapshot of particles and of a field, a few more rows of a
// table, and a checkpoint, or a look at whether what is there is whole. `fill` writes checkpoints until the disk is
// full, and then one that fits.
#include <cstdlib>
#include <string>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/field_series.hpp"
#include "data/io/file.hpp"
#include "data/io/snapshot.hpp"
#include "data/io/table_file.hpp"
#include "openpmd_rules.hpp"
#include "program.hpp"
#include "samples.hpp"

namespace tessera {

using namespace data;
using namespace test;

namespace {

constexpr int num_rows = 24;
constexpr int num_table_rows = 4;  // of a version

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

/// Rows of this version: its number, three times.
Table table_of(const Comm& comm, int version) {
  Table table(comm);
  table.add<double>("state", 3);
  table.append(comm.is_root() ? num_table_rows : 0);
  Kokkos::deep_copy(table.get<double>("state"), 1.0 * version);
  return table;
}

void write_next(const Comm& comm, const std::string& folder, int version) {
  const Sample sample(comm, num_rows, version);
  SnapshotSeries series(comm, folder, make_units("lj"), "deck", version > 1, version - 1);
  series.write(version, 0.5 * version, 0.5, Box{}, sample.particles, {});
  Field field(Mesh(comm, Box{}, {6, 4}), "u", 3, 1);
  Kokkos::deep_copy(field.values(), 1.0 * version);
  FieldSeries fields(comm, folder, make_units("lj"), "deck", version > 1, version - 1);
  fields.write(version, 0.5 * version, 0.5, {&field});
  const Table table = table_of(comm, version);
  TableFile rows(comm, folder + "/table.h5", table, "deck", version > 1, num_table_rows * (version - 1));
  rows.append(table);
  write_sample(comm, folder, sample);
  rows.close();
  fields.close();
  series.close();
}

/// The field of that version, and all rows up to it.
void check_fields_and_rows(const Comm& comm, const std::string& folder, int version) {
  for (const auto& field : read_fields(comm, folder + "/fields.h5", 0, version).fields)
    for (const auto& extreme : {minima(field), maxima(field)})
      if (extreme != std::vector<double>(3, version)) throw Error::internal("a field differs from that written");
  const Table table = read_table(comm, folder + "/table.h5");
  if (table.num_global() < num_table_rows * version) throw Error::internal("rows of the table are lost");
  for (int n = 0; n < version * num_table_rows; ++n)
    if (table.gather<double>("state", {n}) != std::vector<double>(3, 1.0 + n / num_table_rows))
      throw Error::internal("a row of the table differs from that written");
}

/// The checkpoint is whole, the snapshots and rows that belong to it can be read, and the XDMF tells of nothing else.
void check(const Comm& comm, const std::string& folder) {
  const int version = newest_version(comm, folder);
  if (version == 0) throw Error::internal("there is no checkpoint");
  read_snapshot(comm, folder + "/particles.h5", version);
  check_fields_and_rows(comm, folder, version);
  agree(comm, [&] {
    for (const char* name : {"/particles.xdmf", "/fields.xdmf"})
      for (const auto& line : broken_xdmf(folder + name)) throw Error::internal(line);
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

int do_as_told(const Comm& comm, char** argv) {
  const std::string what = argv[1], folder = argv[2];
  if (what == "write") write_next(comm, folder, newest_version(comm, folder) + 1);
  if (what == "check") check(comm, folder);
  if (what == "fill") fill(comm, folder, std::atoi(argv[3]));
  return 0;
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) {
  return tessera::test::run_program(argc, argv,
                                    [&](const tessera::Comm& comm) { return tessera::do_as_told(comm, argv); });
}
