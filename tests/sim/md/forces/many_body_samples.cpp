#include "many_body_samples.hpp"

#include <fmt/core.h>

#include <fstream>

#include "base/random.hpp"
#include "catch.hpp"
#include "golden.hpp"
#include "sim/md/forces/many_body.hpp"

namespace tessera::test {

using sim::md::MdParams;

namespace {

std::vector<sim::md::TypeElementParams> as_types(const std::vector<std::string>& elements) {
  std::vector<sim::md::TypeElementParams> types;
  for (const auto& element : elements)
    types.push_back({std::string(1, static_cast<char>('A' + static_cast<int>(types.size()))), element});
  return types;
}

}  // namespace

MdParams eam(const std::string& path, const std::vector<std::string>& elements, data::EamFormat format) {
  MdParams params;
  params.eam = sim::md::EamParams{path, format, as_types(elements)};
  return params;
}

MdParams stillinger_weber(const std::string& path, const std::vector<std::string>& elements) {
  MdParams params;
  params.stillinger_weber = sim::md::StillingerWeberParams{path, as_types(elements)};
  return params;
}

MdParams tersoff(const std::string& path, const std::vector<std::string>& elements) {
  MdParams params;
  params.tersoff = sim::md::TersoffParams{path, as_types(elements)};
  return params;
}

MdParams copper() { return eam(data_path("../../inputs/md/Cu_u3.eam"), {"Cu"}); }
MdParams silicon() { return stillinger_weber(data_path("../../inputs/md/Si.sw"), {"Si"}); }

std::string write_mishin_copper() {
  const std::string path = scratch_folder() + "/Cu.eam.alloy";
  if (comm().is_root()) {
    const auto grid = read_golden("eam_cu_mishin.h5", "table/grid").values;
    std::ofstream file(path);
    const auto f = read_golden("eam_cu_mishin.h5", "table/F").values;
    file << "Copper: Mishin et al., Phys. Rev. B 63, 224106 (2001)\n\n\n1 Cu\n"
         << fmt::format("{} {:.17g} {} {:.17g} {:.17g}\n29 63.55 3.615 fcc\n", f.size(), grid[0], f.size(), grid[1],
                        grid[2]);
    for (const char* name : {"F", "rho", "r_phi"})
      for (const double value : read_golden("eam_cu_mishin.h5", std::string("table/") + name).values)
        file << fmt::format("{:.17g}\n", value);
  }
  comm().barrier();
  return path;
}

Sample read_sample(const std::string& file, const std::string& group, const std::vector<double>& masses) {
  Sample sample;
  sample.box = orthogonal_box(read_golden(file, group + "box").values);
  sample.x = read_golden(file, group + "x").values;
  sample.masses = masses;
  return sample;
}

sim::md::Engine start_engine(const Sample& sample, const MdParams& params, const Comm& comm, double dt,
                             data::Int3 grid) {
  auto system = make_system(sample, comm);
  sim::md::ForceField field;
  add_many_body(field, params, comm, system.species);
  sim::md::Engine engine(std::move(system), make_units("metal", Constants::lammps2021), std::move(field),
                         {.skin = 1.0, .inner_skin = 0.5}, dt, grid);
  engine.start();
  return engine;
}

Sample crystal(int cells, double edge, bool is_diamond, double jitter, std::uint32_t seed) {
  const double basis[8][3] = {{0, 0, 0},          {0, 0.5, 0.5},      {0.5, 0, 0.5},      {0.5, 0.5, 0},
                              {0.25, 0.25, 0.25}, {0.25, 0.75, 0.75}, {0.75, 0.25, 0.75}, {0.75, 0.75, 0.25}};
  const int per_cell = is_diamond ? 8 : 4;
  const Random random(seed, RandomPurpose::test);
  Sample sample;
  sample.box = data::Box::orthogonal({0, 0, 0}, {cells * edge, cells * edge, cells * edge});
  const int count = per_cell * cells * cells * cells;
  double mean[3] = {};
  for (int n = 0; n < count; ++n) {
    const int cell = n / per_cell, place[3] = {cell % cells, cell / cells % cells, cell / cells / cells};
    for (std::uint32_t c = 0; c < 3; ++c) {
      const auto draws = random.uniform(static_cast<std::uint64_t>(n), 7, c);
      sample.x.push_back(edge * (place[c] + basis[n % per_cell][c]) + jitter * (2.0 * draws.first - 1.0));
      sample.v.push_back(4.0 * (draws.second - 0.5));
      mean[c] += sample.v.back() / count;
    }
  }
  for (std::size_t k = 0; k < sample.v.size(); ++k) sample.v[k] -= mean[k % 3];
  return sample;
}

}  // namespace tessera::test
