// What holds for any weights: rotations, reflections, shifts, order, replicas, empty ranks; and slopes by differences.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "catch.hpp"
#include "diff/equivariant/golden_layout.hpp"
#include "learn/trajcast/network.hpp"
#include "sample_networks.hpp"

using namespace tessera;
using namespace tessera::learn::trajcast;
using namespace tessera::test;

namespace {

std::vector<double> run(const Hyperparameters& p, const Configuration& c, std::uint64_t seed = 5) {
  Network<double> network(p);
  network.set_weights(generated_weights(network.architecture(), seed));
  const Graph graph = graph_of(c, p.cutoff);
  Images<double> alone(graph.num_atoms);
  return network.forward(graph, alone);
}

using Matrix3 = std::array<double, 9>;

void turn(const Matrix3& by, std::vector<double>& vectors) {
  for (std::size_t n = 0; n < vectors.size(); n += 3) {
    const std::array<double, 3> v{vectors[n], vectors[n + 1], vectors[n + 2]};
    for (std::size_t i = 0; i < 3; ++i) vectors[n + i] = by[3 * i] * v[0] + by[3 * i + 1] * v[1] + by[3 * i + 2] * v[2];
  }
}

/// Turns by three angles, and inverts if asked.
Matrix3 rotation(double a, double b, double c, double sign) {
  const double ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b), cc = std::cos(c),
               sc = std::sin(c);
  return {sign * (ca * cb),
          sign * (ca * sb * sc - sa * cc),
          sign * (ca * sb * cc + sa * sc),
          sign * (sa * cb),
          sign * (sa * sb * sc + ca * cc),
          sign * (sa * sb * cc - ca * sc),
          sign * (-sb),
          sign * (cb * sc),
          sign * (cb * cc)};
}

}  // namespace

TEST_CASE("results turn and reflect with the configuration", "[trajcast]") {
  for (const int l_max : {1, 2, 3, 4}) {
    Hyperparameters p = sample_parameters();
    p.l_max = l_max;
    p.channels = l_max > 2 ? 4 : 8;
    const Configuration c = sample_configuration();
    auto expected = run(p, c);
    for (const double sign : {1.0, -1.0}) {
      const Matrix3 by = rotation(0.7, -1.1, 2.3, sign);
      Configuration turned = c;
      turn(by, turned.positions);
      turn(by, turned.velocities);
      turn(by, turned.cell);
      auto wanted = expected;
      turn(by, wanted);
      CHECK(largest_difference(run(p, turned), wanted) < 1e-12);
    }
  }
}

TEST_CASE("results do not depend on the origin and follow the order of atoms", "[trajcast]") {
  const Hyperparameters p = sample_parameters();
  const Configuration c = sample_configuration();
  const auto expected = run(p, c);
  Configuration shifted = c;
  for (std::size_t n = 0; n < shifted.positions.size(); ++n) shifted.positions[n] += n % 3 == 1 ? 0.83 : -0.37;
  CHECK(largest_difference(run(p, shifted), expected) < 1e-12);

  std::vector<std::size_t> order{4, 0, 8, 2, 6, 1, 3, 7, 5};
  Configuration permuted = c;
  auto wanted = expected;
  for (std::size_t n = 0; n < order.size(); ++n) {
    for (std::size_t i = 0; i < 3; ++i) {
      permuted.positions[3 * n + i] = c.positions[3 * order[n] + i];
      permuted.velocities[3 * n + i] = c.velocities[3 * order[n] + i];
    }
    permuted.masses[n] = c.masses[order[n]];
    permuted.species[n] = c.species[order[n]];
    for (std::size_t i = 0; i < 6; ++i) wanted[6 * n + i] = expected[6 * order[n] + i];
  }
  CHECK(largest_difference(run(p, permuted), wanted) < 1e-12);
}

