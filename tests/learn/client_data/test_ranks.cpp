// The same table on any number of ranks, and after a restart.
#include "client_run.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/table_file.hpp"
#include "run/registry.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

namespace {

/// By all ranks together, and by one and the others apart.
void check_ranks(const std::string& keys) {
  INFO(keys);
  const Comm part = comm().split(comm().is_root() ? 0 : 1);
  auto whole = started_data(keys), apart = started_data(keys, part);
  CHECK(whole_table(*whole->table()) == whole_table(*apart->table()));
  const auto reports = whole->reports(), others = apart->reports();
  REQUIRE(reports.size() == others.size());
  for (std::size_t n = 0; n < reports.size(); ++n) CHECK(reports[n].rows == others[n].rows);
}

const std::string seven_shards = "[stage.synthetic]\nkind = \"classes\"\nrows = 501\n[stage.sharding]\nclients = 7\n";

}  // namespace

TEST_CASE("federated data do not depend on the number of ranks", "[fsgld][ranks]") {
  check_ranks("held_out = 0.1\nstandardise = true\n[stage.synthetic]\nclients = 5\nrows = 31\n");
  check_ranks("standardise_response = true\n[stage.synthetic]\nkind = \"linear\"\nsizes = [3, 50, 9]\n");
  check_ranks("[stage.synthetic]\nkind = \"logistic\"\nclients = 3\nheterogeneity = 0.5\n");
  check_ranks("held_out = 41\nbalanced_held_out = true\nstandardise = true\n" + seven_shards);
  check_ranks(seven_shards + "kind = \"dirichlet\"\nconcentration = 1.5\n");
  check_ranks(seven_shards + "kind = \"beta\"\na = 2.0\n");
  check_ranks(
      "[stage.synthetic]\nkind = \"clusters\"\nclasses = 6\nrows = 300\nfeatures = 11\n[stage.pairs]\n"
      "clients = 3\ncomponents = 4\nsimilar_pairs = 50\ndissimilar_pairs = 41\nheld_out_pairs = 20\n");
}

TEST_CASE("federated data after a restart", "[fsgld][restart]") {
  const std::string keys = "held_out = 0.1\nstandardise = true\n" + seven_shards;
  auto whole = started_data(keys);
  const std::string folder = scratch_folder();
  data::write_checkpoint(comm(), folder, {}, {{"stage", [&](data::StateWriter& writer) { whole->save(writer); }}});
  ClientDataStage again({comm(), "a", 5, {}}, read_stage<ClientDataParams>(keys));
  again.restore(*data::Checkpoint::open_newest(comm(), folder)->section("stage"));
  CHECK(again.table()->num_global() == 0);  // what is in the file already
  CHECK(again.series_values() == whole->series_values());
  const auto reports = again.reports(), before = whole->reports();
  REQUIRE(reports.size() == 2);
  for (std::size_t n = 0; n < 2; ++n) {
    CHECK(reports[n].file == before[n].file);
    CHECK(reports[n].rows == before[n].rows);
    REQUIRE(reports[n].columns.size() == before[n].columns.size());
    CHECK(reports[n].columns.back().name == before[n].columns.back().name);
  }
  REQUIRE(again.results().size() == whole->results().size());
  CHECK(again.results().back().value == whole->results().back().value);
}

TEST_CASE("federated data in the loop", "[client_data]") {
  const std::string stages = "[[stage]]\nname = \"a\"\ntype = \"client_data\"\nheld_out = 50\n" + seven_shards;
  const auto folder = run_stages(run::standard_registry(), stages);
  const auto table = data::read_table(comm(), folder + "/a/table.h5");
  CHECK(whole_table(table) == data_with("held_out = 50\n" + seven_shards));
  CHECK(result_of(folder, "clients") == 7.0);
  CHECK(result_of(folder, "rows for training") == 451.0);
  CHECK(result_of(folder, "rows held out") == 50.0);
  CHECK(result_of(folder, "largest shard") == 65.0);
  CHECK_THAT(content_of(folder + "/a/clients.csv"), Contains("client,rows,share_0,share_1\n0,6"));
  run_stages(run::standard_registry(), stages, comm(), folder);  // gone on with: nothing is added
  CHECK(data::read_table(comm(), folder + "/a/table.h5").num_global() == 501);
}
