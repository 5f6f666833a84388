// Training pairs: from files of pairs and trajectories of all kinds, on any number of ranks.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/random_order.hpp"
#include "catch.hpp"
#include "data/formats/h5md.hpp"
#include "data/io/file.hpp"
#include "data/io/snapshot.hpp"
#include "learn/trajcast/batches.hpp"
#include "learn/trajcast/pair_source.hpp"
#include "learn/trajcast/pair_statistics.hpp"
#include "stage_deck.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::trajcast;

namespace {

std::string no_folder(const std::string& stage) { return "folder of " + stage; }

TrainingPairs pairs_of(const PairSourceParams& params, std::uint32_t seed = 1) {
  return read_pairs(comm(), params, seed, no_folder);
}

PairSourceParams from_file(const std::string& path) {
  PairSourceParams params;
  params.trajectories.push_back({.file = path});
  return params;
}

/// Collective. All pairs of a set, on every rank.
std::vector<Pair> everything(const PairSet& pairs) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t n = 0; n < pairs.size(); ++n) numbers.push_back(n);
  return pairs.gather(numbers);
}

/// Atoms that fly freely through a small box: wrapped, so that frames know nothing of the way.
struct Flight {
  data::Box box = {};
  int atoms = 5;

  double velocity(int i, int c) const { return 0.003 * (i + 1) * (c == 0 ? 1.0 : c == 1 ? -0.7 : 0.2) + 0.001 * c; }
  data::System at(double time) const {
    data::System system(comm());
    system.box = box;
    system.species = {{"Si", 28.085}, {"O", 15.999}};
    auto& particles = system.particles;
    particles.add<double>("velocity", 3, data::Column::saved | data::Column::output, "velocity");
    std::vector<int> mine;
    for (int i = atoms - 1; i >= 0; --i)
      if (i % comm().size() == comm().rank()) mine.push_back(i);
    particles.resize_owned(static_cast<std::int64_t>(mine.size()));
    const auto x = particles.get<double>("position"), v = particles.get<double>("velocity");
    for (std::size_t n = 0; n < mine.size(); ++n) {
      data::Vec3 place{0.0, 0.0, 0.0};
      for (int c = 0; c < 3; ++c) {
        v(n, static_cast<std::size_t>(c)) = velocity(mine[n], c);
        place[c] = 0.3 * mine[n] + velocity(mine[n], c) * time;
      }
      box.wrap(place);
      for (int c = 0; c < 3; ++c) x(n, static_cast<std::size_t>(c)) = place[c];
      particles.get<std::int64_t>("id")(n, 0) = mine[n] + 1;
      particles.get<int>("type")(n, 0) = mine[n] % 2;
    }
    return system;
  }
};

data::Box small_box() {
  const double vectors[3][3] = {{2.0, 0.0, 0.0}, {-1.0, 1.8, 0.0}, {0.0, 0.3, 1.5}};
  return data::Box::triclinic({0, 0, 0}, vectors);
}

/// Frames of 2 fs, in metal units where is_metal says so.
std::string write_flight(const std::string& name, bool is_snapshot, const std::string& units, double begin = 0.0,
                         int atoms = 5) {
  const Flight flight{small_box(), atoms};
  const std::string folder = scratch_folder() + "/" + name;
  if (comm().is_root()) data::make_folder(folder);
  comm().barrier();
  const double unit = units == "metal" ? 1000.0 : 1.0;
  const auto frame = [&](int n) {
    auto system = flight.at(begin + 2.0 * n);
    const auto v = system.particles.get<double>("velocity");
    for (int i = 0; i < system.particles.num_owned(); ++i)
      for (std::size_t c = 0; c < 3; ++c) v(i, c) *= unit;
    return system;
  };
  if (is_snapshot) {
    data::SnapshotSeries series(comm(), folder, make_units(units), "", false, -1);
    for (int n = 0; n < 20; ++n) {
      const auto system = frame(n);
      series.write(4 * n, (begin + 2.0 * n) / unit, 0.5, system.box, system.particles, system.species);
    }
    series.close();
    return folder + "/particles.h5";
  }
  data::H5mdWriter writer(comm(), folder + "/flight.h5md", make_units(units));
  for (int n = 0; n < 20; ++n) {
    const auto system = frame(n);
    writer.write(4 * n, (begin + 2.0 * n) / unit, system.box, system.particles, system.species);
  }
  writer.close();
  return folder + "/flight.h5md";
}

