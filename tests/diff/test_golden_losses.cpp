// Objectives of action matching and their gradients, of those that PyTorch computed.
#include <cmath>

#include "action_loss.hpp"
#include "catch.hpp"
#include "data/io/hash.hpp"
#include "diff/gradients.hpp"
#include "diff/tangents.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

namespace {

const std::vector<std::string>& loss_cases() {
  static const std::vector<std::string> cases{
      "am_const",    "am_weight_1mt",        "am_weight_t3_importance", "eam_exact", "eam_hutchinson",
      "uam_lambda1", "uam_lambda_half_mass", "eam_annealed_weight_1mt", "euam"};
  return cases;
}

std::uint64_t hash_of(const Array1<double>& values) { return data::hash_values(values.data(), values.extent(0), 0); }

}  // namespace

TEST_CASE("objectives of action matching and their gradients are those of PyTorch", "[diff]") {
  const std::string path = action_data("losses_and_gradients");
  int compared = 0;
  for (const auto& network : action_networks()) {
    if (network.form == ActionForm::vector) continue;
    const Action action(network, path, network.name + "/net");
    for (const auto& name : loss_cases()) {
      const std::string group = network.name + "/" + name;
      if (!has_stored(path, group)) continue;
      for (const bool is_frozen : {false, true}) {
        INFO(group << (is_frozen ? ", frozen" : ""));
        ActionLoss loss(comm(), action, path, network.name, group, is_frozen);
        loss.evaluate(action.parameters().values());
        CHECK_THAT(loss.loss(), WithinRel(read_stored(path, group + "/loss").numbers[0], 1e-12));
        CHECK_THAT(loss.interior(), WithinRel(read_stored(path, group + "/interior").numbers[0], 1e-12));
        const double share = 1.0 / static_cast<double>(loss.num_rows());
        CHECK(action.largest_difference(loss.gradient(), share, path, group + "/d") < 1e-11);
        const auto mine = hash_of(loss.gradient());
        CHECK(comm().all_reduce(mine, Op::min) == comm().all_reduce(mine, Op::max));
        const Comm alone = comm().split(comm().rank());
        ActionLoss again(alone, action, path, network.name, group, is_frozen);
        again.evaluate(action.parameters().values());
        CHECK(hash_of(again.gradient()) == mine);
        CHECK(again.loss() == loss.loss());
        ++compared;
      }
    }
  }
  CHECK(compared >= 3 * 4 * 2);
}

// A constant added to the action changes nothing as long as the weight is constant: what is added at one end is taken
// off at the other.
TEST_CASE("the bias of an action's output has exactly no gradient", "[diff]") {
  const std::string path = action_data("losses_and_gradients");
  const auto& network = action_networks().front();
  const Action action(network, path, network.name + "/net");
  for (const char* name : {"eam_exact", "eam_hutchinson"}) {
    ActionLoss loss(comm(), action, path, network.name, network.name + "/" + name, true);
    loss.evaluate(action.parameters().values());
    const auto& bias = action.parameters().slices().back();
    CHECK(bias.size() == 1);
    CHECK(loss.gradient()(bias.first) == 0.0);
    CHECK(loss.gradient()(bias.first - 1) != 0.0);
  }
}

TEST_CASE("objectives of score matching and their gradients are those of PyTorch", "[diff]") {
  const std::string path = action_data("losses_and_gradients");
  const auto& network = action_networks().back();
  const Action action(network, path, network.name + "/net");
  constexpr std::int64_t block_rows = 8;
  for (const std::string name : {"sm_exact", "ssm", "dsm_noise_prediction"}) {
    INFO(name);
    Graph graph(block_rows);
    const Node t = graph.input(1), x = graph.input(network.dim), z = graph.input(network.dim);
    const Node v = action(t, x);
    Node loss = 0.5 * row_sum(square(v));
    if (name == "sm_exact") {
      for (std::int64_t n = 0; n < network.dim; ++n)
        loss = loss + slice(tangent(v, {{x, axis(graph, network.dim, n)}}), n, 1);
    } else if (name == "ssm") {
      loss = loss + row_sum(z * tangent(v, {{x, z}}));
    } else {
      loss = row_sum(square(v - z));
    }
    Objective objective(comm(), action.parameters(), loss);
    const auto times = read_rows(path, network.name + "/t"), places = read_rows(path, network.name + "/x_t"),
               others = read_rows(path, network.name + (name == "ssm" ? "/probe" : "/noise"));
    const auto total = static_cast<std::int64_t>(times.extent(0));
    objective.clear();
    for (std::int64_t first = 0; first < total; first += block_rows) {
      if (first / block_rows % comm().size() != comm().rank()) continue;
      const auto count = std::min(block_rows, total - first);
      objective.program().load(t, times, first, count);
      objective.program().load(x, places, first, count);
      objective.program().load(z, others, first, count);
      objective.add(action.parameters().values(), count);
    }
    objective.reduce();
    const std::string group = network.name + "/" + name;
    const double share = 1.0 / static_cast<double>(total);
    CHECK_THAT(share * objective.loss(), WithinRel(read_stored(path, group + "/loss").numbers[0], 1e-12));
    CHECK(action.largest_difference(objective.gradient(), share, path, group + "/d") < 1e-11);
  }
}
