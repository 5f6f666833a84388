// usage: tessera_bench_fsgld [SECONDS]
// Chain-steps a second of SGLD over the data of clients, and what a step is made of: drawing rows, their gradients,
// normal numbers, and the update, without and with diagonal conducive gradients, whose share of a step is what they
// make it longer; chains of a round are shared out over the clients. On more ranks than one: all of them together, each
// chain drawing its clients by itself, beside as many runs side by side, one a rank, each with its part of the chains
// and clients.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "learn/fsgld/sampler.hpp"

namespace tessera::bench {

namespace {

using namespace learn::fsgld;

struct Case {
  std::string name;
  ModelParams model;
  std::int64_t width, batch, chains, local_updates;
};

constexpr std::int64_t clients_a_rank = 10, rows_a_client = 1000;

data::Table make_table(const Comm& comm, std::int64_t width) {
  const std::int64_t rows = clients_a_rank * rows_a_client, first = rows * comm.rank();
  const Random random(1, RandomPurpose::test);
  std::vector<std::int64_t> client;
  std::vector<double> x, y;
  for (std::int64_t n = first; n < first + rows; ++n) {
    client.push_back(n / rows_a_client);
    for (std::int64_t k = 0; k < width; ++k)
      x.push_back(random.normal(static_cast<std::uint64_t>(n), 0, static_cast<std::uint32_t>(k)).first);
    y.push_back(x.back() > 0.0 ? 1.0 : 0.0);
  }
  data::Table table(comm);
  table.add<std::int64_t>("client");
  table.add<double>("x", static_cast<int>(width));
  table.add<double>("y");
  table.append(rows);
  data::set_rows(table.get<std::int64_t>("client"), 0, client);
  data::set_rows(table.get<double>("x"), 0, x);
  data::set_rows(table.get<double>("y"), 0, y);
  return table;
}

/// Chain-steps a second, of all ranks.
class Walker {
 public:
  Walker(const Comm& comm, const Case& test, std::int64_t chains, bool is_federated, ScheduleKind schedule)
      : comm_(comm),
        chains_(chains),
        clients_(make_table(comm, test.width), {}, "the rows"),
        model_(make_model(test.model, test.width)),
        schedule_(1, clients_, {.kind = schedule}) {
    SamplerParams params;
    params.chains = chains;
    params.local_updates = test.local_updates;
    params.batch = test.batch;
    params.burn_in = params.updates = std::int64_t{1} << 40;
    params.step.size = 1e-9;
    params.model = test.model;
    params.schedule.kind = schedule;
    Preparation preparation;
    if (is_federated) {
      const auto d = static_cast<std::size_t>(model_->dimensions());
      Surrogates surrogates;
      surrogates.here.assign(clients_a_rank, {std::vector<double>(d, 1.0), std::vector<double>(d, 0.5)});
      sum_surrogates(clients_, model_->dimensions(), surrogates);
      preparation.correction = conducive_correction(clients_, schedule_, surrogates);
    }
    sampler_ = std::make_unique<Sampler>(1, params, clients_, *model_, schedule_, preparation);
    once_ = comm.all_reduce(seconds_of([&] { sampler_->advance(test.local_updates, records_); }), Op::max) /
            static_cast<double>(test.local_updates);
  }
  double rate(double seconds) {
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(seconds / once_));
    comm_.barrier();
    const double spent = seconds_of([&] {
      sampler_->advance(count, records_);
      comm_.barrier();
    });
    once_ = comm_.all_reduce(spent / static_cast<double>(count), Op::max);
    return static_cast<double>(chains_) / once_;
  }

 private:
  Comm comm_;
  std::int64_t chains_;
  Clients clients_;
  std::unique_ptr<Model> model_;
  Schedule schedule_;
  Records records_;
  std::unique_ptr<Sampler> sampler_;
  double once_ = 0.0;
};

void compare_alone(const Comm& comm, const Case& test, double seconds) {
  for (const std::int64_t chains : {test.chains / 16, test.chains, 16 * test.chains}) {
    Walker without(comm, test, chains, false, ScheduleKind::permutation),
        with(comm, test, chains, true, ScheduleKind::permutation);
    double plain = 0.0, federated = 0.0;
    reset_regions();
    for (int turn = 0; turn < turns; ++turn) {
      plain = std::max(plain, without.rate(seconds / turns));
      federated = std::max(federated, with.rate(seconds / turns));
    }
    double whole = 0.0;
    std::string parts;
    for (const auto& region : collect_regions(comm))
      if (region.name == "fsgld/advance") whole = region.mean;
    for (const char* name : {"fsgld/batches", "fsgld/gradient", "fsgld/noise", "fsgld/step"})
      for (const auto& region : collect_regions(comm))
        if (region.name == name) parts += fmt::format("{:9.2f}", region.mean / whole);
    fmt::print("{:28} {:7} {:11.4g} {:10.4g} {:8.3f} {}\n", test.name, chains, plain, federated,
               plain / federated - 1.0, parts);
  }
}

void compare_ranks(const Comm& comm, const Case& test, double seconds) {
  Walker together(comm, test, test.chains * comm.size(), true, ScheduleKind::independent),
      alone(comm.split(comm.rank()), test, test.chains, true, ScheduleKind::independent);
  double joint = 0.0, apart = 0.0;
  for (int turn = 0; turn < turns; ++turn) {
    joint = std::max(joint, together.rate(seconds / turns));
    comm.barrier();
    apart = std::max(apart, comm.all_reduce(alone.rate(seconds / turns), Op::min) * comm.size());
  }
  if (comm.is_root())
    fmt::print("{:28} {:7} {:11.4g} {:10.4g} {:7.3f}\n", test.name, test.chains, joint, apart, joint / apart);
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  const auto& comm = runtime.comm();
  using tessera::learn::fsgld::ModelKind;
  try {
    const double seconds = argc > 1 ? std::stod(argv[1]) : 2.0;
    const bool is_alone = comm.size() == 1;
    if (comm.is_root())
      fmt::print("{:28} {:>7} {:>11} {:>10} {:>8} {}\n", "model", "chains", is_alone ? "DSGLD /s" : "together",
                 is_alone ? "FSGLD /s" : "apart", is_alone ? "dearer" : "ratio",
                 is_alone ? "  batches gradient   noise     step" : "");
    const std::vector<tessera::bench::Case> cases{
        {"mean, d 2, m 10, L 1", {.kind = ModelKind::gaussian_mean}, 2, 10, 256, 1},
        {"mean, d 2, m 10, L 100", {.kind = ModelKind::gaussian_mean}, 2, 10, 256, 100},
        {"logistic, d 21, m 256, L 20", {.kind = ModelKind::metric}, 20, 256, 64, 20},
        {"linear, d 81, m 10, L 600", {.kind = ModelKind::linear}, 81, 10, 64, 600},
        {"network 854, m 50, double", {.kind = ModelKind::network}, 18, 50, 16, 40},
        {"network 854, m 50, single", {.kind = ModelKind::network, .is_single = true}, 18, 50, 16, 40}};
    for (const auto& test : cases)
      is_alone ? tessera::bench::compare_alone(comm, test, seconds)
               : tessera::bench::compare_ranks(comm, test, seconds);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(comm, error));
  }
}
