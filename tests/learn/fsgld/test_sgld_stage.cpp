// Whole runs: what stages of type "sgld" leave, how they go on after a stop, and what they say of decks and data that
// cannot be.
#include <cmath>

#include "client_table.hpp"
#include "data/io/table_file.hpp"
#include "learn/fsgld/sgld_type.hpp"
#include "stage_run.hpp"
#include "stoppable.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string run_sgld(const std::string& stages, const Comm& group = comm(), const std::string& place = "",
                     std::int64_t steps = 0) {
  run::Registry registry;
  registry.add(stoppable(learn::fsgld::make_sgld_type()));
  stop_after(steps);
  return run_stages(registry, stages, group, place);
}

/// Collective. A table.h5 of these shards.
std::string write_shards(std::int64_t width, const std::vector<Shard>& shards, const Shard& held_out = {}) {
  const std::string path = scratch_folder() + "/clients.h5";
  const data::Table table = client_table(comm(), width, shards, held_out);
  data::TableFile file(comm(), path, table, "", false, 0);
  file.append(table);
  file.close();
  return path;
}

std::string stage(const std::string& file, const std::string& keys) {
  return "[[stage]]\nname = \"chains\"\ntype = \"sgld\"\nfile = \"" + file + "\"\n" + keys;
}

const std::string logistic =
    "chains = 5\nupdates_per_step = 10\nlocal_updates = 4\nbatch = 6\nthin = 2\n"
    "step.size = 1e-3\nmodel.kind = \"logistic\"\nevaluation.training = true\n";

const std::string short_run = "updates = 130\nburn_in = 20\n";

std::string table_of(const std::string& folder) { return table_text(folder + "/chains/table.h5"); }
std::string series_of(const std::string& folder) { return content_of(folder + "/chains/series.csv"); }
std::string reports_of(const std::string& folder) {
  std::string all;
  for (const char* name : {"diagnostics.csv", "predictive.csv", "calibration.csv"})
    all += content_of(folder + "/chains/" + name);
  return all;
}

}  // namespace

TEST_CASE("chains that were stopped within a visit go on bit for bit, on any number of ranks", "[fsgld]") {
  const auto shards = two_classes(3, {20, 33, 8, 41, 15, 50}, 3);
  const auto path = write_shards(3, {shards.begin(), shards.end() - 1}, shards.back());
  for (const std::string& keys :
       {short_run + "surrogates = {kind = \"sgld\", draws = 50, radius = 1.0}\nschedule.availability = [0.7]\n",
        short_run + "control = \"svrg\"\nstep.rule = \"hamiltonian\"\n",
        short_run + "control = \"svrg\"\nanchor_rounds = 5\n", short_run + "control = \"saga\"\n",
        short_run + "step.rule = \"rmsprop\"\nstep.exponent = 0.6\n"}) {
    INFO(keys);
    const auto whole = run_sgld(stage(path, logistic + keys));
    const Comm alone = comm().split(comm().is_root() ? 0 : 1);
    const std::string place = scratch_folder() + "/alone";
    if (comm().is_root()) run_sgld(stage(path, logistic + keys), alone, place);
    comm().barrier();
    REQUIRE_ALL(table_of(whole) == table_of(place));
    REQUIRE_ALL(reports_of(whole) == reports_of(place));
    // The seventh step ends after 70 updates: two of a visit.
    const auto stopped = run_sgld(stage(path, logistic + keys), comm(), "", 7);
    REQUIRE_ALL(table_of(stopped) != table_of(whole));
    run_sgld(stage(path, logistic + keys), comm(), stopped);
    REQUIRE_ALL(table_of(stopped) == table_of(whole));
    REQUIRE_ALL(series_of(stopped) == series_of(whole));
    REQUIRE_ALL(reports_of(stopped) == reports_of(whole));
  }
}

TEST_CASE("where the posterior is known chains are compared with it, elsewhere with other chains", "[fsgld]") {
  const auto path = write_shards(2, stored_shards(fsgld_data("gauss_mean"), "blobs_notebook/shard_", ""));
  const std::string keys =
      "chains = 8\nupdates = 3000\nburn_in = 500\nthin = 5\nlocal_updates = 50\nprior.precision = [0.2]\n"
      "surrogates.kind = \"exact\"\n";
  const auto folder =
      run_sgld(stage(path, keys) + "[[stage]]\nname = \"again\"\ntype = \"sgld\"\nfile = \"" + path + "\"\n" + keys);
  CHECK(result_of(folder, "largest error of a mean, in deviations of the exact posterior", "chains") < 0.1);
  // The batch's noise: 2.36 times the posterior's variance, whatever the visits' lengths.
  CHECK(result_of(folder, "variance over that of the exact posterior, mean", "chains") == Approx(2.356).epsilon(0.06));
  CHECK(result_of(folder, "mean squared distance", "chains") == Approx(2.35527e-3).epsilon(0.06));
  CHECK(result_of(folder, "largest R-hat", "chains") < 1.02);
  CHECK(result_of(folder, "bytes that a chain takes along", "chains") == 32.0 + 16.0);
}

