// Runs of molecules: on any number of ranks, interrupted, and from a LAMMPS data file.
#include <cmath>
#include <fstream>

#include "base/agree.hpp"
#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "molecules.hpp"
#include "sim/md/md_stage.hpp"

using namespace tessera;
using namespace tessera::test;
using data::Box;
using sim::md::Engine;

namespace {

/// Brought to rest in small steps: close contacts of random chains are gone.
Molecules relaxed(Molecules molecules) {
  molecules.dt = 5e-4;
  const auto x = alone([&](const Comm& one) {
    Molecules now = molecules;
    for (int n = 0; n < 20; ++n) {
      now.sample.v.assign(now.sample.x.size(), 0.0);
      auto engine = make_molecule_engine(now, one);
      advance(engine, 20);
      now.sample.x = gather(engine, "position");
    }
    return now.sample.x;
  });
  molecules.sample.x = x;
  molecules.dt = 0.002;
  return molecules;
}

std::vector<double> state_after(const Molecules& molecules, const Comm& comm, data::Int3 grid, std::int64_t steps) {
  auto engine = make_molecule_engine(molecules, comm, grid);
  advance(engine, steps);
  auto values = gather(engine, "position");
  const auto v = gather(engine, "velocity");
  values.insert(values.end(), v.begin(), v.end());
  return values;
}

void write(const Engine& engine, const std::string& folder) {
  data::CheckpointInfo info;
  info.step = engine.num_steps_done();
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) { engine.save(writer); }}});
}

/// A small melt as a data file: molecules with all sections, coefficients among them.
std::string data_file(const Molecules& molecules, const std::string& folder) {
  const std::string path = folder + "/melt.data";
  if (comm().is_root()) {
    std::ofstream file(path);
    file.precision(17);
    const auto& sample = molecules.sample;
    file << "chains\n\n" << sample.size() << " atoms\n2 atom types\n";
    const std::size_t types[] = {3, 2, 3, 2};
    const char* kinds[] = {"bond", "angle", "dihedral", "improper"};
    for (std::size_t n = 0; n < 4; ++n) {
      const auto& table = molecules.topology[n];
      file << table.rows.size() / (static_cast<std::size_t>(table.ids_per_row) + 1) << " " << table.name << "\n"
           << types[n] << " " << kinds[n] << " types\n";
    }
    for (int d = 0; d < 3; ++d)
      file << "0 " << sample.box.cell[d][d] << " "
           << "xyz"[d] << "lo "
           << "xyz"[d] << "hi\n";
    file << "\nMasses\n\n1 1.0\n2 1.5\n\nAtoms # molecular\n\n";
    for (std::size_t n = 0; n < sample.size(); ++n)
      file << n + 1 << " " << n / 6 + 1 << " " << sample.type[n] + 1 << " " << sample.x[3 * n] << " "
           << sample.x[3 * n + 1] << " " << sample.x[3 * n + 2] << "\n";
    file << "\nVelocities\n\n";
    for (std::size_t n = 0; n < sample.size(); ++n)
      file << n + 1 << " " << sample.v[3 * n] << " " << sample.v[3 * n + 1] << " " << sample.v[3 * n + 2] << "\n";
    const char* sections[] = {"Bonds", "Angles", "Dihedrals", "Impropers"};
    for (std::size_t k = 0; k < 4; ++k) {
      const auto& table = molecules.topology[k];
      file << "\n" << sections[k] << "\n";
      for (std::size_t n = 0; n < table.rows.size(); ++n) {
        const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
        if (n % width == 0) file << "\n" << n / width + 1;
        file << " " << table.rows[n];
      }
      file << "\n";
    }
    file << "\nBond Coeffs # hybrid\n\n1 harmonic 120 1.02\n2 morse 40 1.7 0.98\n3 fene 30 1.5 1 0.95\n";
    file << "\nAngle Coeffs # charmm\n\n1 12 110 0 0\n2 9 180 4 1.7\n";
    file << "\nDihedral Coeffs # hybrid\n\n1 opls 1.3 -0.4 0.9 0.25\n2 harmonic 0.8 -1 3\n3 charmm 0.6 2 35 0\n";
    file << "\nImproper Coeffs\n\n1 harmonic 1.5 40\n2 cvff 0.7 -1 2\n";
  }
  comm().barrier();
  return path;
}

sim::md::MdParams deck_of(const Molecules& molecules, const std::string& path) {
  sim::md::MdParams params;
  params.steps = 40;
  params.dt = molecules.dt;
  params.file = path;
  params.constants = Constants::lammps2021;
  params.pair.emplace();
  params.pair->truncation = sim::md::Truncation::energy;
  params.pair->cutoff = 2.2;
  params.pair->types = {{"1", 1.0, 0.9}, {"2", 0.6, 0.8}};
  params.pair->between = {{{"1", "2"}, 0.8, 0.85, 2.1, {}}, {{"2", "2"}, {}, {}, 2.0, {}}};
  params.neighbours.skin = 0.8;
  params.neighbours.inner_skin = 0.4;
  params.molecules.special = molecules.params.special;
  return params;
}

