// The conservation layer and its reverse rule against the library, in single configurations and in batches.
#include "catch.hpp"
#include "diff/equivariant/golden_layout.hpp"
#include "learn/trajcast/conservation.hpp"
#include "learn/trajcast/symmetric_inverse.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::learn::trajcast;
using namespace tessera::test;

namespace {

const RankSum one_rank = [](ExactSum*, int) {};

struct Case {
  std::string name;
  bool turns;
  std::optional<std::array<double, 3>> momentum = {}, angular_momentum = {};
};
const std::array<double, 3> zero{};
const std::vector<Case> cases{{"angular_from_input", true},
                              {"linear_and_angular_zero", true, zero, zero},
                              {"linear_from_input", false},
                              {"linear_zero", false, zero},
                              {"nonzero_targets", true, {{0.1, -0.2, 0.05}}, {{0.3, 0.1, -0.4}}}};

}  // namespace

TEST_CASE("corrections of momentum and their reverse rule are the library's", "[trajcast]") {
  for (const Case& example : cases)
    for (const int copies : {1, 3}) {
      INFO(example.name << ", " << copies << " at once");
      const auto read = [&](const char* what) {
        const auto one = primitive("conservation/" + example.name + "/" + what).numbers;
        std::vector<double> all;
        for (int n = 0; n < copies; ++n) all.insert(all.end(), one.begin(), one.end());
        return all;
      };
      Hyperparameters p;
      p.displacement_scale = 0.05;
      p.velocity_scale = 0.011;
      p.conservation = example.turns ? Conservation::angular : Conservation::linear;
      p.momentum = example.momentum;
      p.angular_momentum = example.angular_momentum;
      Graph graph;
      graph.positions = read("positions");
      graph.velocities = read("velocities");
      graph.masses = read("masses");
      graph.num_atoms = static_cast<std::int64_t>(graph.masses.size());
      graph.num_configurations = copies;
      for (std::int64_t n = 0; n < graph.num_atoms; ++n)
        graph.configuration.push_back(static_cast<int>(n * copies / graph.num_atoms));
      ConservationLayer layer(p);
      auto target = read("raw_target"), cotangent = read("cotangent");
      layer.forward(graph, one_rank, target);
      CHECK(largest_difference(target, read("target")) < 1e-13);
      layer.reverse(graph, one_rank, cotangent);
      CHECK(largest_difference(cotangent, read("grad_raw_target")) < 1e-13);
    }
}

TEST_CASE("tensors of inertia are inverted, those of a line across it alone", "[trajcast]") {
  const std::array<std::array<double, 3>, 3> tensor{{{4.0, 1.0, -0.5}, {1.0, 3.0, 0.2}, {-0.5, 0.2, 5.0}}};
  const auto inverse = symmetric_inverse(tensor);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) {
      double sum = 0.0;
      for (std::size_t j = 0; j < 3; ++j) sum += tensor[i][j] * inverse[j][k];
      CHECK_THAT(sum, WithinAbs(i == k ? 1.0 : 0.0, 1e-15));
    }
  const auto line = symmetric_inverse({{{2.0, 0.0, 0.0}, {0.0, 1e-14, 0.0}, {0.0, 0.0, 2.0}}});
  CHECK(line[0][0] == 0.5);
  CHECK(line[1][1] == 0.0);
  const auto point = symmetric_inverse({});
  CHECK(point[0][0] == 0.0);
}
