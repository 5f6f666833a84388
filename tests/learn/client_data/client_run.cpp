#include "client_run.hpp"

#include "base/log.hpp"
#include "stage_deck.hpp"

namespace tessera::test {

using learn::client_data::ClientDataParams;
using learn::client_data::ClientDataStage;

std::unique_ptr<ClientDataStage> started_data(const std::string& keys, const Comm& comm) {
  log::start(comm.rank(), log::Level::error);
  auto stage =
      std::make_unique<ClientDataStage>(sim::StageContext{comm, "a", 5, {}}, read_stage<ClientDataParams>(keys));
  stage->start();
  return stage;
}

std::string complaint_about_data(const std::string& keys) {
  try {
    started_data(keys);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

WholeTable whole_table(const data::Table& table) {
  WholeTable whole;
  whole.client = whole_column<std::int64_t>(table, "client");
  whole.id = whole_column<std::int64_t>(table, "id");
  if (table.has_column("held_out")) whole.held_out = whole_column<std::int64_t>(table, "held_out");
  whole.x = whole_column<double>(table, "x");
  if (table.has_column("y")) whole.y = whole_column<double>(table, "y");
  whole.width = whole.x.size() / whole.size();
  return whole;
}

WholeTable data_with(const std::string& keys, const Comm& comm) {
  return whole_table(*started_data(keys, comm)->table());
}

std::string write_data(const std::string& name, const std::string& text) {
  const std::string path = scratch_folder() + "/" + name;
  put_file(path, text);
  return path;
}

std::vector<std::vector<double>> report_of(ClientDataStage& stage, const std::string& file) {
  for (const auto& report : stage.reports())
    if (report.file == file) return report.rows;
  return {};
}

}  // namespace tessera::test
