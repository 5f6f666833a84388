#include "run/outputs.hpp"

#include <fmt/format.h>

#include <filesystem>

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

/// A process that dies while a file is written may leave one that cannot be read: it is put aside.
template <class Open>
auto open_output(const Comm& comm, const std::string& path, bool resuming, const Open& open) {
  const bool exists = agree(comm, [&] { return data::path_exists(path); });
  if (resuming && exists) {
    try {
      return open(true);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;
      log::warning(fmt::format("{}\nit is kept as {}.damaged, and a new one is begun", error.what(),
                               std::filesystem::path(path).filename().string()));
      agree(comm, [&] {
        if (comm.is_root()) data::rename_path(path, path + ".damaged");
      });
    }
  }
  return open(false);
}

/// Collective. Rows of the table that were in its file when a checkpoint was written.
std::int64_t rows_of(data::Checkpoint* restart) {
  std::int64_t rows = 0;
  if (restart != nullptr) restart->section("outputs")->get("table_rows", rows);
  return rows;
}

}  // namespace

Outputs::Outputs(const Comm& comm, const std::string& folder, const OutputParams& params, sim::Stage& stage,
                 const std::string& deck, data::Checkpoint* restart)
    : comm_(comm),
      folder_(made(comm, folder)),
      deck_(deck),
      params_(params),
      stage_(stage),
      series_(comm, folder_ + "/series.csv", stage.series_columns(), restart != nullptr,
              restart != nullptr ? restart->info().step : 0) {
  const bool resuming = restart != nullptr;
  const std::int64_t step = resuming ? restart->info().step : 0;
  if (stage.system() != nullptr)
    snapshots_ = open_output(comm, folder_ + "/particles.h5", resuming, [&](bool goes_on) {
      return std::make_unique<data::SnapshotSeries>(comm, folder_, stage.units(), deck, goes_on, step);
    });
  if (!stage.fields().empty())
    fields_ = open_output(comm, folder_ + "/fields.h5", resuming, [&](bool goes_on) {
      return std::make_unique<data::FieldSeries>(comm, folder_, stage.units(), deck, goes_on, step);
    });
  if (const data::Table* table = stage.table(); table != nullptr) {
    const std::int64_t rows = rows_of(restart);
    table_ = open_output(comm, folder_ + "/table.h5", resuming, [&](bool goes_on) {
      return std::make_unique<data::TableFile>(comm, folder_ + "/table.h5", *table, deck, goes_on, rows);
    });
    if (table_->num_rows() < rows)
      log::warning(fmt::format("{}/table.h5 is without the {} rows of the steps up to {}", folder_, rows, step));
  }
}

bool Outputs::wants_series(std::int64_t step) const { return step % params_.series == 0 || step == stage_.num_steps(); }

void Outputs::write(std::int64_t step, bool is_last) {
  append_rows();
  const bool series_due = is_last || wants_series(step);
  const bool snapshot_due = is_last || (params_.snapshots > 0 && step % params_.snapshots == 0);
  if (!series_due && !snapshot_due) return;
  const Region region("run/output");
  if (series_due) {
    last_values_ = stage_.series_values();
    series_.add(step, last_values_);
  }
  if (snapshot_due) write_snapshot(step, is_last);
}

void Outputs::write_snapshot(std::int64_t step, bool is_last) {
  if (snapshots_) {
    const Region region("run/snapshot");
    const auto& system = *stage_.system();
    snapshots_->write(step, stage_.time(), stage_.dt(), system.box, system.particles, system.species);
  }
  if (fields_) {
    const Region region("run/snapshot");
    fields_->write(step, stage_.time(), stage_.dt(), stage_.fields());
  }
  for (auto& [file, model] : stage_.models()) {
    model.deck = deck_;
    data::write_model(comm_, folder_ + "/" + file, model);
  }
  // What has been summed up to now: beside a trajectory it is not written anew for each frame.
  ++num_snapshots_;
  const bool is_trajectory = snapshots_ || fields_;
  if (is_trajectory && !is_last && !reported_.is_due(num_snapshots_)) return;
  reported_.written(num_snapshots_);
  for (const auto& report : stage_.reports())
    agree(comm_, [&] {
      if (comm_.is_root()) data::write_text_atomically(folder_ + "/" + report.file, to_csv(report));
    });
}

void Outputs::append_rows() {
  if (!table_) return;
  data::Table& table = *stage_.table();
  if (table.num_global() == 0) return;
  const Region region("run/table");
  table_->append(table);
  table.clear();
}

void Outputs::save(data::StateWriter& writer) const {
  writer.put("table_rows", table_ ? table_->num_rows() : std::int64_t{0});
}

void Outputs::close() {
  series_.flush();
  if (snapshots_) snapshots_->close();
  if (fields_) fields_->close();
  if (table_) table_->close();
}

std::int64_t Outputs::bytes_written() const {
  return series_.bytes_written() + (snapshots_ ? snapshots_->bytes_written() : 0) +
         (fields_ ? fields_->bytes_written() : 0) + (table_ ? table_->bytes_written() : 0);
}

}  // namespace tessera::run