bool is_free_flight(const std::vector<Pair>& pairs, double interval) {
  const Flight flight{small_box()};
  for (const auto& pair : pairs)
    for (int i = 0; i < pair.num_atoms(); ++i)
      for (int c = 0; c < 3; ++c) {
        const auto k = static_cast<std::size_t>(3 * i + c);
        const double v = flight.velocity(i, c);
        if (std::abs(pair.velocity[k] - v) > 1e-12 || std::abs(pair.new_velocity[k] - v) > 1e-12) return false;
        if (std::abs(pair.displacement[k] - interval * v) > 1e-12) return false;
        if (pair.type[static_cast<std::size_t>(i)] != (i % 2 == 0 ? 1 : 0)) return false;  // by atomic number: O, Si
      }
  return !pairs.empty();
}

}  // namespace

TEST_CASE("files of pairs are read as they stand", "[trajcast]") {
  for (const char* name : {"benzene", "quartz"}) {
    const std::string path = data_path(std::string("trajcast/") + name + "_pairs.h5");
    const auto pairs = pairs_of(from_file(path));
    const bool is_quartz = std::string(name) == "quartz";
    CHECK(pairs.training.size() == (is_quartz ? 3 : 6));
    CHECK(pairs.validation.size() == (is_quartz ? 2 : 3));
    CHECK(pairs.training.interval() == (is_quartz ? 30.0 : 5.0));
    const auto& species = pairs.training.species();
    REQUIRE(species.size() == 2);
    CHECK(species[0].name == (is_quartz ? "O" : "H"));
    CHECK(species[1].mass == (is_quartz ? 28.085 : 12.011));
    const auto all = everything(pairs.training);
    for (const auto& [dataset, field] : {std::pair{"positions", &Pair::position},
                                         {"velocities", &Pair::velocity},
                                         {"displacements", &Pair::displacement},
                                         {"new_velocities", &Pair::new_velocity}}) {
      std::vector<double> joined;
      for (const auto& pair : all) joined.insert(joined.end(), (pair.*field).begin(), (pair.*field).end());
      CHECK(joined == read_stored(path, std::string("train/") + dataset).numbers);
    }
  }
}

TEST_CASE("pairs reversed in time", "[trajcast]") {
  const auto pairs = pairs_of(from_file(data_path("trajcast/benzene_pairs.h5"))).training;
  std::vector<std::int64_t> numbers{7, 1, 11, 5};
  numbers.push_back(comm().rank());
  const auto found = pairs.gather(numbers);
  REQUIRE_ALL(found.size() == 5);
  for (std::size_t k = 0; k < found[1].position.size(); ++k) {
    REQUIRE(found[0].position[k] == found[1].position[k] + found[1].displacement[k]);
    REQUIRE(found[0].displacement[k] == -found[1].displacement[k]);
    REQUIRE(found[0].velocity[k] == -found[1].new_velocity[k]);
    REQUIRE(found[0].new_velocity[k] == -found[1].velocity[k]);
    REQUIRE(found[2].velocity[k] == -found[3].new_velocity[k]);
  }
  CHECK_THROWS_WITH(pairs.gather({12}), Contains("pair 12 of 6"));
}

TEST_CASE("trajectories of the engine and of H5MD make pairs, wrapped or not, in either unit", "[trajcast]") {
  for (const char* units : {"real", "metal"})
    for (const bool is_snapshot : {true, false}) {
      INFO(units << ", " << (is_snapshot ? "snapshots" : "H5MD"));
      auto params = from_file(write_flight(std::string("flight_") + units, is_snapshot, units));
      params.interval = 6.0;
      const auto pairs = pairs_of(params);
      // 17 of 20 frames have a target; the last fifth is held out, and no frame of training lies within it.
      CHECK(pairs.validation.size() == 3);
      CHECK(pairs.training.size() == 11);
      CHECK(pairs.training.species()[0].name == "O");
      REQUIRE_ALL(is_free_flight(everything(pairs.training), 6.0));
      REQUIRE_ALL(is_free_flight(everything(pairs.validation), 6.0));
      CHECK_THAT(check_interval(pairs.training).implied, WithinRel(6.0, 1e-9));
    }
}

