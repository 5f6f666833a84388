#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/normals.hpp"
#include "base/random.hpp"
#include "base/sum.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

using Words = std::array<std::uint32_t, 4>;

/// Fills one block on the execution space, so that every backend is held to the known answers.
struct Draw {
  Random random;
  std::uint64_t id, step;
  std::uint32_t draw;
  Array1<std::uint32_t> words;
  KOKKOS_INLINE_FUNCTION void operator()(int) const {
    const auto block = random.block(id, step, draw);
    for (int n = 0; n < 4; ++n) words(n) = block.v[n];
  }
};

/// The block of a raw counter and key, reached through the layout that Random gives them.
Words block_of(const Words& counter, std::uint32_t key0, std::uint32_t key1) {
  const Random random(key0, static_cast<RandomPurpose>(key1 >> 16), static_cast<std::uint16_t>(key1));
  const std::uint64_t id = (static_cast<std::uint64_t>(counter[1]) << 32) | counter[0];
  const std::uint64_t step = (static_cast<std::uint64_t>(counter[3] >> 24) << 32) | counter[2];
  Array1<std::uint32_t> words("words", 4);
  Kokkos::parallel_for("draw", Range(0, 1), Draw{random, id, step, counter[3] & 0xffffffU, words});
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), words);
  return {host(0), host(1), host(2), host(3)};
}

/// Lists every purpose: the compiler refuses two with one value, and warns of one left out.
constexpr bool is_known(RandomPurpose purpose) {
  switch (purpose) {
    case RandomPurpose::md_velocity:
    case RandomPurpose::md_composition:
    case RandomPurpose::pde_start:
    case RandomPurpose::pde_process_noise:
    case RandomPurpose::pde_sensor_noise:
    case RandomPurpose::excitation:
    case RandomPurpose::linear_start:
    case RandomPurpose::linear_disturbance:
    case RandomPurpose::network_weights:
    case RandomPurpose::ppo_action:
    case RandomPurpose::ppo_minibatch:
    case RandomPurpose::langevin_start:
    case RandomPurpose::langevin_velocity:
    case RandomPurpose::langevin_noise:
    case RandomPurpose::langevin_branching:
    case RandomPurpose::langevin_batches:
    case RandomPurpose::langevin_subset:
    case RandomPurpose::density_sample:
    case RandomPurpose::density_shape:
    case RandomPurpose::action_batch:
    case RandomPurpose::action_probe:
    case RandomPurpose::transport_subset:
    case RandomPurpose::propagation_start:
    case RandomPurpose::propagation_noise:
    case RandomPurpose::propagation_branching:
    case RandomPurpose::baseline_noise:
    case RandomPurpose::comparison_subset:
    case RandomPurpose::comparison_direction:
    case RandomPurpose::stage_stream:
    case RandomPurpose::md_csvr:
    case RandomPurpose::md_langevin:
    case RandomPurpose::md_cell:
    case RandomPurpose::md_replica:
    case RandomPurpose::md_exchange:
    case RandomPurpose::fsgld_batch:
    case RandomPurpose::fsgld_noise:
    case RandomPurpose::fsgld_visit:
    case RandomPurpose::fsgld_availability:
    case RandomPurpose::fsgld_start:
    case RandomPurpose::fsgld_privacy:
    case RandomPurpose::client_data_row:
    case RandomPurpose::client_data_shard:
    case RandomPurpose::client_data_truth:
    case RandomPurpose::client_data_pairs:
    case RandomPurpose::trajcast_weights:
    case RandomPurpose::trajcast_pairs:
    case RandomPurpose::trajcast_batch:
    case RandomPurpose::dsmc_start:
    case RandomPurpose::dsmc_collision:
    case RandomPurpose::dsmc_wall:
    case RandomPurpose::dsmc_inflow:
    case RandomPurpose::test:
      return true;
  }
  return false;
}

}  // namespace

