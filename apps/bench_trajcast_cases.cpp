#include "bench_trajcast_cases.hpp"

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "learn/trajcast/pair_batch.hpp"

namespace tessera::bench {

namespace {

using data::Box;
using data::Vec3;
using learn::trajcast::Conservation;
using learn::trajcast::Hyperparameters;
using learn::trajcast::Pair;

constexpr double pi = 3.14159265358979323846, temperature = 300.0;
constexpr double boltzmann = 8.617330337217213e-5;  // eV/K
constexpr double energy_unit = 103.64269574711574;  // eV of a g/mol (A/fs)^2
constexpr double hydrogen = 1.008, carbon = 12.011, oxygen = 15.999, silicon = 28.085;

/// Numbers for atom n of a configuration, the same ones everywhere.
class Noise {
 public:
  explicit Noise(std::uint64_t configuration) : configuration_(configuration) {}
  Vec3 normal(std::size_t atom, std::uint32_t use) const {
    const auto a = random_.normal(atom, configuration_, 2 * use), b = random_.normal(atom, configuration_, 2 * use + 1);
    return {a.first, a.second, b.first};
  }
  Vec3 uniform(std::size_t atom, std::uint32_t use) const {
    const auto a = random_.uniform(atom, configuration_, 2 * use),
               b = random_.uniform(atom, configuration_, 2 * use + 1);
    return {2.0 * a.first - 1.0, 2.0 * a.second - 1.0, 2.0 * b.first - 1.0};
  }

 private:
  Random random_{1, RandomPurpose::test};
  std::uint64_t configuration_;
};

void add_atom(Pair& pair, int type, const Vec3& place) {
  pair.type.push_back(type);
  for (int c = 0; c < 3; ++c) pair.position.push_back(place[c]);
}

/// Velocities of a temperature, without momentum, and room for what becomes of the atoms.
void finish(Pair& pair, const std::vector<double>& masses, const Noise& noise) {
  std::array<double, 3> momentum{};
  double mass_sum = 0.0;
  for (std::size_t n = 0; n < pair.type.size(); ++n) {
    const double mass = masses[static_cast<std::size_t>(pair.type[n])];
    const Vec3 v = noise.normal(n, 1);
    mass_sum += mass;
    for (int c = 0; c < 3; ++c) {
      pair.velocity.push_back(std::sqrt(boltzmann * temperature / (energy_unit * mass)) * v[c]);
      momentum[static_cast<std::size_t>(c)] += mass * pair.velocity.back();
    }
  }
  for (std::size_t n = 0; n < pair.velocity.size(); ++n) pair.velocity[n] -= momentum[n % 3] / mass_sum;
  pair.displacement.assign(pair.velocity.size(), 0.0);
  pair.new_velocity = pair.velocity;
}

/// Rings of carbon and hydrogen in a plane; C-C 1.40 A, C-H 1.08 A.
Pair benzene(const Noise& noise) {
  constexpr double ring = 1.40, outer = 1.40 + 1.08, shake = 0.03;
  Pair pair;
  pair.box = Box::orthogonal({-10.0, -10.0, -10.0}, {20.0, 20.0, 20.0}, {false, false, false});
  for (std::size_t n = 0; n < 12; ++n) {
    const double angle = pi / 3.0 * static_cast<double>(n % 6), radius = n < 6 ? ring : outer;
    const Vec3 move = noise.uniform(n, 0);
    add_atom(pair, n < 6 ? 0 : 1,
             {radius * std::cos(angle) + shake * move[0], radius * std::sin(angle) + shake * move[1], shake * move[2]});
  }
  return pair;
}

/// 3 x 3 x 2 cells of alpha quartz, space group 154, a 4.941 A, c 5.449 A.
Pair quartz(const Noise& noise) {
  constexpr double a = 4.941, c = 5.449, third = 1.0 / 3.0, shake = 0.08;
  const Vec3 si{0.4697, 0.0, 2.0 * third}, o{0.4133, 0.2672, 0.1188 + 2.0 * third};
  const double cell[3][3] = {{3.0 * a, 0.0, 0.0}, {-1.5 * a, 1.5 * std::sqrt(3.0) * a, 0.0}, {0.0, 0.0, 2.0 * c}};
  const std::vector<std::pair<int, Vec3>> basis{{0, si},
                                                {0, {-si[1], si[0] - si[1], si[2] + 2.0 * third}},
                                                {0, {si[1] - si[0], -si[0], si[2] + third}},
                                                {1, o},
                                                {1, {-o[1], o[0] - o[1], o[2] + 2.0 * third}},
                                                {1, {o[1] - o[0], -o[0], o[2] + third}},
                                                {1, {o[1], o[0], -o[2]}},
                                                {1, {o[0] - o[1], -o[1], third - o[2]}},
                                                {1, {-o[0], o[1] - o[0], 2.0 * third - o[2]}}};
  Pair pair;
  pair.box = Box::triclinic({0.0, 0.0, 0.0}, cell);
  for (int n = 0; n < 18; ++n)
    for (const auto& [type, s] : basis) {
      const int cell_of[3] = {n % 3, n / 3 % 3, n / 9};
      Vec3 place =
          pair.box.to_cartesian({(s[0] + cell_of[0]) / 3.0, (s[1] + cell_of[1]) / 3.0, (s[2] + cell_of[2]) / 2.0});
      const Vec3 move = noise.normal(pair.type.size(), 0);
      for (int k = 0; k < 3; ++k) place[k] += shake * move[k];
      add_atom(pair, type, place);
    }
  return pair;
}

Vec3 scaled(const Vec3& v, double factor) { return {factor * v[0], factor * v[1], factor * v[2]}; }
Vec3 unit(const Vec3& v) { return scaled(v, 1.0 / std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])); }