TEST_CASE("draws predict held-out rows", "[fsgld]") {
  const auto shards = two_classes(3, {200, 330, 80, 410, 150, 800}, 3);
  const auto path = write_shards(3, {shards.begin(), shards.end() - 1}, shards.back());
  const auto folder = run_sgld(stage(
      path,
      logistic + "surrogates.kind = \"laplace\"\nsurrogates.structure = \"full\"\nupdates = 600\nburn_in = 200\n"));
  // That of the parameters that the rows were made with.
  double best = 0.0;
  const auto& test = shards.back();
  for (std::size_t n = 0; n < test.y.size(); ++n) {
    const double eta = test.x[3 * n] + test.x[3 * n + 1] / std::sqrt(2.0) + test.x[3 * n + 2] / std::sqrt(3.0);
    best -= std::log1p(std::exp(test.y[n] > 0.5 ? -eta : eta)) / static_cast<double>(test.y.size());
  }
  CHECK(result_of(folder, "test: log of the mean likelihood") == Approx(best).margin(0.01));
  CHECK(result_of(folder, "test: calibration error") < 0.05);
}

TEST_CASE("decks of chains that cannot be say so", "[fsgld]") {
  const auto path = write_shards(2, {{{1.0, 2.0, 3.0, 4.0}, {0.0, 1.0}}, {{5.0, 6.0}, {1.0}}});
  const auto says = [&](const std::string& keys, const std::string& what) {
    CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 10\nmodel.kind = \"logistic\"\n" + keys)), Contains(what));
  };
  says("burn_in = 10\n", "10 of 10 updates: nothing is kept");
  says("schedule.visits = \"given\"\nschedule.probabilities = [0.5, 0.4]\n", "add up to 0.9; expected 1");
  says("schedule.visits = \"given\"\nschedule.probabilities = [1.0]\n", "1 probabilities for 2 clients");
  says("schedule.availability = [0.5, 0.5, 0.5]\n", "3 availabilities for 2 clients");
  says("schedule.kind = \"permutation\"\nschedule.visits = \"by_rows\"\n", "a permutation visits all clients equally");
  says("control = \"svrg\"\n[stage.surrogates]\n", "anchors take the place of surrogates");
  says("control = \"anchor\"\nbatch = 0\n", "expected batch above 0");
  says("surrogates.kind = \"exact\"\n", "not Gaussian in its parameters");
  says("prior.precision = [1.0, 2.0, 3.0]\n", "prior.precision: 3 numbers for 2 parameters");
  says("start = [1.0, 2.0, 3.0]\n", "start: 3 numbers for 2 parameters");
  says("data = \"chains\"\n", "expected one of data");
  says("privacy = {clip = 1.0, noise = 1.0}\nevaluation.training = true\n", "is not private");
  const auto formula_says = [&](const std::string& keys, const std::string& what) {
    CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 10\nmodel.kind = \"formula\"\n" + keys)), Contains(what));
  };
  formula_says("", "a likelihood without parameters");
  formula_says("model.parameters = [\"a\"]\n", "expected a formula of parameters, features and y");
  formula_says("model.parameters = [\"a\"]\nmodel.log_likelihood = \"-(y - a*z)^2\"\n", "unknown name 'z'");
  formula_says("model.parameters = [\"a\"]\nmodel.log_likelihood = \"-(y - a*x)^2\"\n",
               "1 names for 2 features of the data");
  CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 10\nmodel.kind = \"linear\"\nsurrogates.kind = \"exact\"\n")),
                    Contains("do not determine the parameters") && Contains("client"));
  CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 10\nmodel.kind = \"network\"\nmodel.hidden = []\n")),
                    Contains("without hidden layers"));
  CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 400\nstep.size = 1e3\nmodel.kind = \"linear\"\n")),
                    Contains("a chain has run away"));
}

TEST_CASE("data that cannot be name client and row", "[fsgld]") {
  const auto says = [&](const std::vector<Shard>& shards, const std::string& model, const std::string& what) {
    const auto path = write_shards(2, shards);
    CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 10\nmodel.kind = \"" + model + "\"\n")), Contains(what));
  };
  const Shard good{{1.0, 2.0, 3.0, 4.0}, {0.0, 1.0}};
  says({good, {{1.0, 2.0, 3.0, std::nan("")}, {0.0, 1.0}}}, "logistic", "row 2 of client 1 has the feature 2 = nan");
  says({good, {{1.0, 2.0}, {2.0}}}, "logistic", "row 1 of client 1 has the response 2");
  says({good, {}, good}, "logistic", "client 1 has no rows");
  says({{{1.0, 2.0}, {}}}, "logistic", "no responses (column `y`)");
  const auto path = scratch_folder() + "/not.h5";
  if (comm().is_root()) std::ofstream(path) << "not a table";
  comm().barrier();
  CHECK_THROWS_WITH(run_sgld(stage(path, "updates = 10\n")), Contains("not.h5"));
}
