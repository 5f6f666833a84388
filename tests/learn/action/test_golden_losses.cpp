// Objectives of learning and their gradients, of those that PyTorch computed.
#include <cmath>

#include "catch.hpp"
#include "data/io/hash.hpp"
#include "golden_rows.hpp"

using namespace tessera;
using namespace tessera::learn::action;
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

TEST_CASE("objectives of action matching and their gradients are those of PyTorch", "[action]") {
  const std::string path = action_data("losses_and_gradients");
  int compared = 0;
  for (const auto& golden : golden_networks()) {
    if (golden.form == Form::vector) continue;
    const auto network = read_network(golden, path, golden.name + "/net");
    const auto& values = network.parameters().values();
    for (const auto& name : loss_cases()) {
      const std::string group = golden.name + "/" + name;
      if (!has_stored(path, group)) continue;
      INFO(group);
      const GoldenRows rows(path, golden.name, group, golden);
      RowObjective objective(comm(), network, rows.layout, rows.dynamics);
      objective.evaluate(rows.rows, values);
      const double share = 1.0 / static_cast<double>(rows.count);
      const auto part = [&](const char* dataset) { return read_stored(path, group + "/" + dataset).numbers.front(); };
      CHECK_THAT(share * objective.loss(), WithinRel(part("loss"), 1e-12));
      CHECK_THAT(share * objective.interior(), WithinRel(part("interior"), 1e-12));
      CHECK(largest_difference(network, objective.gradient(), share, path, group + "/d") < 1e-11);
      const auto mine = hash_of(objective.gradient());
      CHECK(comm().all_reduce(mine, Op::min) == comm().all_reduce(mine, Op::max));
      const Comm alone = comm().split(comm().rank());
      RowObjective again(alone, network, rows.layout, rows.dynamics);
      again.evaluate(rows.rows, values);
      CHECK(hash_of(again.gradient()) == mine);
      CHECK(again.loss() == objective.loss());
      ++compared;
    }
  }
  CHECK(compared >= 3 * 4);
}

// A constant added to the action changes nothing as long as the weight is constant: what is added at one end is taken
// off at the other.
TEST_CASE("the bias of an action's output has exactly no gradient", "[action]") {
  const std::string path = action_data("losses_and_gradients");
  const auto& golden = golden_networks().front();
  const auto network = read_network(golden, path, golden.name + "/net");
  const auto& bias = network.parameters().slices().back();
  CHECK(bias.size() == 1);
  const auto gradient_of = [&](const std::string& name, std::int64_t place) {
    const GoldenRows rows(path, golden.name, golden.name + "/" + name, golden);
    RowObjective objective(comm(), network, rows.layout, rows.dynamics);
    objective.evaluate(rows.rows, network.parameters().values());
    return objective.gradient()(place);
  };
  for (const char* name : {"am_const", "eam_exact", "eam_hutchinson"}) {
    if (!has_stored(path, golden.name + "/" + name)) continue;
    INFO(name);
    CHECK(gradient_of(name, bias.first) == 0.0);
    CHECK(gradient_of(name, bias.first - 1) != 0.0);
  }
  CHECK(gradient_of("euam", bias.first) != 0.0);  // growth tells how large the action is
}

TEST_CASE("objectives of fields and their gradients are those of PyTorch", "[action]") {
  const std::string path = action_data("losses_and_gradients");
  const auto& golden = golden_networks().back();
  const auto network = read_network(golden, path, golden.name + "/net");
  struct Case {
    std::string name;
    Method method;
    double weight;  // the denoising loss has no 1/2
    std::string others;
  };
  for (const auto& one : {Case{"sm_exact", Method::score, 1.0, ""}, Case{"ssm", Method::sliced_score, 1.0, "probe"},
                          Case{"dsm_noise_prediction", Method::flow, 2.0, "noise"}}) {
    INFO(one.name);
    RowLayout layout{.dimensions = golden.dim, .method = one.method};
    layout.probes = one.method == Method::sliced_score ? 1 : 0;
    const auto rows = golden_field_rows(path, golden.name, layout, one.weight, one.others);
    RowObjective objective(comm(), network, layout);
    objective.evaluate(rows, network.parameters().values());
    const std::string group = golden.name + "/" + one.name;
    const double share = static_cast<double>(layout.width()) / static_cast<double>(rows.size());
    CHECK_THAT(share * objective.loss(), WithinRel(read_stored(path, group + "/loss").numbers[0], 1e-12));
    CHECK(largest_difference(network, objective.gradient(), share, path, group + "/d") < 1e-11);
  }
}
