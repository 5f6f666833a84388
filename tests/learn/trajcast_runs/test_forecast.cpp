// Forecasts against those of the library that the networks come from.
#include <cmath>

#include "catch.hpp"
#include "learn/trajcast/forecast.hpp"
#include "learn/trajcast/model_parameters.hpp"
#include "samples.hpp"
#include "sim/md/forces/reach.hpp"
#include "sim/md/replicate.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::test;
using learn::trajcast::ForecastParams;
using learn::trajcast::StoredNetwork;

namespace {

std::string model_path(const std::string& name) { return data_path("trajcast/" + name + "_model.h5"); }
const std::string rollouts = "trajcast/rollouts.h5";

/// The configuration that a stored forecast begins with.
Sample start_of(const std::string& name) {
  const auto numbers = [&](const std::string& what) {
    return read_stored(data_path(rollouts), name + "/" + what).numbers;
  };
  Sample sample;
  const auto cell = numbers("cell");
  const double vectors[3][3] = {{cell[0], cell[1], cell[2]}, {cell[3], cell[4], cell[5]}, {cell[6], cell[7], cell[8]}};
  sample.box = data::Box::triclinic({0, 0, 0}, vectors);
  sample.x = numbers("start_positions");
  sample.v = numbers("start_velocities");
  for (const double type : numbers("species")) sample.type.push_back(static_cast<int>(type));
  sample.masses = numbers("masses");
  return sample;
}

/// Collective. In real units; ready to step.
sim::md::Engine forecaster(const Sample& sample, const StoredNetwork& network, const Comm& comm,
                           const ForecastParams& params = {}, const std::vector<std::int64_t>& copies = {}) {
  auto system = make_system(sample, comm);
  sim::md::replicate(system, copies);
  for (std::size_t t = 0; t < system.species.size(); ++t) system.species[t].name = network.species.at(t).name;
  sim::md::ForceField field;
  field.add(sim::md::make_reach(learn::trajcast::find_numbers(network, "cutoff", "").front()));
  sim::md::Engine engine(std::move(system), make_units("real"), std::move(field), {.skin = 0.5}, network.interval);
  sim::md::Ensemble ensemble;
  ensemble.add(learn::trajcast::make_forecast(network, params, "model.h5"));
  engine.set_ensemble(std::move(ensemble));
  engine.start();
  return engine;
}

/// Largest difference, whole cells apart.
double distance(const data::Box& box, const std::vector<double>& a, const double* b) {
  double worst = 0.0;
  for (std::size_t n = 0; n < a.size(); n += 3) {
    const auto d = box.minimum_image({a[n] - b[n], a[n + 1] - b[n + 1], a[n + 2] - b[n + 2]});
    for (int c = 0; c < 3; ++c) worst = std::max(worst, std::abs(d[c]));
  }
  return worst;
}

}  // namespace

TEST_CASE("a molecule's forecast of 50 steps is that of the library", "[trajcast]") {
  const auto network = learn::trajcast::read_network(comm(), model_path("benzene"));
  const auto x = read_stored(data_path(rollouts), "benzene/positions").numbers,
             v = read_stored(data_path(rollouts), "benzene/velocities").numbers;
  const auto sample = start_of("benzene");
  auto engine = forecaster(sample, network, comm());
  std::size_t step = 0;
  advance(engine, 50, [&] {
    ++step;
    INFO("step " << step);
    const auto now = gather(engine, "position");
    CHECK(distance(sample.box, now, x.data() + step * now.size()) < 1e-9);
    const auto speed = gather(engine, "velocity");
    for (std::size_t n = 0; n < speed.size(); ++n) CHECK_THAT(speed[n], WithinAbs(v[step * speed.size() + n], 1e-10));
  });
  CHECK(engine.num_builds() > 1);  // lists were made anew on the way
}

TEST_CASE("a step of quartz is the library's, and of copies the same for each", "[trajcast]") {
  const auto network = learn::trajcast::read_network(comm(), model_path("quartz"));
  const auto x = read_stored(data_path(rollouts), "quartz/positions").numbers,
             v = read_stored(data_path(rollouts), "quartz/velocities").numbers;
  const auto sample = start_of("quartz");
  for (const auto& copies : {std::vector<std::int64_t>{}, {2, 1, 1}, {1, 2, 1}}) {
    INFO(sim::md::num_copies(copies) << " cells");
    auto engine = forecaster(sample, network, comm(), {}, copies);
    advance(engine, 1);
    const auto now = gather(engine, "position"), speed = gather(engine, "velocity");
    REQUIRE(now.size() == static_cast<std::size_t>(sim::md::num_copies(copies)) * x.size());
    for (std::size_t copy = 0; copy < now.size() / x.size(); ++copy) {
      const std::vector<double> part(now.begin() + static_cast<std::ptrdiff_t>(copy * x.size()),
                                     now.begin() + static_cast<std::ptrdiff_t>((copy + 1) * x.size()));
      CHECK(distance(sample.box, part, x.data()) < 1e-12);
      for (std::size_t n = 0; n < v.size(); ++n) CHECK_THAT(speed[copy * v.size() + n], WithinAbs(v[n], 1e-13));
    }
  }
}

TEST_CASE("tables and single precision change a step by little", "[trajcast]") {
  const auto network = learn::trajcast::read_network(comm(), model_path("quartz"));
  const auto x = read_stored(data_path(rollouts), "quartz/positions").numbers;
  const auto sample = start_of("quartz");
  for (const auto& [params, most] :
       {std::pair{ForecastParams{.table_radial = 512}, 1e-8},
        std::pair{ForecastParams{.precision = learn::trajcast::Precision::single_}, 1e-5}}) {
    auto engine = forecaster(sample, network, comm(), params);
    advance(engine, 1);
    const double off = distance(sample.box, gather(engine, "position"), x.data());
    CHECK(off < most);
    CHECK(off > 0.0);
  }
}

TEST_CASE("a forecast keeps to what its network was made for", "[trajcast]") {
  const auto network = learn::trajcast::read_network(comm(), model_path("quartz"));
  const auto sample = start_of("quartz");
  const auto complaint = [&](const Sample& some, StoredNetwork other, const ForecastParams& params) {
    try {
      auto engine = forecaster(some, other, comm(), params);
      advance(engine, 1);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  auto heavy = sample;
  heavy.masses[0] *= 1.1;
  CHECK_THAT(complaint(heavy, network, {}), Contains("masses") || Contains("mass"));
  auto cut = network;
  cut.weights.pop_back();
  CHECK_THAT(complaint(sample, cut, {}), Contains("readout"));
  // With what it has seen, a guard stops what goes further.
  auto narrow = network;
  narrow.seen.largest_displacement = 1e-3;
  const ForecastParams guarded{.guard = learn::trajcast::GuardParams{}};
  CHECK_THAT(complaint(sample, narrow, guarded), Contains("step 1") && Contains("moves by") && Contains("guard"));
  narrow = network;
  narrow.seen.largest_displacement = 10.0;
  narrow.seen.most_neighbours = 1000.0;
  narrow.seen.least_distance = 5.0;
  CHECK_THAT(complaint(sample, narrow, guarded), Contains("apart"));
  narrow.seen.least_distance = 0.1;
  narrow.seen.highest_temperature = 10.0;
  CHECK_THAT(complaint(sample, narrow, guarded), Contains("temperature"));
  narrow.seen.highest_temperature = 1000.0;
  CHECK(complaint(sample, narrow, guarded) == "no error");
}
