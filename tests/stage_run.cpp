#include "stage_run.hpp"

#include <cmath>
#include <filesystem>
#include <sstream>
#include <variant>

#include "base/log.hpp"
#include "base/signals.hpp"
#include "data/io/table_file.hpp"
#include "run/run.hpp"

namespace tessera::test {

std::string run_stages(const run::Registry& registry, const std::string& stages, const Comm& comm,
                       const std::string& place) {
  run::RunOptions options;
  options.out = place.empty() ? scratch_folder() + "/run" : place;
  options.deck = std::filesystem::path(options.out).parent_path().string() + "/deck.toml";
  options.resume = std::filesystem::exists(options.out);
  if (comm.is_root()) std::ofstream(options.deck) << "seed = 5\ncheckpoint.minutes = 0\n" << stages;
  comm.barrier();
  clear_signal();
  log::start(comm.rank(), log::Level::error);
  try {
    run::run_deck(comm, registry, options);
  } catch (const Error&) {
    comm.barrier();
    throw;
  }
  comm.barrier();
  return options.out;
}

std::string run_stages_alone(const run::Registry& registry, const std::string& stages, const std::string& place) {
  const Comm& all = comm();
  const std::string folder = place.empty() ? scratch_folder() + "/run" : place;
  const Comm group = all.split(all.is_root() ? 0 : 1);
  if (all.is_root()) run_stages(registry, stages, group, folder);
  all.barrier();
  return folder;
}

double result_of(const std::string& folder, const std::string& label, const std::string& stage) {
  const std::string text = content_of(folder + "/summary.json");
  const auto begin = stage.empty() ? 0 : text.find("\"name\": \"" + stage + "\"");
  const auto place = begin == std::string::npos ? begin : text.find("\"" + label + "\"", begin);
  const auto value = text.find("\"value\":", place);
  return place == std::string::npos ? std::nan("") : std::stod(text.substr(value + 8));
}

std::string table_text(const std::string& path) {
  const auto table = data::read_table(comm(), path);
  std::ostringstream text;
  text.precision(17);
  for (const auto& column : table.columns()) {
    text << column.name << ":";
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          for (const auto value : whole_column<T>(table, column.name)) text << " " << value;
        },
        column.data);
    text << "\n";
  }
  return text.str();
}

}  // namespace tessera::test