TEST_CASE("Philox gives the known answers of its authors", "[base]") {
  REQUIRE(block_of({0, 0, 0, 0}, 0, 0) == Words{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U});
  const std::uint32_t ones = 0xffffffffU;
  REQUIRE(block_of({ones, ones, ones, ones}, ones, ones) == Words{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU});
  REQUIRE(block_of({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, 0xa4093822U, 0x299f31d0U) ==
          Words{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U});
}

TEST_CASE("the unit interval is open at both ends", "[base]") {
  REQUIRE(Random::open_unit(0, 0) > 0.0);
  REQUIRE(Random::open_unit(0xffffffffU, 0xffffffffU) < 1.0);
  REQUIRE(Random::open_unit(0x80000000U, 0) - 0.5 == Random::open_unit(0, 0));
}

TEST_CASE("seed, purpose, replica, id, step and draw all matter", "[base]") {
  const auto first = [](const Random& random, std::uint64_t id, std::uint64_t step, std::uint32_t draw) {
    return random.uniform(id, step, draw).first;
  };
  const Random base(1, RandomPurpose::test);
  const std::uint64_t far = std::uint64_t{1} << 32;
  const std::vector<double> values{first(base, 1, 1, 1),
                                   first(base, 2, 1, 1),
                                   first(base, 1 + far, 1, 1),
                                   first(base, 1, 2, 1),
                                   first(base, 1, 1 + far, 1),
                                   first(base, 1, 1, 2),
                                   first(Random(2, RandomPurpose::test), 1, 1, 1),
                                   first(Random(1, RandomPurpose::md_velocity), 1, 1, 1),
                                   first(Random(1, RandomPurpose::test, 1), 1, 1, 1)};
  for (std::size_t a = 0; a < values.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) REQUIRE(values[a] != values[b]);
  REQUIRE(first(base, 1, 1, 1) == values[0]);
  REQUIRE(is_known(RandomPurpose::test));
}

TEST_CASE("uniform and normal numbers have the right moments", "[base]") {
  const Random random(12345, RandomPurpose::test);
  const int count = 400000;  // pairs; limits below are five standard errors
  ExactSum uniform[2], normal[4], cross;
  double smallest = 1.0, largest = 0.0;
  for (int id = 0; id < count; ++id) {
    const auto u = random.uniform(static_cast<std::uint64_t>(id), 7);
    const auto g = random.normal(static_cast<std::uint64_t>(id), 8);
    smallest = std::min({smallest, u.first, u.second});
    largest = std::max({largest, u.first, u.second});
    cross.add(g.first * g.second);
    for (const double x : {u.first, u.second}) {
      uniform[0].add(x - 0.5);
      uniform[1].add((x - 0.5) * (x - 0.5) - 1.0 / 12.0);
    }
    for (const double x : {g.first, g.second}) {
      normal[0].add(x);
      normal[1].add(x * x - 1.0);
      normal[2].add(x * x * x);
      normal[3].add(x * x * x * x - 3.0);
    }
  }
  const double root = std::sqrt(2.0 * count);
  const auto within = [&](const ExactSum& sum, double variance) {
    return std::abs(sum.value()) < 5.0 * root * std::sqrt(variance);
  };
  REQUIRE(smallest > 0.0);
  REQUIRE(largest < 1.0);
  REQUIRE(within(uniform[0], 1.0 / 12.0));
  REQUIRE(within(uniform[1], 1.0 / 180.0));
  REQUIRE(within(normal[0], 1.0));
  REQUIRE(within(normal[1], 2.0));
  REQUIRE(within(normal[2], 15.0));
  REQUIRE(within(normal[3], 96.0));
  REQUIRE(std::abs(cross.value()) < 5.0 * std::sqrt(count));
}

TEST_CASE("many blocks at once are those of one after the other", "[base]") {
  const Random random(77, RandomPurpose::test, 3);
  constexpr int size = 8;
  std::uint64_t ids[size], steps[size];
  std::uint32_t draws[size], words[4][size];
  for (int n = 0; n < size; ++n) {
    ids[n] = (std::uint64_t{1} << 33) + static_cast<std::uint64_t>(5 * n);
    steps[n] = (std::uint64_t{1} << 35) + static_cast<std::uint64_t>(9 + n / 2);
    draws[n] = static_cast<std::uint32_t>(100 - n);
  }
  random.blocks<size>(ids, steps, draws, words);
  for (int n = 0; n < size; ++n) {
    const auto one = random.block(ids[n], steps[n], draws[n]);
    for (std::size_t w = 0; w < 4; ++w) REQUIRE(words[w][n] == one.v[w]);
  }
}

TEST_CASE("normal numbers many at a time are those of Box and Muller", "[base]") {
  const Random random(78, RandomPurpose::test);
  constexpr int size = normal_blocks_at_once;
  double most = 0.0;
  for (std::uint64_t id = 0; id < 20000; ++id) {
    std::uint64_t ids[size], steps[size];
    std::uint32_t draws[size];
    for (int n = 0; n < size; ++n) {
      ids[n] = id;
      steps[n] = 4;
      draws[n] = static_cast<std::uint32_t>(n);
    }
    double numbers[4][size];
    draw_normals(random, ids, steps, draws, numbers);
    for (int n = 0; n < size; ++n) {
      const auto words = random.block(id, 4, static_cast<std::uint32_t>(n));
      for (std::size_t half = 0; half < 4; half += 2) {
        const double u = (words.v[half] + 0.5) / 0x1p32, turn = 2.0 * M_PI * ((words.v[half + 1] + 0.5) / 0x1p32);
        const double radius = std::sqrt(-2.0 * std::log(u));
        most = std::max({most, std::abs(numbers[half][n] - radius * std::cos(turn)),
                         std::abs(numbers[half + 1][n] - radius * std::sin(turn))});
      }
    }
  }
  REQUIRE(most < 1e-14);
  // Close to the ends of the interval.
  for (const double x : {0x1p-53, 1e-10, 0.25, 0.7, 0.7071067811865476, 0.99, 1.0 - 0x1p-53})
    REQUIRE(normals::log_of(x) == Approx(std::log(x)).epsilon(4e-16).margin(1e-300));
  for (int n = 1; n < 1000; ++n) {
    const double u = n / 1000.0;
    const auto direction = normals::direction_of(u);
    REQUIRE(std::abs(direction.cosine - std::cos(2.0 * M_PI * u)) < 3e-16 * 4);
    REQUIRE(std::abs(direction.sine - std::sin(2.0 * M_PI * u)) < 3e-16 * 4);
  }
}

TEST_CASE("draws do not depend on the rank that makes them", "[base]") {
  const auto& comm = test::comm();
  const auto all = comm.all_gather(Random(9, RandomPurpose::test).normal(42, 1000000).first);
  REQUIRE(std::all_of(all.begin(), all.end(), [&](double value) { return value == all.front(); }));
}
