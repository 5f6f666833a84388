// Runs that are interrupted and go on, from checkpoints on disk.
#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "samples.hpp"
#include "sim/md/observables/adf.hpp"
#include "sim/md/observables/bond_order.hpp"
#include "sim/md/observables/centro_symmetry.hpp"
#include "sim/md/observables/coordination.hpp"
#include "sim/md/observables/msd.hpp"
#include "sim/md/observables/rdf.hpp"
#include "sim/md/observables/self_scattering.hpp"
#include "sim/md/observables/structure_factor.hpp"
#include "sim/md/observables/vacf.hpp"
#include "sim/md/observables/vdos.hpp"
#include "sim/md/observables/viscosity.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;

namespace {

/// An engine with all observables, sampled as a stage does.
struct Run {
  explicit Run(const Sample& sample, const Comm& comm)
      : engine(make_system(sample, comm), make_units("lj"), lennard_jones_field(kob_andersen()), {}, 0.004) {
    sim::md::RdfParams rdf;
    rdf.every = 20;
    rdf.bins = 50;
    rdf.range = 3.5;
    sim::md::MsdParams msd;
    msd.every = 5;
    msd.lags = 12;
    msd.origins = 3;
    sim::md::VacfParams vacf;
    vacf.lags = 10;
    vacf.origins = 4;
    observables.push_back(make_rdf(rdf, engine));
    observables.push_back(make_msd(msd, engine));
    observables.push_back(make_vacf(vacf, engine));
    add_structure();
    add_correlations();
  }

  void add_structure() {
    sim::md::StructureFactorParams factor;
    factor.every = 10;
    factor.q_max = 6.0;
    factor.bins = 8;
    factor.vectors = 20;
    sim::md::AdfParams adf;
    adf.every = 20;
    adf.bins = 30;
    sim::md::CoordinationParams coordination;
    coordination.every = 20;
    sim::md::BondOrderParams order;
    order.every = 10;
    order.bins = 20;
    observables.push_back(make_structure_factor(factor, engine));
    observables.push_back(make_adf(adf, engine));
    observables.push_back(make_coordination(coordination, engine));
    observables.push_back(make_bond_order(order, engine));
    sim::md::CentroSymmetryParams centro;
    centro.every = 10;
    observables.push_back(make_centro_symmetry(centro, engine));
  }
  void add_correlations() {
    sim::md::ViscosityParams viscosity;
    viscosity.every = 3;
    viscosity.lags = 8;
    sim::md::VdosParams vdos;
    vdos.lags = 12;
    vdos.origins = 4;
    sim::md::SelfScatteringParams scattering;
    scattering.every = 3;
    scattering.lags = 9;
    scattering.origins = 3;
    scattering.wavenumbers = {7.25, 2.0};
    observables.push_back(make_viscosity(viscosity, engine));
    observables.push_back(make_vdos(vdos, engine));
    observables.push_back(make_self_scattering(scattering, engine));
  }

  void start() {
    engine.start();
    sample();
  }
  void sample() {
    for (const auto& observable : observables)
      if (observable->wants(engine.num_steps_done())) observable->sample(engine);
  }
  void go_on(std::int64_t until) {
    advance(engine, until - engine.num_steps_done(), [&] { sample(); });
  }
  void save(data::StateWriter& writer) const {
    engine.save(writer);
    for (const auto& observable : observables) observable->save(writer);
  }
  void restore(data::StateReader& reader) {
    engine.restore(reader);
    for (const auto& observable : observables) observable->restore(reader);
  }
  std::vector<std::vector<double>> tables() const {
    std::vector<std::vector<double>> rows;
    for (const auto& observable : observables)
      for (const auto& row : observable->report().rows) rows.push_back(row);
    for (const auto& observable : observables)
      for (const auto& row : observable->results()) rows.push_back({row.value});
    return rows;
  }

  Engine engine;
  std::vector<std::unique_ptr<sim::md::Observable>> observables;
};

Sample mixture() {
  auto sample = fcc_sample(4, 1.1, 1.2, 0.02);
  for (std::size_t n = 0; n < sample.size(); ++n) sample.type.push_back(n % 5 == 0 ? 1 : 0);
  sample.masses = {1.0, 1.5};
  return sample;
}

void write(const Run& run, const std::string& folder) {
  data::CheckpointInfo info;
  info.step = run.engine.num_steps_done();
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) { run.save(writer); }}});
}