TEST_CASE("every copy in a replicated cell gets the same result", "[trajcast]") {
  const Hyperparameters p = sample_parameters();
  const Configuration c = sample_configuration();
  const auto expected = run(p, c);
  Configuration twice = c;
  std::vector<double> wanted = expected;
  const auto append_all = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  append_all(twice.velocities, c.velocities);
  append_all(twice.masses, c.masses);
  append_all(twice.species, c.species);
  append_all(wanted, expected);
  for (std::size_t n = 0; n < c.positions.size(); ++n) twice.positions.push_back(c.positions[n] + c.cell[3 + n % 3]);
  for (std::size_t k = 3; k < 6; ++k) twice.cell[k] *= 2.0;
  CHECK(largest_difference(run(p, twice), wanted) < 1e-12);
}

TEST_CASE("momentum is conserved, and angular momentum of a molecule", "[trajcast]") {
  Hyperparameters p = sample_parameters();
  Configuration c = sample_configuration();
  c.is_periodic = {false, false, false};
  for (const bool is_at_rest : {false, true}) {
    p.conservation = Conservation::angular;
    if (is_at_rest) p.momentum = p.angular_momentum = {0.0, 0.0, 0.0};
    const auto target = run(p, c);
    std::array<double, 3> momentum{}, angular{}, centre{};
    double mass = 0.0;
    for (const double m : c.masses) mass += m;
    const auto position = [&](std::size_t n, std::size_t i) {
      return c.positions[3 * n + i] + p.displacement_scale * target[6 * n + i];
    };
    for (std::size_t n = 0; n < c.masses.size(); ++n)
      for (std::size_t i = 0; i < 3; ++i) {
        momentum[i] += c.masses[n] * p.velocity_scale * target[6 * n + 3 + i];
        centre[i] += c.masses[n] * position(n, i) / mass;
        if (!is_at_rest) momentum[i] -= c.masses[n] * c.velocities[3 * n + i];
      }
    std::array<double, 3> old_centre{};
    for (std::size_t n = 0; n < c.masses.size(); ++n)
      for (std::size_t i = 0; i < 3; ++i) old_centre[i] += c.masses[n] * c.positions[3 * n + i] / mass;
    for (std::size_t n = 0; n < c.masses.size(); ++n)
      for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
        angular[i] += c.masses[n] * p.velocity_scale *
                      ((position(n, j) - centre[j]) * target[6 * n + 3 + k] -
                       (position(n, k) - centre[k]) * target[6 * n + 3 + j]);
        if (!is_at_rest)
          angular[i] -= c.masses[n] * ((c.positions[3 * n + j] - old_centre[j]) * c.velocities[3 * n + k] -
                                       (c.positions[3 * n + k] - old_centre[k]) * c.velocities[3 * n + j]);
      }
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK_THAT(momentum[i], WithinAbs(0.0, 1e-12));
      CHECK_THAT(angular[i], WithinAbs(0.0, 1e-11));
    }
  }
}

TEST_CASE("atoms at rest, alone, or none at all", "[trajcast]") {
  Hyperparameters p = sample_parameters();
  p.conservation = Conservation::angular;
  Configuration c = sample_configuration();
  std::fill(c.velocities.begin(), c.velocities.end(), 0.0);
  for (const double x : run(p, c)) CHECK(std::isfinite(x));
  Configuration alone;
  alone.cell = c.cell;
  alone.positions = {0.1, 0.2, 0.3};
  alone.velocities = {0.01, 0.0, -0.02};
  alone.masses = {12.0};
  alone.species = {1};
  const auto one = run(p, alone);
  CHECK_THAT(one[3] * p.velocity_scale, WithinAbs(0.01, 1e-14));  // its momentum is all there is
  Network<double> network(p);
  network.set_weights(generated_weights(network.architecture(), 5));
  Graph empty;
  Images<double> nothing(0);
  CHECK(network.forward(empty, nothing, true).empty());
  std::vector<double> gradient;
  network.reverse(empty, nothing, {}, gradient);
  REQUIRE(gradient.size() == static_cast<std::size_t>(network.num_weights()));
  CHECK(std::all_of(gradient.begin(), gradient.end(), [](double g) { return g == 0.0; }));
}

