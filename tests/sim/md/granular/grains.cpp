#include "grains.hpp"

#include "base/random.hpp"

namespace tessera::test {

using sim::md::Engine;

sim::md::GranularParams usual_grains() {
  sim::md::GranularParams params;
  params.stiffness = 2e5;
  params.damping = 50.0;
  params.friction = 0.5;
  params.radius = 0.5;
  complete(params);
  return params;
}

void complete(sim::md::GranularParams& params) {
  params.tangential_stiffness = 2.0 / 7.0 * params.stiffness;
  params.tangential_damping = 0.5 * params.damping;
}

data::Box open_box(double edge) {
  return data::Box::orthogonal({-0.5 * edge, -0.5 * edge, -0.5 * edge}, {edge, edge, edge}, {false, false, false});
}

GrainSample falling_grains(int edge, int layers) {
  GrainSample grains;
  auto& sample = grains.sample;
  const auto length = static_cast<double>(edge);
  sample.box = data::Box::orthogonal({0, 0, 0}, {length, length, 1.2 * (layers + 2)}, {true, true, false});
  sample.masses = {1.0, 1.0};
  const Random random(7, RandomPurpose::test);
  for (int z = 0; z <= layers; ++z)
    for (int y = 0; y < edge; ++y)
      for (int x = 0; x < edge; ++x) {
        const auto n = sample.size();
        const double shift = z == 0 ? 0.0 : 0.25 * (z % 2 + 1);
        for (std::uint32_t c = 0; c < 3; ++c) {
          const double place = (c == 0 ? x : c == 1 ? y : 1.01 * z) + (c < 2 ? 0.5 + shift : 0.5);
          const auto noise = random.normal(n, 1, c);
          sample.x.push_back(z == 0 ? place : place + 0.02 * noise.first);
          sample.v.push_back(z == 0 ? 0.0 : noise.second);
        }
        sample.type.push_back(z == 0 ? 1 : 0);
      }
  grains.params = usual_grains();
  grains.params.stiffness = 2000.0;
  grains.params.damping = 10.0;
  complete(grains.params);
  grains.params.frozen = {"B"};
  grains.gravity.emplace();
  grains.gravity->chute_angle = 26.0;
  grains.dt = 1e-3;
  return grains;
}

Engine make_unstarted_grains(const GrainSample& grains, const Comm& comm) {
  auto system = make_system(grains.sample, comm);
  auto& particles = system.particles;
  if (!grains.spin.empty()) {
    particles.add<double>(sim::md::spin_column, 3, data::Column::saved | data::Column::output);
    const auto spin = particles.get<double>(sim::md::spin_column);
    const auto host = Kokkos::create_mirror_view(spin);
    const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
    for (int i = 0; i < particles.num_owned(); ++i)
      for (std::size_t c = 0; c < 3; ++c) host(i, c) = grains.spin[3 * static_cast<std::size_t>(id(i, 0) - 1) + c];
    Kokkos::deep_copy(spin, host);
  }
  const auto units = make_units("lj");
  auto parts = sim::md::make_grains(grains.params, system, units);
  sim::md::ForceField field;
  sim::md::Ensemble ensemble;
  ensemble.add(std::move(parts.rotation));
  if (grains.gravity) {
    field.add(make_gravity(*grains.gravity, system, units));
    ensemble.add(sim::md::make_gravity_remark());
  }
  field.add(std::move(parts.contacts));
  Engine engine(std::move(system), units, std::move(field), {.skin = grains.skin, .inner_skin = 0.5 * grains.skin},
                grains.dt);
  engine.set_ensemble(std::move(ensemble));
  return engine;
}

Engine make_grain_engine(const GrainSample& grains, const Comm& comm) {
  auto engine = make_unstarted_grains(grains, comm);
  engine.start();
  return engine;
}

std::vector<double> state_of_grains(const Engine& engine) {
  auto all = gather(engine, "position");
  for (const char* name : {"velocity", sim::md::spin_column}) {
    const auto more = gather(engine, name);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

double rotational_energy(const Engine& engine) { return engine.ensemble().energy(engine); }

}  // namespace tessera::test