TEST_CASE("an earlier stage is its snapshots; several trajectories are divided whole", "[trajcast]") {
  std::vector<std::string> folders;
  PairSourceParams params;
  for (int n = 0; n < 4; ++n) {
    folders.push_back(
        std::filesystem::path(write_flight("nve" + std::to_string(n), true, "real", 10.0 * n)).parent_path());
    params.trajectories.push_back({.data = "nve" + std::to_string(n)});
  }
  const auto folder = [&](const std::string& stage) { return folders.at(static_cast<std::size_t>(stage[3] - '0')); };
  CHECK(used_stages(params).size() == 4);
  params.interval = 4.0;
  params.held_out = 0.25;
  const auto all = read_pairs(comm(), params, 1, folder);
  CHECK(all.training.size() == 3 * 18);
  CHECK(all.validation.size() == 18);
  params.num_training = 20;
  params.num_validation = 5;
  const auto some = read_pairs(comm(), params, 1, folder), again = read_pairs(comm(), params, 1, folder),
             others = read_pairs(comm(), params, 2, folder);
  REQUIRE_ALL(is_free_flight(everything(some.training), 4.0));
  const auto first = [](const TrainingPairs& pairs) {
    std::vector<double> x;
    for (const auto& pair : everything(pairs.training)) x.push_back(pair.position[0] + 100.0 * pair.position[4]);
    return x;
  };
  CHECK(first(some).size() == 20);
  CHECK(first(some) == first(again));
  CHECK(first(some) != first(others));
  // The first places of one random order, whatever the ranks.
  const RandomOrder order(Random(1, RandomPurpose::trajcast_pairs), 0, 54);
  std::vector<std::int64_t> drawn;
  for (int n = 0; n < 20; ++n) drawn.push_back(order[n]);
  std::sort(drawn.begin(), drawn.end());
  const auto found = everything(some.training);
  bool is_drawn = true;
  for (std::size_t n = 0; n < drawn.size(); ++n) {
    const double time = 10.0 * static_cast<double>(drawn[n] / 18) + 2.0 * static_cast<double>(drawn[n] % 18);
    data::Vec3 place{0.3 + Flight{}.velocity(1, 0) * time, 0.3 + Flight{}.velocity(1, 1) * time,
                     0.3 + Flight{}.velocity(1, 2) * time};
    small_box().wrap(place);
    for (int c = 0; c < 3; ++c)
      is_drawn = is_drawn && std::abs(found[n].position[static_cast<std::size_t>(3 + c)] - place[c]) < 1e-12;
  }
  REQUIRE_ALL(is_drawn);
  CHECK(some.validation.size() == 5);
  params.num_training = 55;
  CHECK_THROWS_WITH(read_pairs(comm(), params, 1, folder), Contains("training_pairs = 55: there are 54"));
}

TEST_CASE("molecules that share frames make pairs of their own, at rest", "[trajcast]") {
  auto params = from_file(write_flight("molecules", true, "metal", 0.0, 6));
  params.interval = 4.0;
  params.atoms_per_molecule = 2;
  const auto pairs = pairs_of(params);
  // Of three molecules the last one is held out.
  CHECK(pairs.training.size() == 2 * 18);
  CHECK(pairs.validation.size() == 18);
  const Flight flight{small_box(), 6};
  const double mass[2] = {28.085, 15.999};
  const auto is_good = [&](const PairSet& set, int first_molecule, int count) {
    bool is_right = true;
    for (const auto& pair : everything(set)) {
      const int first = 2 * (first_molecule + static_cast<int>(pair.number) % count);
      is_right = is_right && pair.num_atoms() == 2;
      for (int c = 0; c < 3; ++c) {
        const double drift =
            (mass[0] * flight.velocity(first, c) + mass[1] * flight.velocity(first + 1, c)) / (mass[0] + mass[1]);
        for (int i = 0; i < 2; ++i) {
          const auto k = static_cast<std::size_t>(3 * i + c);
          const double v = flight.velocity(first + i, c) - drift;
          is_right = is_right && std::abs(pair.velocity[k] - v) < 1e-12 && std::abs(pair.new_velocity[k] - v) < 1e-12 &&
                     std::abs(pair.displacement[k] - 4.0 * v) < 1e-12;
        }
      }
    }
    return is_right;
  };
  REQUIRE_ALL(is_good(pairs.training, 0, 2));
  REQUIRE_ALL(is_good(pairs.validation, 2, 1));
  params.atoms_per_molecule = 4;
  CHECK_THROWS_WITH(pairs_of(params), Contains("atoms_per_molecule = 4, but its frames have 6 atoms"));
}