namespace {

/// The gradient of a network against slopes of its weights. With knots, through tables that begin at `shortest`.
void check_gradient(Conservation conservation, bool has_ghosts, int num_knots, double shortest) {
  Hyperparameters p = sample_parameters();
  p.channels = 4;
  p.conservation = conservation;
  Network<double> network(p);
  auto weights = generated_weights(network.architecture(), 11);
  Graph graph;
  std::vector<int> owners;
  append(graph, sample_configuration(), p.cutoff, has_ghosts ? &owners : nullptr);
  Images<double> images(graph.num_atoms, owners);
  std::vector<double> cotangent(static_cast<std::size_t>(6 * graph.num_atoms)), gradient;
  for (std::size_t n = 0; n < cotangent.size(); ++n) cotangent[n] = std::sin(0.3 + 2.1 * static_cast<double>(n));
  const auto set = [&](const std::vector<double>& w) {
    network.set_weights(w);
    if (num_knots > 0) network.tabulate(num_knots, shortest);
  };
  const auto value = [&](const std::vector<double>& w) {
    set(w);
    const auto target = network.forward(graph, images);
    return std::inner_product(target.begin(), target.end(), cotangent.begin(), 0.0);
  };
  set(weights);
  network.forward(graph, images, true);
  network.reverse(graph, images, cotangent, gradient);
  for (const auto& tensor : network.architecture().tensors)
    for (const std::int64_t n : {std::int64_t{0}, tensor.size() / 3, tensor.size() - 1}) {
      const auto place = static_cast<std::size_t>(tensor.first + n);
      const double step = 1e-6, old = weights[place];
      weights[place] = old + step;
      const double above = value(weights);
      weights[place] = old - step;
      const double below = value(weights);
      weights[place] = old;
      INFO(tensor.name << " " << n);
      const double slope = (above - below) / (2.0 * step);
      CHECK_THAT(gradient[place], WithinAbs(slope, 2e-8 + 1e-6 * std::fabs(slope)));
    }
}

}  // namespace

TEST_CASE("gradients are slopes, with ghosts and without", "[trajcast]") {
  for (const Conservation conservation : {Conservation::none, Conservation::linear, Conservation::angular})
    for (const bool has_ghosts : {false, true}) check_gradient(conservation, has_ghosts, 0, 0.0);
}

TEST_CASE("gradients through tables are slopes, of edges within them and shorter ones", "[trajcast]") {
  const double cutoff = sample_parameters().cutoff;
  // Few knots, so that what was interpolated is not what networks would have said.
  check_gradient(Conservation::linear, false, 8, 0.01 * cutoff);
  check_gradient(Conservation::linear, true, 12, 0.7 * cutoff);
}

TEST_CASE("initial weights are the same for a seed, of unit variance, with roots n pi", "[trajcast]") {
  const Architecture architecture(sample_parameters());
  const auto weights = initial_weights(architecture, 3);
  REQUIRE(static_cast<std::int64_t>(weights.size()) == architecture.num_weights);
  CHECK(weights == initial_weights(architecture, 3));
  CHECK(weights != initial_weights(architecture, 4));
  CHECK_THAT(weights[1], WithinRel(2.0 * 3.14159265358979323846, 1e-15));
  double sum = 0.0, square = 0.0;
  for (std::size_t n = 8; n < weights.size(); ++n) {
    sum += weights[n];
    square += weights[n] * weights[n];
  }
  const auto count = static_cast<double>(weights.size() - 8);
  CHECK(std::fabs(sum / count) < 4.0 / std::sqrt(count));
  CHECK(std::fabs(square / count - 1.0) < 6.0 / std::sqrt(count));
}

TEST_CASE("what a network refuses", "[trajcast]") {
  Hyperparameters p = sample_parameters();
  p.l_max = 5;
  CHECK_THROWS_WITH(Network<double>(p), Contains("rotation order is 1 to 4, not 5"));
  p = sample_parameters();
  p.cutoff = 0.0;
  CHECK_THROWS_WITH(Network<double>(p), Contains("cutoff"));
}
