// Steps of particles as rows of a regression.
#include <cmath>

#include "client_run.hpp"
#include "data/io/table_file.hpp"
#include "run/registry.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

namespace {

constexpr int particles = 12, times = 5;

double place(int id, int step, int c) { return std::sin(id + 2.0 * step) + 3.0 * c; }

/// In the order of time, as stages record it; particle 7 comes late.
std::string write_particles() {
  data::Table table(comm());
  table.add<std::int64_t>("step");
  table.add<double>("time");
  table.add<std::int64_t>("id");
  table.add<double>("position", 2);
  std::vector<std::int64_t> steps, ids;
  std::vector<double> seconds, positions;
  if (comm().is_root())
    for (int step = 0; step < times; ++step)
      for (int id = particles; id > 0; --id) {
        if (id == 7 && step < 2) continue;
        steps.push_back(10 * step);
        seconds.push_back(0.5 * step);
        ids.push_back(id);
        for (int c = 0; c < 2; ++c) positions.push_back(place(id, step, c));
      }
  table.append(static_cast<std::int64_t>(ids.size()));
  data::set_rows(table.get<std::int64_t>("step"), 0, steps);
  data::set_rows(table.get<double>("time"), 0, seconds);
  data::set_rows(table.get<std::int64_t>("id"), 0, ids);
  data::set_rows(table.get<double>("position"), 0, positions);
  const std::string folder = scratch_folder();
  data::TableFile file(comm(), folder + "/table.h5", table, "", false, 0);
  file.append(table);
  file.close();
  return folder + "/table.h5";
}

}  // namespace

TEST_CASE("steps of particles become rows", "[client_data]") {
  TransitionsParams params;
  params.features = {"x*y", "-x^3", "t"};
  params.coordinate = "y";
  params.clients = 4;
  const ClientRows rows = read_transitions(comm(), write_particles(), params);
  CHECK(rows.num_clients == 4);
  CHECK(count_rows(comm(), rows, false) == particles * (times - 1) - 2);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    // Rows are ordered by id, then time; of particle 7 the first two are missing.
    const auto number = rows.first_id - 1 + static_cast<std::int64_t>(n);
    const auto shifted = number < 24 ? number : number + 2;
    const auto id = static_cast<int>(shifted / 4) + 1, step = static_cast<int>(shifted % 4);
    const double x = place(id, step, 0), y = place(id, step, 1);
    CHECK(rows.client[n] == (id - 1) / 3);
    CHECK_THAT(rows.x[3 * n], WithinAbs(x * y, 1e-14));
    CHECK_THAT(rows.x[3 * n + 1], WithinAbs(-x * x * x, 1e-14));
    CHECK(rows.x[3 * n + 2] == 0.5 * step);
    CHECK_THAT(rows.y[n], WithinAbs((place(id, step + 1, 1) - y) / 0.5, 1e-13));
  }
  params.features = {"q"};
  CHECK_THROWS_WITH(read_transitions(comm(), write_particles(), params), Contains("unknown name 'q'"));
  params.features = {"log(x - 7)"};
  CHECK_THROWS_WITH(read_transitions(comm(), write_particles(), params), Contains("a feature is not finite"));
  params.coordinate = "z";
  CHECK_THROWS_WITH(read_transitions(comm(), write_particles(), params), Contains("coordinate: there is no 'z'"));
  params.clients = 13;
  CHECK_THROWS_WITH(read_transitions(comm(), write_particles(), params), Contains("12 particles for 13 clients"));
}

TEST_CASE("a drift is found in the steps of an earlier stage", "[client_data]") {
  const auto folder = run_stages(run::standard_registry(), R"(
[[stage]]
name = "walk"
type = "langevin"
particles = 400
scheme = "heun"
dimensions = 1
dt = 0.01
steps = 40
temperature = 0.5
[stage.potential]
kind = "harmonic"
stiffness = [2.0]
[stage.record]
every = 1
[[stage]]
name = "a"
type = "client_data"
stage = "walk"
[stage.transitions]
features = ["x"]
clients = 5
)");
  const auto table = whole_table(data::read_table(comm(), folder + "/a/table.h5"));
  double product = 0.0, square = 0.0;
  for (std::size_t n = 0; n < table.size(); ++n) {
    product += table.x[n] * table.y[n];
    square += table.x[n] * table.x[n];
  }
  CHECK(table.size() == 16000);
  CHECK_THAT(product / square, WithinAbs(-2.0, 1.0));
}
