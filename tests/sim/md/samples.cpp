#include "samples.hpp"

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "sim/pair_force.hpp"

namespace tessera::test {

using data::Box;
using data::Vec3;
using sim::md::Engine;
using sim::md::Totals;
using sim::md::Truncation;

Box orthogonal_box(const std::vector<double>& edges) {
  return Box::orthogonal({edges[0], edges[2], edges[4]},
                         {edges[1] - edges[0], edges[3] - edges[2], edges[5] - edges[4]});
}

Sample fcc_sample(int cells, double density, double temperature, double jitter) {
  Sample sample;
  const double edge = std::cbrt(4.0 / density);
  sample.box = Box::orthogonal({0, 0, 0}, {cells * edge, cells * edge, cells * edge});
  const double basis[4][3] = {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}};
  const Random random(5, RandomPurpose::test);
  double mean[3] = {};
  for (int n = 0; n < 4 * cells * cells * cells; ++n) {
    const int cell[3] = {n / 4 % cells, n / 4 / cells % cells, n / 4 / cells / cells};
    for (std::uint32_t c = 0; c < 3; ++c) {
      const auto id = static_cast<std::uint64_t>(n);
      sample.x.push_back(edge * (cell[c] + basis[n % 4][c] + jitter * (random.uniform(id, 1, c).first - 0.5)));
      sample.v.push_back(std::sqrt(temperature) * random.normal(id, 2, c).first);
      mean[c] += sample.v.back();
    }
  }
  for (std::size_t k = 0; k < sample.v.size(); ++k) sample.v[k] -= mean[k % 3] / static_cast<double>(sample.size());
  return sample;
}

Sample random_sample(const Box& box, int count, double distance, std::uint64_t seed) {
  Sample sample;
  sample.box = box;
  const Random random(6, RandomPurpose::test);
  for (std::uint64_t attempt = 0; sample.size() < static_cast<std::size_t>(count); ++attempt) {
    const auto u = random.uniform(seed, attempt, 0), w = random.uniform(seed, attempt, 1);
    const Vec3 x = box.to_cartesian({u.first, u.second, w.first});
    bool is_free = true;
    for (std::size_t n = 0; n < sample.size() && is_free; ++n) {
      const Vec3 d =
          box.minimum_image({x[0] - sample.x[3 * n], x[1] - sample.x[3 * n + 1], x[2] - sample.x[3 * n + 2]});
      is_free = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] > distance * distance;
    }
    if (!is_free) continue;
    for (std::uint32_t c = 0; c < 3; ++c) {
      sample.x.push_back(x[c]);
      sample.v.push_back(random.normal(seed, attempt, 2 + c).first);
    }
  }
  return sample;
}

data::System make_system(const Sample& sample, const Comm& comm) {
  data::System system(comm);
  system.box = sample.box;
  const int last_type = sample.type.empty() ? 0 : *std::max_element(sample.type.begin(), sample.type.end());
  const std::size_t types = std::max(sample.masses.size(), static_cast<std::size_t>(last_type) + 1);
  for (std::size_t t = 0; t < types; ++t)
    system.species.push_back(
        {std::string(1, static_cast<char>('A' + t)), t < sample.masses.size() ? sample.masses[t] : 1.0});
  std::vector<std::size_t> mine;
  for (std::size_t n = 0; n < sample.size(); ++n)
    if (static_cast<int>(n) % comm.size() == comm.rank()) mine.push_back(n);
  auto& particles = system.particles;
  particles.add<double>("velocity", 3, data::Column::saved | data::Column::output, "velocity");
  particles.resize_owned(static_cast<int>(mine.size()));
  if (!sample.charge.empty()) {
    particles.add<double>("charge", 1, data::Column::saved | data::Column::output, "charge");
    const auto charge = Kokkos::create_mirror_view(particles.get<double>("charge"));
    for (std::size_t i = 0; i < mine.size(); ++i) charge(i, 0) = sample.charge[mine[i]];
    Kokkos::deep_copy(particles.get<double>("charge"), charge);
  }
  const auto position = Kokkos::create_mirror_view(particles.get<double>("position"));
  const auto velocity = Kokkos::create_mirror_view(particles.get<double>("velocity"));
  const auto id = Kokkos::create_mirror_view(particles.get<std::int64_t>("id"));
  const auto type = Kokkos::create_mirror_view(particles.get<int>("type"));
  for (std::size_t i = 0; i < mine.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      position(i, c) = sample.x[3 * mine[i] + c];
      velocity(i, c) = sample.v.empty() ? 0.0 : sample.v[3 * mine[i] + c];
    }
    id(i, 0) = static_cast<std::int64_t>(mine[i]) + 1;
    type(i, 0) = sample.type.empty() ? 0 : sample.type[mine[i]];
  }
  Kokkos::deep_copy(particles.get<double>("position"), position);
  Kokkos::deep_copy(particles.get<double>("velocity"), velocity);
  Kokkos::deep_copy(particles.get<std::int64_t>("id"), id);
  Kokkos::deep_copy(particles.get<int>("type"), type);
  return system;
}

