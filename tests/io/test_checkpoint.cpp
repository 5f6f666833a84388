#include <filesystem>
#include <numeric>

#include "base/agree.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// Shares of equal size, but for one row.
bool is_even(const Comm& comm, std::size_t rows) {
  const auto here = static_cast<std::int64_t>(rows);
  return comm.all_reduce(here, Op::max) - comm.all_reduce(here, Op::min) <= 1;
}

}  // namespace

TEST_CASE("a checkpoint gives every rank its rows back, bit for bit", "[io]") {
  const std::string folder = scratch_folder();
  const Sample sample(comm());
  const auto written = write_sample(comm(), folder, sample);
  REQUIRE(written.serial == 1);
  REQUIRE(written.folder == folder + "/checkpoint/checkpoint_000001");
  const auto checkpoint = Checkpoint::open_newest(comm(), folder);
  REQUIRE(checkpoint != nullptr);
  const auto& info = checkpoint->info();
  REQUIRE((info.stage == 2 && info.step == 1000 && info.serial == 1 && info.ranks == comm().size()));
  REQUIRE((info.seed == 4000000000U && info.deck_hash == "0123456789abcdef" && info.folder == written.folder));
  REQUIRE((checkpoint->has_section("first") && !checkpoint->has_section("third")));
  REQUIRE_ALL(rows_here(read_sample(comm(), *checkpoint)) == rows_here(sample));
  REQUIRE(checkpoint->section("first")->same_ranks());
}

TEST_CASE("a checkpoint is read on any number of ranks, in the same order and even shares", "[io]") {
  const int few = GENERATE(1, 2, 3);
  const bool writes_on_few = GENERATE(true, false);
  if (few >= comm().size()) return;
  const std::string folder = scratch_folder();
  const bool is_in = comm().rank() < few;
  const Comm part = comm().split(is_in ? 0 : 1);
  const auto write_on = [&](const Comm& ranks) {
    const Sample sample(ranks);
    write_sample(ranks, folder, sample);
    return rows_of_all(ranks, sample);
  };
  const auto read_on = [&](const Comm& ranks) {
    const auto checkpoint = Checkpoint::open_newest(ranks, folder);
    const Sample read = read_sample(ranks, *checkpoint);
    if (checkpoint->section("first")->same_ranks()) throw Error::internal("said to be as many ranks");
    if (!is_even(ranks, read.numbers.size()) || read.reals.size() != 3 * read.numbers.size())
      throw Error::internal("uneven shares");
    return rows_of_all(ranks, read);
  };
  std::vector<std::vector<std::uint64_t>> written, read;
  std::string problem;
  try {
    if (writes_on_few && is_in) written = write_on(part);
    if (!writes_on_few) written = write_on(comm());
  } catch (const Error& error) {
    problem = error.what();
  }
  REQUIRE_ALL(problem.empty());
  try {
    if (writes_on_few) read = read_on(comm());
    if (!writes_on_few && is_in) read = read_on(part);
  } catch (const Error& error) {
    problem = error.what();
  }
  INFO(problem);
  REQUIRE_ALL(problem.empty());
  REQUIRE_ALL(!is_in || read == written);
}

TEST_CASE("a checkpoint may be without any particle", "[io]") {
  const std::string folder = scratch_folder();
  write_sample(comm(), folder, Sample(comm(), 0));
  const auto checkpoint = Checkpoint::open_newest(comm(), folder);
  const Sample read = read_sample(comm(), *checkpoint);
  REQUIRE_ALL(read.particles.num_owned() == 0);
  REQUIRE_ALL(read.reals.empty());
}

TEST_CASE("a checkpoint of many rows takes several chunks", "[io]") {
  const std::string folder = scratch_folder();
  const Sample sample(comm(), 150001);
  write_sample(comm(), folder, sample);
  const auto checkpoint = Checkpoint::open_newest(comm(), folder);
  REQUIRE_ALL(rows_here(read_sample(comm(), *checkpoint)) == rows_here(sample));
}

TEST_CASE("what is missing or of another kind in a checkpoint is named", "[io]") {
  const std::string folder = scratch_folder();
  write_sample(comm(), folder, Sample(comm()));
  const auto checkpoint = Checkpoint::open_newest(comm(), folder);
  const auto reader = checkpoint->section("first");
  const std::string file = folder + "/checkpoint/checkpoint_000001/data.h5: ";
  std::int64_t number = 0;
  double value = 0.0;
  std::string text;
  std::vector<double> values;
  REQUIRE((reader->has("count") && reader->has("text") && reader->has("particles") && !reader->has("reals")));
  REQUIRE_THROWS_WITH(checkpoint->section("third"), Contains(file + "/third: there is no such group"));
  REQUIRE_THROWS_WITH(reader->get("nothing", number), Contains(file + "/first: there is no attribute 'nothing'"));
  REQUIRE_THROWS_WITH(reader->get("value", number), Contains(file + "/first: attribute 'value': 1 integer"));
  REQUIRE_THROWS_WITH(reader->get("count", value), Contains(file + "/first: attribute 'count': 1 real"));
  REQUIRE_THROWS_WITH(reader->get("list", text), Contains(file + "/first/list: holds values of another type"));
  REQUIRE_THROWS_WITH(reader->get("particles", values), Contains(file + "/first/particles: cannot be opened"));
  REQUIRE_THROWS_WITH(reader->get_rows("list", values, 1), Contains(file + "/first/list/rows_per_rank: there is no"));
  const auto second = checkpoint->section("second");
  REQUIRE_THROWS_WITH(second->get_rows("reals", values, 2), Contains(file + "/second/reals/values: 40 rows of 2"));
  Particles fewer(comm());
  add_standard_columns(fewer);
  REQUIRE_THROWS_WITH(reader->get_particles("particles", fewer), Contains("has 6 columns; 4 were expected"));
  Particles more = empty_particles(comm());
  more.add<double>("spin", 3, Column::saved);
  REQUIRE_THROWS_WITH(reader->get_particles("particles", more), Contains("there is no column 'spin'"));
}

TEST_CASE("names within a section are unique", "[io]") {
  const auto twice = [](StateWriter& writer) {
    writer.put("step", std::int64_t{1});
    writer.put("step", std::int64_t{2});
  };
  REQUIRE_THROWS_WITH(write_checkpoint(comm(), scratch_folder(), {}, {{"stage", twice}}), Contains("step"));
}

TEST_CASE("the newest two checkpoints are kept, and what dead runs left is removed", "[io]") {
  const std::string folder = scratch_folder(), place = folder + "/checkpoint";
  REQUIRE(Checkpoint::open_newest(comm(), folder) == nullptr);
  agree(comm(), [&] {
    if (comm().is_root()) {
      std::filesystem::create_directories(place + "/checkpoint_000001.partial/deep");
      std::filesystem::create_directories(place + "/checkpoint_notes");
    }
  });
  REQUIRE(Checkpoint::open_newest(comm(), folder) == nullptr);
  for (int version = 0; version < 4; ++version) {
    const auto info = write_sample(comm(), folder, Sample(comm(), 8, version));
    REQUIRE(info.serial == version + 1);
    REQUIRE(read_all(place + "/latest") == "checkpoint_00000" + std::to_string(version + 1) + "\n");
  }
  comm().barrier();
  const std::vector<std::string> names{"checkpoint_000003", "checkpoint_000004", "checkpoint_notes", "latest"};
  REQUIRE_ALL(list_folder(place) == names);
  REQUIRE(Checkpoint::open_newest(comm(), folder)->info().step == 1003);
}