TEST_CASE("wrapped frames of a molecule across the boundary", "[trajcast]") {
  auto params = from_file(data_path("trajcast/cross_boundary.extxyz"));
  params.interval = 0.2;
  params.held_out = 0.3;
  const auto pairs = pairs_of(params);
  CHECK(pairs.training.size() + pairs.validation.size() == 5);
  const auto check = check_interval(pairs.training);
  CHECK(check.correlation > 0.9);
  CHECK_THAT(check.implied, WithinRel(0.2, 0.05));
  CHECK_FALSE(check.is_suspect);
  CHECK(measure(pairs.training, 4.0).largest_displacement < 0.02);
}

TEST_CASE("a time step that is wrong shows", "[trajcast]") {
  auto params = from_file(data_path("trajcast/benzene_validation.extxyz"));
  params.trajectories.push_back(params.trajectories.front());
  const auto wrong = check_interval(pairs_of(params).training);
  CHECK(wrong.is_suspect);
  CHECK_THAT(wrong.implied, WithinRel(0.1, 0.03));
  params.interval = 0.1;
  const auto right = pairs_of(params).training;
  CHECK(right.interval() == 0.1);
  CHECK_FALSE(check_interval(right).is_suspect);
  for (const char* name : {"benzene", "quartz"})
    CHECK_FALSE(check_interval(pairs_of(from_file(data_path(std::string("trajcast/") + name + "_pairs.h5"))).training)
                    .is_suspect);
}

TEST_CASE("what is written in the library's columns reads back", "[trajcast]") {
  const auto pairs = pairs_of(from_file(data_path("trajcast/benzene_pairs.h5"))).training;
  const std::string path = scratch_folder() + "/pairs.extxyz";
  write_pairs(path, pairs);
  auto params = from_file(path);
  params.trajectories.push_back({.file = path, .use = PairUse::validation});
  const auto back = pairs_of(params);
  CHECK(back.training.interval() == 5.0);
  const auto one = everything(pairs), two = everything(back.training);
  REQUIRE_ALL(one.size() == two.size());
  for (std::size_t n = 0; n < one.size(); ++n) {
    REQUIRE_ALL(one[n].position == two[n].position && one[n].velocity == two[n].velocity);
    REQUIRE_ALL(one[n].displacement == two[n].displacement && one[n].new_velocity == two[n].new_velocity);
    REQUIRE_ALL(one[n].type == two[n].type);
  }
}

TEST_CASE("scales, neighbours and speeds of training pairs", "[trajcast]") {
  const auto pairs = pairs_of(from_file(data_path("trajcast/quartz_pairs.h5"))).training;
  const auto seen = measure(pairs, 4.5);
  // Recomputed with an independent program.
  const auto d = read_stored(data_path("trajcast/quartz_pairs.h5"), "train/displacements").numbers,
             v = read_stored(data_path("trajcast/quartz_pairs.h5"), "train/new_velocities").numbers;
  double d2 = 0.0, v2 = 0.0;
  for (std::size_t k = 0; k < d.size(); ++k) {
    d2 += d[k] * d[k];
    v2 += v[k] * v[k];
  }
  CHECK_THAT(seen.displacement_scale, WithinRel(std::sqrt(d2 / static_cast<double>(d.size())), 1e-12));
  CHECK_THAT(seen.velocity_scale, WithinRel(std::sqrt(v2 / static_cast<double>(v.size())), 1e-12));
  CHECK(seen.num_pairs == 3.0);
  CHECK(seen.num_atoms == 486.0);
  CHECK_THAT(seen.mean_neighbours, WithinAbs(30.2, 0.3));
  CHECK(seen.most_neighbours < 45.0);
  CHECK((seen.least_distance > 1.4 && seen.least_distance < 1.6));
  CHECK_THAT(seen.mean_temperature, WithinRel(300.0, 0.15));
  CHECK_THAT(seen.lightest_speed, WithinRel(0.00684, 0.15));  // oxygen at 300 K
  const auto numbers = to_numbers(seen);
  CHECK(to_numbers(from_numbers(numbers, "here")) == numbers);
}