sim::md::PairTable lj(double cutoff, Truncation truncation) {
  sim::md::PairTable table;
  table.pairs[0].cutoff = cutoff;
  table.truncation = truncation;
  return table;
}

sim::md::PairTable kob_andersen() {
  sim::md::PairTable table;
  table.num_types = 2;
  table.pairs = {{1.0, 1.0, 2.5}, {1.5, 0.8, 2.0}, {1.5, 0.8, 2.0}, {0.5, 0.88, 2.2}};
  table.truncation = Truncation::energy;
  return table;
}

sim::md::ForceField lennard_jones_field(const sim::md::PairTable& table) {
  sim::md::ForceField field;
  field.add(sim::make_lennard_jones(table));
  return field;
}

Engine make_engine(const Sample& sample, sim::md::ForceField forces, const Comm& comm, double skin) {
  Engine engine(make_system(sample, comm), make_units("lj"), std::move(forces), {.skin = skin}, 0.001);
  engine.start();
  return engine;
}

Engine make_engine(const Sample& sample, const Setting& setting, const Comm& comm) {
  Engine engine(make_system(sample, comm), make_units("lj"), lennard_jones_field(setting.table), setting.neighbours,
                setting.dt, setting.grid, setting.balance);
  engine.start();
  return engine;
}

void advance(Engine& engine, std::int64_t steps, const std::function<void()>& after) {
  const Comm& comm = engine.system().particles.comm();
  for (std::int64_t n = 0; n < steps; ++n) {
    sim::Agreement mine;
    engine.step(mine);
    double values[] = {mine.raised(Engine::displacement), mine.raised(Engine::drift), mine.error() ? 1.0 : 0.0};
    comm.all_reduce(values, 3, Op::max);
    if (values[2] > 0.0) agree(comm, Outcome{mine.error()});
    sim::Agreement all;
    all.raise(Engine::displacement, values[0]);
    all.raise(Engine::drift, values[1]);
    engine.agreed(all);
    if (after) after();
  }
}

std::vector<double> gather(const Engine& engine, const std::string& column) {
  const auto& particles = engine.system().particles;
  const auto host = [&](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto values = host(particles.get<double>(column));
  const auto id = host(particles.get<std::int64_t>("id"));
  const auto image = host(particles.get<int>("image"));
  const auto total = static_cast<std::size_t>(engine.num_global());
  std::vector<double> all(4 * total, 0.0);  // and how often each id is there
  for (int i = 0; i < particles.num_owned(); ++i) {
    const auto n = static_cast<std::size_t>(id(i, 0) - 1);
    const Vec3 shift = engine.system().box.shift({image(i, 0), image(i, 1), image(i, 2)});
    for (std::size_t c = 0; c < 3; ++c) all[3 * n + c] += values(i, c) + (column == "position" ? shift[c] : 0.0);
    all[3 * total + n] += 1.0;
  }
  particles.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  const auto counts = all.begin() + static_cast<std::ptrdiff_t>(3 * total);
  if (!std::all_of(counts, all.end(), [](double count) { return count == 1.0; }))
    throw Error::internal("particles were lost or doubled");
  all.resize(3 * total);
  return all;
}

std::vector<double> alone(const std::function<std::vector<double>(const Comm&)>& make) {
  const Comm part = comm().split(comm().is_root() ? 0 : 1);
  std::vector<double> values;
  Outcome outcome;
  if (comm().is_root()) {
    try {
      values = make(part);
    } catch (...) {
      outcome.error = to_error(std::current_exception());
    }
  }
  agree(comm(), outcome);
  auto size = values.size();
  comm().broadcast(size);
  values.resize(size);
  comm().broadcast_bytes(values.data(), size * sizeof(double));
  return values;
}

double max_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return HUGE_VAL;
  double largest = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    const double difference = std::abs(a[n] - b[n]);
    if (!(difference <= largest)) largest = difference;  // NaN as well
  }
  return largest;
}

double rms(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

double temperature_of(const Engine& engine, const Totals& totals) {
  return 2.0 * totals.kinetic / (3.0 * static_cast<double>(engine.num_global()) - 3.0);
}

double pressure_of(const Engine& engine, const Totals& totals, int component) {
  return (totals.kinetic_tensor[component] + totals.virial[component]) / engine.system().box.volume();
}

double pressure_of(const Engine& engine, const Totals& totals) {
  return (pressure_of(engine, totals, 0) + pressure_of(engine, totals, 1) + pressure_of(engine, totals, 2)) / 3.0;
}

}  // namespace tessera::test
