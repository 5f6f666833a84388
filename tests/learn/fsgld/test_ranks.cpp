// Chains that do not know how many ranks there are, and that go on as if nothing had happened.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "chain_moments.hpp"
#include "client_table.hpp"
#include "data/io/hash.hpp"
#include "learn/fsgld/draws.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

namespace {

struct Variant {
  const char* name;
  SamplerParams params;
};

std::vector<Variant> variants() {
  std::vector<Variant> all;
  SamplerParams params;
  params.chains = 7;
  params.updates = 60;
  params.local_updates = 4;
  params.batch = 6;
  params.step.size = 1e-3;
  params.model = {.kind = ModelKind::logistic, .constant = true};
  all.push_back({"DSGLD", params});
  params.surrogates = SurrogateParams{.kind = SurrogateKind::sgld, .draws = 60, .burn_in = 10};
  params.surrogates->radius = 3.0;
  params.schedule.visits.kind = Visits::by_rows;
  params.schedule.availability = {0.7};
  all.push_back({"FSGLD, sampled surrogates", params});
  params.schedule = {.kind = ScheduleKind::permutation};
  params.surrogates = SurrogateParams{.kind = SurrogateKind::affine};
  params.step.rule.rule = Rule::hamiltonian;
  all.push_back({"FSGLD, affine, SGHMC", params});
  params.surrogates.reset();
  params.control = Control::svrg;
  params.step.rule.rule = Rule::langevin;
  all.push_back({"SVRG-LD", params});
  params.anchor_rounds = 3;
  all.push_back({"SVRG-LD, anchors of three rounds", params});
  params.control = Control::saga;
  params.schedule = {};
  all.push_back({"SAGA-LD", params});
  params.control = Control::anchor;
  all.push_back({"SGLD-CV", params});
  params.control = Control::none;
  params.step.rule.rule = Rule::rmsprop;
  params.model = {.kind = ModelKind::network, .hidden = {5, 4}};
  all.push_back({"network, RMSprop", params});
  params.batch = 0;
  all.push_back({"network, RMSprop, all rows", params});
  return all;
}

/// Collective. Of the states of all chains after so many updates by ranks of `group`.
std::vector<double> states_after(const Comm& group, const Variant& variant, std::int64_t updates) {
  const std::int64_t width = 3;
  const auto shards = two_classes(width, {20, 33, 8, 41, 15}, 3);
  Sampling sampling(11, variant.params, client_table(group, width, shards), width);
  Records records;
  sampling.sampler().advance(updates, records);
  return sampling.sampler().all_parameters();
}

}  // namespace

TEST_CASE("chains are the same on any number of ranks, to the last bit", "[fsgld]") {
  const Comm alone = comm().split(comm().rank());
  for (const auto& variant : variants()) {
    INFO(variant.name);
    const auto states = states_after(comm(), variant, 60);
    CHECK(states == states_after(alone, variant, 60));
    CHECK(std::all_of(states.begin(), states.end(), [](double x) { return std::isfinite(x); }));
  }
}

TEST_CASE("draws come home in the order of chains and updates, and are summarised alike", "[fsgld]") {
  const Comm alone = comm().split(comm().rank());
  const Variant variant = variants().front();
  const std::int64_t width = 3;
  const auto shards = two_classes(width, {20, 33, 8, 41, 15}, 3);
  std::vector<std::vector<double>> summaries;
  for (const Comm& group : {comm(), alone}) {
    Sampling sampling(11, variant.params, client_table(group, width, shards), width);
    Draws draws(group, variant.params.chains, sampling.sampler().dimensions());
    data::Table table(group);
    draws.add_columns(table);
    for (int step = 0; step < 3; ++step) {
      Records records;
      sampling.sampler().advance(20, records);
      table.clear();
      draws.add(records);
      draws.append_new(table);
      REQUIRE(table.num_global() == 20 * variant.params.chains);
      std::vector<std::int64_t> all(static_cast<std::size_t>(table.num_global()));
      for (std::size_t n = 0; n < all.size(); ++n) all[n] = static_cast<std::int64_t>(n);
      const auto chain = table.gather<std::int64_t>("chain", all), update = table.gather<std::int64_t>("update", all);
      for (std::size_t n = 0; n < all.size(); ++n) {
        CHECK(chain[n] == static_cast<std::int64_t>(n) / 20);
        CHECK(update[n] == 20 * step + 1 + static_cast<std::int64_t>(n) % 20);
      }
    }
    std::vector<double> numbers;
    for (const auto& s : draws.summarise())
      numbers.insert(numbers.end(), {s.mean, s.sd, s.mcse, s.q05, s.median, s.q95, s.rhat, s.ess_bulk, s.ess_tail});
    summaries.push_back(numbers);
  }
  CHECK(summaries[0] == summaries[1]);
}

TEST_CASE("draws of decreasing steps count as much as these", "[fsgld]") {
  Variant variant = variants().front();
  variant.params.step.offset = 5.0;
  variant.params.step.exponent = 0.8;
  const std::int64_t width = 3;
  const auto shards = two_classes(width, {20, 33, 8, 41, 15}, 3);
  Sampling sampling(11, variant.params, client_table(comm(), width, shards), width);
  Draws draws(comm(), variant.params.chains, sampling.sampler().dimensions(), variant.params.step);
  data::Table table(comm());
  draws.add_columns(table);
  Records records;
  sampling.sampler().advance(40, records);
  draws.add(records);
  draws.append_new(table);
  std::vector<std::int64_t> all(static_cast<std::size_t>(table.num_global()));
  for (std::size_t n = 0; n < all.size(); ++n) all[n] = static_cast<std::int64_t>(n);
  const auto update = table.gather<std::int64_t>("update", all);
  const auto weight = table.gather<double>("weight", all), theta = table.gather<double>("theta", all);
  double total = 0.0, sum = 0.0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    CHECK(weight[n] == Approx(std::pow(1.0 + static_cast<double>(update[n] - 1) / 5.0, -0.8)));
    total += weight[n];
    sum += weight[n] * theta[n * theta.size() / all.size()];
  }
  CHECK(draws.summarise().front().mean == Approx(sum / total).epsilon(1e-12));
}