/// 64 molecules (O-H 1.012 A, 113.24 degrees), turned at random, near the places of a cubic lattice.
Pair water(const Noise& noise) {
  constexpr double side = 12.4172, bond = 1.012, half_angle = 0.5 * 113.24 * pi / 180.0, shake = 0.2;
  Pair pair;
  pair.box = Box::orthogonal({0.0, 0.0, 0.0}, {side, side, side});
  for (int n = 0; n < 64; ++n) {
    const auto molecule = static_cast<std::size_t>(n);
    const Vec3 axis = unit(noise.normal(molecule, 2)), other = noise.normal(molecule, 3),
               move = noise.normal(molecule, 0);
    const double along = axis[0] * other[0] + axis[1] * other[1] + axis[2] * other[2];
    const Vec3 across = unit({other[0] - along * axis[0], other[1] - along * axis[1], other[2] - along * axis[2]});
    const int place[3] = {n % 4, n / 4 % 4, n / 16};
    Vec3 centre{0.0, 0.0, 0.0};
    for (int c = 0; c < 3; ++c) centre[c] = 0.25 * side * (place[c] + 0.5) + shake * move[c];
    add_atom(pair, 1, centre);
    for (const double sign : {1.0, -1.0}) {
      const Vec3 forth = scaled(axis, bond * std::cos(half_angle)),
                 aside = scaled(across, sign * bond * std::sin(half_angle));
      add_atom(pair, 0,
               {centre[0] + forth[0] + aside[0], centre[1] + forth[1] + aside[1], centre[2] + forth[2] + aside[2]});
    }
  }
  return pair;
}

/// The published size.
Hyperparameters sizes(double cutoff, double speed_max, Conservation conservation) {
  Hyperparameters p;
  p.num_species = 2;
  p.cutoff = cutoff;
  p.speed_max = speed_max;
  p.displacement_scale = 0.07;
  p.velocity_scale = 0.01;
  p.conservation = conservation;
  p.momentum = {0.0, 0.0, 0.0};
  if (conservation == Conservation::angular) p.angular_momentum = {0.0, 0.0, 0.0};
  return p;
}

}  // namespace

learn::trajcast::Graph TrajcastCase::graph(std::int64_t count) const {
  std::vector<Pair> pairs;
  for (std::int64_t n = 0; n < count; ++n)
    pairs.push_back(configurations[static_cast<std::size_t>(n) % configurations.size()]);
  return make_pair_batch(pairs, parameters, masses).graph;
}

const std::vector<std::string>& trajcast_case_names() {
  static const std::vector<std::string> names{"benzene", "quartz", "water", "small"};
  return names;
}

TrajcastCase make_trajcast_case(const std::string& name, std::int64_t batch) {
  TrajcastCase made;
  made.name = name;
  Pair (*make)(const Noise&) = benzene;
  if (name == "quartz") {
    made.parameters = sizes(4.5, 0.03, Conservation::linear);
    made.masses = {silicon, oxygen};
    made.symbols = {"Si", "O"};
    made.reference = {.pass_double = 1780.0, .pass_single = 720.0};
    make = quartz;
    batch = 1;
  } else if (name == "water") {
    made.parameters = sizes(6.0, 0.11, Conservation::linear);
    made.masses = {hydrogen, oxygen};
    made.symbols = {"H", "O"};
    made.reference = {.pass_double = 10800.0, .pass_single = 3800.0};
    make = water;
    batch = 1;
  } else if (name == "benzene" || name == "small") {
    made.parameters = sizes(4.0, 0.11, Conservation::angular);
    made.masses = {carbon, hydrogen};
    made.symbols = {"C", "H"};
    made.reference = {.pass_double = 37.0, .pass_single = 26.0, .training = 1570.0};
    if (name == "small") {
      made.parameters.l_max = 1;
      made.parameters.channels = 16;
      made.parameters.num_layers = 3;
      made.parameters.hidden = {32, 32};
      made.reference = {.pass_double = 4.8, .pass_single = 4.6, .training = 50.0};
    }
  } else {
    throw Error::internal("a case of the name " + name);
  }
  for (std::int64_t n = 0; n < batch; ++n) {
    const Noise noise(static_cast<std::uint64_t>(n));
    made.configurations.push_back(make(noise));
    finish(made.configurations.back(), made.masses, noise);
  }
  const auto graph = made.graph(1);
  made.parameters.mean_neighbours = static_cast<double>(graph.first_edge.back()) / static_cast<double>(graph.num_atoms);
  return made;
}

}  // namespace tessera::bench
