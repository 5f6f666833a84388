// Training pairs whose atoms are spread over ranks: results, gradients and steps are those of whole configurations.
#include "learn/trajcast/domain_batch.hpp"

#include <algorithm>
#include <cmath>

#include "diff/equivariant/golden_layout.hpp"
#include "learn/trajcast/training.hpp"
#include "sample_networks.hpp"

using namespace tessera;
using namespace tessera::learn::trajcast;
using namespace tessera::test;

namespace {

TrainingPairs pairs_of(const std::string& name) {
  PairSourceParams params;
  params.trajectories.push_back({.file = data_path("trajcast/" + name + "_pairs.h5")});
  return read_pairs(comm(), params, 1, {});
}

std::vector<double> masses_of(const PairSet& pairs) {
  std::vector<double> masses;
  for (const auto& species : pairs.species()) masses.push_back(species.mass);
  return masses;
}

/// Of this pair alone, which the last rank has read.
PairSet alone_with(const Pair& pair, const std::vector<data::Species>& species) {
  std::vector<Pair> here;
  if (comm().rank() == comm().size() - 1) here.push_back(pair);
  return {comm(), species, 1.0, here};
}

Pair nine_atoms() {
  const Configuration c = sample_configuration();
  double vectors[3][3];
  for (std::size_t n = 0; n < 9; ++n) vectors[n / 3][n % 3] = c.cell[n];
  Pair pair;
  pair.box = data::Box::triclinic({0, 0, 0}, vectors);
  pair.type = c.species;
  pair.position = c.positions;
  pair.velocity = c.velocities;
  for (std::size_t n = 0; n < c.positions.size(); ++n) {
    pair.displacement.push_back(0.02 * std::sin(1.0 + 2.3 * static_cast<double>(n)));
    pair.new_velocity.push_back(0.9 * c.velocities[n]);
  }
  return pair;
}

Hyperparameters parameters_for(Conservation conservation) {
  auto p = sample_parameters();
  p.conservation = conservation;
  p.channels = 4;
  return p;
}

/// What a cotangent is like at a place of the pair.
double pull(std::int64_t place, std::int64_t k) { return std::sin(0.3 + static_cast<double>(6 * place + k)); }

/// Largest differences between a pair that is spread and the same as a whole, relative to the largest number.
struct Difference {
  double answer = 0.0, gradient = 0.0;
  std::int64_t least_atoms = 0, most_rows = 0, all_atoms = 0;  ///< over ranks
};

double largest(const std::vector<double>& numbers) {
  double most = 0.0;
  for (const double x : numbers) most = std::max(most, std::abs(x));
  return most;
}

Difference compare(const PairSet& pairs, std::int64_t number, const Hyperparameters& p, int num_knots = 0) {
  const auto network = make_trainable(p, Precision::double_);
  network->set_weights(generated_weights(network->architecture(), 5), num_knots, 1.2);
  const auto whole = make_pair_batch(pairs.gather({number}), p, masses_of(pairs));
  const auto expected = network->forward(whole.graph, nullptr, true);
  std::vector<double> cotangent(expected.size()), expected_gradient, gradient;
  for (std::size_t n = 0; n < cotangent.size(); ++n)
    cotangent[n] = pull(static_cast<std::int64_t>(n / 6), static_cast<std::int64_t>(n % 6));
  network->reverse(whole.graph, nullptr, cotangent, expected_gradient);

  DomainBatch domain(p, masses_of(pairs));
  domain.spread(pairs, number);
  const auto& graph = domain.batch().graph;
  const Spread spread{comm(), domain.ghosts()};
  const auto& answer = network->forward(graph, &spread, true);
  Difference difference;
  cotangent.clear();
  for (std::size_t n = 0; n < answer.size(); ++n) {
    const auto place = domain.places()[n / 6], k = static_cast<std::int64_t>(n % 6);
    const auto there = static_cast<std::size_t>(6 * place + k);
    difference.answer = std::max(difference.answer, std::abs(answer[n] - expected[there]));
    difference.answer = std::max(difference.answer, std::abs(domain.batch().target[n] - whole.target[there]));
    cotangent.push_back(pull(place, k));
  }
  difference.answer = comm().all_reduce(difference.answer, Op::max) / largest(expected);
  network->reverse(graph, &spread, cotangent, gradient);
  comm().all_reduce(gradient.data(), static_cast<int>(gradient.size()), Op::sum);
  difference.gradient = largest_difference(gradient, expected_gradient) / largest(expected_gradient);
  difference.least_atoms = -comm().all_reduce(-graph.num_atoms, Op::max);
  difference.most_rows = comm().all_reduce(graph.num_rows(), Op::max);
  difference.all_atoms = comm().all_reduce(graph.num_atoms, Op::sum);
  return difference;
}

void check_same(const PairSet& pairs, std::int64_t number, const Hyperparameters& p, int num_knots = 0) {
  const auto difference = compare(pairs, number, p, num_knots);
  CHECK(difference.all_atoms == pairs.gather({number}).front().num_atoms());
  CHECK(difference.answer < 1e-12);
  CHECK(difference.gradient < 1e-11);
}

TrainingParams training_params(Parallel parallel, Conservation conservation) {
  TrainingParams params;
  params.parallel = parallel;
  params.batch = 3;
  params.time_reversal = true;
  params.epochs = 2;
  params.network.l_max = 1;
  params.network.channels = 4;
  params.network.layers = 2;
  params.network.cutoff = 3.0;
  params.network.mlp = {8};
  params.network.conserve = conservation;
  return params;
}

}  // namespace