void step(sim::md::MdStage& stage) {
  sim::Agreement mine;
  stage.step(mine);
  double values[] = {mine.raised(0), mine.raised(1)};
  comm().all_reduce(values, 2, Op::max);
  agree(comm(), Outcome{mine.error()});
  sim::Agreement all;
  all.raise(0, values[0]);
  all.raise(1, values[1]);
  stage.agreed(all);
}

}  // namespace

TEST_CASE("Molecules across tiles and sides: ranks agree with one rank", "[md]") {
  struct Case {
    std::string name;
    Box box;
    int count, length;
  };
  const Case cases[] = {{"wide", Box::orthogonal({0, 0, 0}, {11, 10, 9}), 45, 8},
                        {"skewed", skewed(9.0), 30, 8},
                        {"less than two cutoffs wide", Box::orthogonal({0, 0, 0}, {4.5, 4.2, 4.4}), 6, 4}};
  const int n = comm().size();
  std::uint64_t seed = 41;
  for (const auto& [name, box, count, length] : cases) {
    const auto molecules = relaxed(chains(box, count, length, seed++));
    const auto expected = alone([&](const Comm& one) { return state_after(molecules, one, {0, 0, 0}, 10); });
    for (const data::Int3 grid : {data::Int3{n, 1, 1}, data::Int3{1, n, 1}, data::Int3{1, 1, n}}) {
      CAPTURE(name, grid[0], grid[1], grid[2]);
      CHECK(max_difference(state_after(molecules, comm(), grid, 10), expected) < 1e-11);
    }
  }
}

TEST_CASE("Total energy of molecules is conserved", "[md]") {
  auto start = chains(Box::orthogonal({0, 0, 0}, {9, 9, 9}), 30, 8, 51);
  start.table.truncation = sim::md::Truncation::force;
  // Where three atoms come into line, forces of torsions have no bound and no time step is small enough.
  for (auto& angle : start.params.angles) {
    angle.k = 60.0;
    angle.angle = 112.0;
  }
  auto molecules = relaxed(start);
  double worst[2] = {};
  for (int halved = 0; halved < 2; ++halved) {
    molecules.dt = halved == 0 ? 0.002 : 0.001;
    auto engine = make_molecule_engine(molecules, comm());
    const auto first = engine.totals();
    advance(engine, halved == 0 ? 200 : 400, [&] {
      const auto now = engine.totals();
      const double drift = std::abs(now.potential + now.kinetic - first.potential - first.kinetic);
      worst[halved] = std::max(worst[halved], drift);
    });
    CHECK(worst[halved] < 2e-3 * first.kinetic);
  }
  CHECK(worst[1] < 0.4 * worst[0]);  // of second order
}

TEST_CASE("A run of molecules that was interrupted ends the same to the last bit", "[md]") {
  const auto molecules = relaxed(chains(Box::orthogonal({0, 0, 0}, {9, 9, 9}), 30, 8, 61));
  auto whole = make_molecule_engine(molecules, comm());
  advance(whole, 200);
  for (const std::int64_t interruption : {0, 57}) {
    const std::string folder = scratch_folder();
    auto first = make_molecule_engine(molecules, comm());
    advance(first, interruption);
    write(first, folder);
    auto second = make_unstarted_engine(molecules, comm());
    const auto checkpoint = data::Checkpoint::open_newest(comm(), folder);
    second.restore(*checkpoint->section("run"));
    CHECK(gather(second, "force") == gather(first, "force"));
    advance(second, 200 - interruption);
    CHECK(gather(second, "position") == gather(whole, "position"));
    CHECK(second.totals().potential == whole.totals().potential);
    CHECK(second.num_builds() == whole.num_builds());
  }
}

TEST_CASE("A data file brings molecules and their coefficients; its stage restarts without it", "[md]") {
  auto molecules = relaxed(chains(Box::orthogonal({0, 0, 0}, {9, 8, 8.5}), 20, 6, 71));
  const std::string folder = scratch_folder();
  const std::string path = data_file(molecules, folder);
  const auto params = deck_of(molecules, path);
  const sim::StageContext context{comm(), "melt", 1, {}};
  sim::md::MdStage stage(context, params);
  stage.start();
  const auto engine = make_molecule_engine(molecules, comm());
  const auto expected = gather(engine, "force");
  CHECK(max_difference(gather(stage.engine(), "force"), expected) < 1e-11 * rms(expected));
  CHECK_THAT(stage.engine().totals().potential, WithinRel(engine.totals().potential, 1e-11));
  for (int n = 0; n < 15; ++n) step(stage);

  data::CheckpointInfo info;
  info.step = 15;
  data::write_checkpoint(comm(), folder, info, {{"melt", [&](data::StateWriter& w) { stage.save(w); }}});
  auto moved = params;
  moved.file = "gone.data";
  sim::md::MdStage again(context, moved);
  again.restore(*data::Checkpoint::open_newest(comm(), folder)->section("melt"));
  for (int n = 0; n < 10; ++n) {
    step(stage);
    step(again);
    REQUIRE(stage.series_values() == again.series_values());
  }

  // A later stage takes the molecules over.
  auto later = params;
  later.file.clear();
  later.data = "melt";
  const sim::StageContext next{comm(), "later", 1, [&](const std::string&) { return stage.system(); }};
  sim::md::MdStage follower(next, later);
  follower.start();
  CHECK_THAT(follower.engine().totals().potential, WithinRel(stage.engine().totals().potential, 1e-11));
}