void read(Run& run, const Comm& comm, const std::string& folder) {
  const auto checkpoint = data::Checkpoint::open_newest(comm, folder);
  run.restore(*checkpoint->section("run"));
}

double largest_difference(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
  double largest = a.size() == b.size() ? 0.0 : 1e300;
  for (std::size_t n = 0; n < std::min(a.size(), b.size()); ++n)
    largest = std::max(largest, max_difference(a[n], b[n]));
  return largest;
}

}  // namespace

TEST_CASE("On as many ranks, a run that was interrupted ends the same to the last bit", "[md]") {
  const auto sample = mixture();
  Run whole(sample, comm());
  whole.start();
  whole.go_on(60);
  const auto x = gather(whole.engine, "position"), v = gather(whole.engine, "velocity");
  const auto totals = whole.engine.totals();
  const auto tables = whole.tables();
  for (const std::int64_t interruption : {0, 20, 41}) {  // the last one between two list builds
    CAPTURE(interruption);
    const std::string folder = scratch_folder();
    Run first(sample, comm());
    first.start();
    first.go_on(interruption);
    write(first, folder);
    Run second(Sample{sample.box, {}, {}, {}, sample.masses, {}}, comm());
    read(second, comm(), folder);
    CHECK(second.engine.num_steps_done() == interruption);
    CHECK(second.engine.time() == first.engine.time());
    CHECK(gather(second.engine, "force") == gather(first.engine, "force"));
    CHECK(second.engine.totals().potential == first.engine.totals().potential);
    second.go_on(60);
    CHECK(gather(second.engine, "position") == x);
    CHECK(gather(second.engine, "velocity") == v);
    CHECK(second.engine.totals().potential == totals.potential);
    CHECK(second.engine.totals().virial[3] == totals.virial[3]);
    CHECK(second.engine.num_builds() == whole.engine.num_builds());
    CHECK(second.tables() == tables);
  }
}

TEST_CASE("A run goes on with other numbers of ranks", "[md]") {
  const auto sample = mixture();
  const std::string folder = scratch_folder();
  Run whole(sample, comm());
  whole.start();
  whole.go_on(37);
  write(whole, folder);
  const auto x = gather(whole.engine, "position"), force = gather(whole.engine, "force");
  const auto tables = whole.tables();
  whole.go_on(47);
  const auto later = gather(whole.engine, "position");
  const auto late_tables = whole.tables();

  // One rank by itself, and all the others together.
  const Comm some = comm().split(comm().is_root() ? 0 : 1);
  Run part(Sample{sample.box, {}, {}, {}, sample.masses, {}}, some);
  read(part, some, folder);
  // Particles are brought back into the box, which rounds them; nothing else differs but the order of sums.
  REQUIRE_ALL(max_difference(gather(part.engine, "position"), x) < 1e-14);
  REQUIRE_ALL(max_difference(gather(part.engine, "force"), force) < 1e-12 * rms(force));
  REQUIRE_ALL(part.tables() == tables);
  part.go_on(47);
  REQUIRE_ALL(max_difference(gather(part.engine, "position"), later) < 1e-12);
  REQUIRE_ALL(largest_difference(part.tables(), late_tables) < 1e-11);
}

TEST_CASE("A checkpoint of other observables is refused", "[md][bad]") {
  const auto sample = mixture();
  const std::string folder = scratch_folder();
  Run run(sample, comm());
  run.start();
  write(run, folder);
  auto engine = make_engine(sample, {kob_andersen()}, comm());
  sim::md::VacfParams more_lags;
  more_lags.lags = 11;
  sim::md::RdfParams more_bins;
  more_bins.bins = 60;
  const auto vacf = make_vacf(more_lags, engine);
  const auto rdf = make_rdf(more_bins, engine);
  const auto checkpoint = data::Checkpoint::open_newest(comm(), folder);
  REQUIRE_THROWS_WITH(vacf->restore(*checkpoint->section("run")), Contains("10 lags") && Contains("11"));
  REQUIRE_THROWS_WITH(rdf->restore(*checkpoint->section("run")), Contains("200 counts") && Contains("240"));
}