TEST_CASE("where pairs come from, in decks", "[trajcast]") {
  const auto params = read_stage<PairSourceParams>(
      "interval = 30\nunits = \"metal\"\ntraining_pairs = 100\nspecies = [\"O\", \"Si\"]\n[[stage.trajectory]]\ndata = "
      "\"nve\"\n[[stage.trajectory]]\ndata = \"later\"\nuse = \"validation\"\n");
  CHECK((params.interval == 30.0 && params.is_metal && params.num_training == 100 && params.species.size() == 2));
  REQUIRE(params.trajectories.size() == 2);
  CHECK(params.trajectories[1].use == PairUse::validation);
  CHECK(used_stages(params) == std::vector<std::string>{"nve", "later"});
  CHECK_THAT(complaint_about<PairSourceParams>("interval = 30\n"), Contains("no [[stage.trajectory]]"));
  CHECK_THAT(complaint_about<PairSourceParams>("[[stage.trajectory]]\nuse = \"training\"\n"),
             Contains("expected one of data = "));
  CHECK_THAT(complaint_about<PairSourceParams>("interval = -1\n[[stage.trajectory]]\ndata = \"nve\"\n"),
             Contains("interval"));
}

TEST_CASE("trajectories that cannot be learned from are refused", "[trajcast]") {
  const auto refused = [](const PairSourceParams& params, const std::string& message) {
    INFO(message);
    CHECK_THROWS_WITH(pairs_of(params), Contains(message));
  };
  const std::string flight = write_flight("refused", false, "real");
  auto params = from_file(flight);
  refused(params, "give interval");
  params.interval = 3.0;
  refused(params, "no two of its 20 frames");
  params.interval = 38.0;
  refused(params, "one pair is too few");
  params = from_file(data_path("trajcast/quartz_pairs.h5"));
  params.species = {"Si", "Al"};
  refused(params, "'O' is in the trajectories");
  params.species.clear();
  params.trajectories.push_back({.file = data_path("trajcast/benzene_pairs.h5")});
  refused(params, "those of");
  params = from_file(data_path("trajcast/benzene_pairs.h5"));
  params.trajectories[0].group = "test";
  refused(params, "no such group");
  refused(from_file(data_path("trajcast/nowhere.h5")), "nowhere.h5");
  refused(from_file(data_path("trajcast/README.md")), "unknown format");
  params = from_file(scratch_folder() + "/cut.extxyz");
  if (comm().is_root()) data::append_text(params.trajectories[0].file, "2\nLattice=\"1 0 0 0 1 0 0 0 1\"\nH 0 0 0\n");
  comm().barrier();
  refused(params, "cut off");
}

TEST_CASE("an epoch has every pair once, however many ranks work on it", "[trajcast]") {
  const Batches batches(11, 5, true, 3);
  CHECK(batches.size() == 5);
  const auto epoch = [&](std::int64_t number, std::int64_t ranks) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t batch = 0; batch < batches.size(); ++batch)
      for (std::int64_t rank = 0; rank < ranks; ++rank)
        for (const auto pair : batches.share(number, batch, rank, ranks)) numbers.push_back(pair);
    return numbers;
  };
  auto numbers = epoch(0, 1);
  CHECK(epoch(0, 3) == numbers);
  CHECK(epoch(0, 7) == numbers);
  CHECK(epoch(1, 1) != numbers);
  std::sort(numbers.begin(), numbers.end());
  REQUIRE(numbers.size() == 22);
  for (std::int64_t n = 0; n < 22; ++n) CHECK(numbers[static_cast<std::size_t>(n)] == n);
}