TEST_CASE("a crystal, molecules and thin cells that are spread over ranks give what they give whole", "[trajcast]") {
  const auto crystal = pairs_of("quartz").training, molecules = pairs_of("benzene").training;
  for (const std::int64_t number : {std::int64_t{0}, crystal.size() + 1}) {  // the second one is reversed
    INFO("pair " << number);
    check_same(crystal, number, parameters_for(Conservation::linear));
    check_same(crystal, number, parameters_for(Conservation::linear), 24);
    check_same(molecules, number, parameters_for(Conservation::angular));
  }
  const auto thin = alone_with(nine_atoms(), {{"O", 15.999}, {"Si", 28.086}});
  check_same(thin, 0, parameters_for(Conservation::linear));
  check_same(thin, 1, parameters_for(Conservation::none));
}

TEST_CASE("ranks without atoms take part, and molecules across the sides of a box are made whole", "[trajcast]") {
  const auto pairs = pairs_of("benzene").training;
  auto pair = pairs.gather({0}).front();
  pair.box = data::Box::orthogonal({0, 0, 0}, {40, 40, 40});
  const auto centre = pair.position;
  for (const double place : {10.0, 0.0}) {  // inside one tile; in a corner of the box, each atom at an image of its own
    INFO("centre " << place);
    for (std::size_t n = 0; n < pair.position.size(); ++n)
      pair.position[n] = centre[n] - centre[n % 3] + place + (place == 0.0 && n % 2 == 0 ? 40.0 : 0.0);
    const auto set = alone_with(pair, pairs.species());
    const auto p = parameters_for(Conservation::angular);
    check_same(set, 0, p);
    if (place > 0.0) CHECK(compare(set, 0, p).least_atoms == (comm().size() > 1 ? 0 : pair.num_atoms()));
  }
}

