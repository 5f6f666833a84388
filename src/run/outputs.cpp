#include "run/outputs.hpp"

#include <fmt/format.h>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

namespace {

std::string made(const Comm& comm, const std::string& folder) {
  agree(comm, [&] {
    if (comm.is_root()) data::make_folder(folder);
  });
  return folder;
}

/// A process that dies while a snapshot is written may leave a file that cannot be read: it is put aside.
std::unique_ptr<data::SnapshotSeries> open_snapshots(const Comm& comm, const std::string& folder,
                                                     const sim::Stage& stage, const std::string& deck, bool resuming,
                                                     std::int64_t step) {
  const std::string file = folder + "/particles.h5";
  const bool exists = agree(comm, [&] { return data::path_exists(file); });
  if (resuming && exists) {
    try {
      return std::make_unique<data::SnapshotSeries>(comm, folder, stage.units(), deck, true, step);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      log::warning(fmt::format("{}\nit is kept as particles.h5.damaged, and a new one is begun", error.what()));
      agree(comm, [&] {
        if (comm.is_root()) data::rename_path(file, file + ".damaged");
      });
    }
  }
  return std::make_unique<data::SnapshotSeries>(comm, folder, stage.units(), deck, false, step);
}

}  // namespace

Outputs::Outputs(const Comm& comm, const std::string& folder, const OutputParams& params, sim::Stage& stage,
                 const std::string& deck, bool resuming, std::int64_t step)
    : comm_(comm),
      folder_(made(comm, folder)),
      params_(params),
      stage_(stage),
      series_(comm, folder_ + "/series.csv", stage.series_columns(), resuming, step) {
  if (stage.system() != nullptr) snapshots_ = open_snapshots(comm, folder_, stage, deck, resuming, step);
}

bool Outputs::wants_series(std::int64_t step) const { return step % params_.series == 0 || step == stage_.num_steps(); }

void Outputs::write(std::int64_t step, bool is_last) {
  const bool series_due = wants_series(step);
  const bool snapshot_due = is_last || (params_.snapshots > 0 && step % params_.snapshots == 0);
  if (!series_due && !snapshot_due) return;
  const Region region("run/output");
  if (series_due) {
    last_values_ = stage_.series_values();
    series_.add(step, last_values_);
  }
  if (snapshot_due) write_snapshot(step);
}

void Outputs::write_snapshot(std::int64_t step) {
  if (snapshots_) {
    const Region region("run/snapshot");
    const auto& system = *stage_.system();
    snapshots_->write(step, stage_.time(), stage_.dt(), system.box, system.particles, system.species);
  }
  for (const auto& report : stage_.reports())
    agree(comm_, [&] {
      if (comm_.is_root())
        data::write_text_atomically(folder_ + "/" + report.file, to_csv(report.columns, report.rows));
    });
}

void Outputs::close() {
  series_.flush();
  if (snapshots_) snapshots_->close();
}

std::int64_t Outputs::bytes_written() const {
  return series_.bytes_written() + (snapshots_ ? snapshots_->bytes_written() : 0);
}

}  // namespace tessera::run
