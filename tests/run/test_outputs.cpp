// Files that grow with a run, over restarts.
#include "run/outputs.hpp"

#include "bench.hpp"
#include "data/io/field_series.hpp"
#include "data/io/file.hpp"
#include "data/io/table_file.hpp"

namespace tessera {

using test::Bench;

namespace {

constexpr run::OutputParams snapshots_each_third{2, 3};
constexpr run::CheckpointParams each_fifth{5, 0.0};

test::ToyParams recording(std::int64_t steps) {
  auto params = test::steps(steps);
  params.records = true;
  return params;
}

/// x of the toy after that many steps.
double x_after(std::int64_t steps) {
  double x = 0.1;
  for (std::int64_t n = 0; n < steps; ++n) x *= 3.7 * (1.0 - x);
  return x;
}

/// Collective. Rows of these steps and no others, in order.
bool has_rows(const std::string& folder, const std::vector<std::int64_t>& steps) {
  const auto table = data::read_table(test::comm(), folder + "/toy/table.h5");
  if (table.num_global() != 5 * static_cast<std::int64_t>(steps.size())) return false;
  const auto step = data::host_copy(table.get<std::int64_t>("step"), 0, table.num_rows());
  const auto x = data::host_copy(table.get<double>("x"), 0, table.num_rows());
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    const std::int64_t row = table.first_row() + n, expected = steps[static_cast<std::size_t>(row / 5)];
    const auto here = static_cast<std::size_t>(n);
    if (step[here] != expected || x[here] != x_after(expected) + static_cast<double>(row % 5)) return false;
  }
  return true;
}

/// Collective, on the root alone: there the mesh has one block.
bool has_field(const std::string& folder, std::int64_t step) {
  const Comm& comm = test::comm();
  const Comm group = comm.split(comm.is_root() ? 0 : 1);
  if (!comm.is_root()) return true;
  const auto snapshot = data::read_fields(group, folder + "/toy/fields.h5", 0, step);
  if (snapshot.step != step || snapshot.fields.size() != 1 || snapshot.fields[0].name() != "height") return false;
  for (int i = 0; i < 8; ++i)
    if (snapshot.fields[0].values()(i, 0, 0, 0) != x_after(step) + i) return false;
  return true;
}

/// Collective. Eight steps with a checkpoint after the fifth, by which something is in the files that must go.
std::string interrupted() {
  const std::string folder = test::scratch_folder();
  Bench(folder, recording(8), snapshots_each_third, each_fifth).run();
  return folder;
}

void resume(const std::string& folder, std::int64_t steps, const Comm& comm = test::comm()) {
  const auto newest = data::Checkpoint::open_newest(comm, folder);
  Bench(folder, recording(steps), snapshots_each_third, {0, 0.0}, newest.get(), comm).run();
}

/// Collective. Warnings of all ranks so far that say this.
std::int64_t warnings_about(const std::string& text) {
  std::int64_t count = 0;
  for (const auto& warning : log::collect_warnings(test::comm()))
    if (warning.text.find(text) != std::string::npos) count += warning.count;
  return count;
}

}  // namespace

TEST_CASE("fields are written when snapshots are due, rows as they come", "[run]") {
  const std::string folder = interrupted();
  REQUIRE_ALL(has_rows(folder, {2, 4, 6, 8}));
  for (const std::int64_t step : {3, 6, 8}) REQUIRE_ALL(has_field(folder, step));
  REQUIRE_ALL(std::filesystem::exists(folder + "/toy/fields.xdmf"));
}

TEST_CASE("rows and snapshots behind a checkpoint are dropped, on as many ranks", "[run]") {
  const std::string folder = interrupted();
  resume(folder, 7);
  REQUIRE_ALL(has_rows(folder, {2, 4, 6}));
  for (const std::int64_t step : {3, 6, 7}) REQUIRE_ALL(has_field(folder, step));
  REQUIRE_THROWS_WITH(data::read_fields(test::comm().split(test::comm().rank()), folder + "/toy/fields.h5", 0, 8),
                      Contains("8"));
}

TEST_CASE("rows and snapshots behind a checkpoint are dropped, on another number of ranks", "[run]") {
  const std::string folder = interrupted();
  const Comm& comm = test::comm();
  const bool is_in = comm.size() == 1 || comm.rank() < comm.size() - 1;
  const Comm group = comm.split(is_in ? 0 : 1);
  if (is_in) resume(folder, 11, group);
  comm.barrier();
  REQUIRE_ALL(has_rows(folder, {2, 4, 6, 8, 10}));
  for (const std::int64_t step : {3, 6, 9, 11}) REQUIRE_ALL(has_field(folder, step));
}

TEST_CASE("a run that was killed goes on from what it left", "[run]") {
  const Comm& comm = test::comm();
  const std::string folder = test::scratch_folder(), left = test::scratch_folder() + "/left";
  Bench bench(folder, recording(9), snapshots_each_third, each_fifth);
  test::diary().trouble = [&](std::int64_t step, sim::Agreement&) {
    comm.barrier();
    if (step == 9 && comm.is_root()) std::filesystem::copy(folder, left, std::filesystem::copy_options::recursive);
  };
  bench.run();  // the files are open in it, as in a process that dies
  comm.barrier();
  resume(left, 11);
  REQUIRE_ALL(has_rows(left, {2, 4, 6, 8, 10}));
  for (const std::int64_t step : {3, 6, 9, 11}) REQUIRE_ALL(has_field(left, step));
  REQUIRE_ALL(!std::filesystem::exists(left + "/toy/table.h5.damaged"));
  REQUIRE_ALL(!std::filesystem::exists(left + "/toy/fields.h5.damaged"));
}

TEST_CASE("files that cannot be read any more are put aside, with a warning", "[run]") {
  const std::string folder = interrupted();
  warnings_about("");
  for (const char* file : {"/toy/table.h5", "/toy/fields.h5"}) test::put_file(folder + file, "nonsense");
  resume(folder, 9);
  REQUIRE_ALL(has_rows(folder, {6, 8}));
  for (const std::int64_t step : {6, 9}) REQUIRE_ALL(has_field(folder, step));
  for (const char* file : {"/toy/table.h5", "/toy/fields.h5"})
    REQUIRE_ALL(test::content_of(folder + file + ".damaged") == "nonsense");
}

TEST_CASE("what is lost with a file is told", "[run]") {
  const std::string folder = interrupted();
  warnings_about("");
  const auto newest = data::Checkpoint::open_newest(test::comm(), folder);
  test::put_file(folder + "/toy/table.h5", "nonsense");
  Bench bench(folder, recording(5), snapshots_each_third, {0, 0.0}, newest.get());
  REQUIRE(warnings_about("table.h5 is without the 10 rows of the steps up to 5") == test::comm().size());
}

TEST_CASE("a table of other columns is not gone on with", "[run]") {
  const std::string folder = interrupted();
  data::Table other(test::comm());
  other.add<double>("y");
  data::TableFile(test::comm(), folder + "/toy/table.h5", other, "", false, 0).close();
  warnings_about("");
  const auto newest = data::Checkpoint::open_newest(test::comm(), folder);
  Bench bench(folder, recording(5), snapshots_each_third, {0, 0.0}, newest.get());
  REQUIRE(warnings_about("kept as table.h5.damaged") == test::comm().size());
}

}  // namespace tessera