TEST_CASE("a rank has its share of a configuration and what is near", "[trajcast]") {
  const auto pairs = pairs_of("quartz").training;
  const Pair cell = pairs.gather({0}).front();
  Pair large;
  double vectors[3][3];
  for (int d = 0; d < 3; ++d)
    for (int c = 0; c < 3; ++c) vectors[d][c] = 4.0 * cell.box.cell[d][c];
  large.box = data::Box::triclinic({0, 0, 0}, vectors);
  for (int copy = 0; copy < 64; ++copy) {
    const auto shift = cell.box.shift({copy % 4, copy / 4 % 4, copy / 16});
    large.type.insert(large.type.end(), cell.type.begin(), cell.type.end());
    for (std::size_t n = 0; n < cell.position.size(); ++n)
      large.position.push_back(cell.position[n] + shift[static_cast<int>(n % 3)]);
    for (const auto& [to, from] :
         {std::pair{&large.velocity, &cell.velocity}, std::pair{&large.displacement, &cell.displacement},
          std::pair{&large.new_velocity, &cell.new_velocity}})
      to->insert(to->end(), from->begin(), from->end());
  }
  const auto p = parameters_for(Conservation::linear);
  const auto edges_of = [&](const Pair& pair) {
    DomainBatch domain(p, masses_of(pairs));
    domain.spread(alone_with(pair, pairs.species()), 0);
    const auto& graph = domain.batch().graph;
    const double rows = static_cast<double>(comm().all_reduce(graph.num_rows(), Op::max));
    CHECK(comm().all_reduce(graph.num_atoms, Op::sum) == pair.num_atoms());
    if (pair.num_atoms() > 1000) CHECK(rows < (comm().size() == 1 ? 1.01 : 0.8) * pair.num_atoms());
    if (pair.num_atoms() > 1000 && comm().size() == 4) CHECK(rows < 0.45 * pair.num_atoms());
    return comm().all_reduce(graph.first_edge.back(), Op::sum);
  };
  CHECK(edges_of(large) == 64 * edges_of(cell));
}

TEST_CASE("a box that is too thin for its cutoff is refused on all ranks", "[trajcast][bad]") {
  auto p = parameters_for(Conservation::linear);
  p.cutoff = 60.0;
  const auto thin = alone_with(nine_atoms(), {{"O", 15.999}, {"Si", 28.086}});
  DomainBatch domain(p, masses_of(thin));
  CHECK_THROWS_WITH(domain.spread(thin, 0), Contains("the halo is") && Contains("times as wide as the box"));
}

TEST_CASE("open sides of a box are where the outermost atoms are", "[trajcast]") {
  const auto box = data::Box::orthogonal({1, 2, 3}, {10, 10, 10}, {false, true, false});
  const auto fitted = fit_open_sides(box, {-5, 0, 4, 25, 1, 4}, 2.0);
  CHECK(fitted.cell[0][0] == Approx(30.0));
  CHECK(fitted.cell[1][1] == 10.0);
  CHECK(fitted.cell[2][2] == Approx(2.0));
  CHECK(fitted.origin[0] == Approx(-5.0));
  CHECK(fitted.origin[1] == 2.0);
  CHECK(fitted.origin[2] == Approx(3.0));
  CHECK((fitted.is_periodic[1] && !fitted.is_periodic[0] && !fitted.is_periodic[2]));
}

TEST_CASE("steps of a training on domains are those on whole configurations", "[trajcast]") {
  const std::string name = GENERATE("quartz", "benzene");
  const auto conservation = name == "quartz" ? Conservation::linear : Conservation::angular;
  Training whole(training_params(Parallel::configurations, conservation), pairs_of(name), 3),
      spread(training_params(Parallel::domains, conservation), pairs_of(name), 3);
  for (int n = 0; n < 3; ++n) {
    INFO(name << ", step " << n);
    whole.step();
    spread.step();
    CHECK_THAT(spread.batch_loss(), WithinRel(whole.batch_loss(), 1e-11));
    CHECK_THAT(spread.gradient_norm(), WithinRel(whole.gradient_norm(), 1e-10));
  }
  CHECK(largest_difference(spread.result(), whole.result()) < 1e-9);
  while (whole.num_epochs_done() < 1) {
    whole.step();
    spread.step();
  }
  CHECK_THAT(spread.validation().loss, WithinRel(whole.validation().loss, 1e-9));
  CHECK_THAT(spread.validation().velocity, WithinRel(whole.validation().velocity, 1e-9));
}
