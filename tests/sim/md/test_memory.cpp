// One engine only in this program: the peak of a process cannot be taken back.
#include "catch.hpp"

#include "base/memory.hpp"
#include "base/simd.hpp"
#include "samples.hpp"
#include "sim/md/estimate.hpp"
#include "sim/md/md_stage.hpp"

namespace tessera {

using namespace sim::md;

namespace {

// Clusters of two, as many as the shortest vectors hold, need longer lists, and where many threads share the work lists
// hold each pair twice: what is promised is for four and more, and for a thread a rank.
double most_bytes() {
  const bool is_half = data::preferred_pair_count() == data::PairCount::half;
  return (simd::width >= 4 ? 400.0 : 600.0) * (is_half ? 1.0 : 2.0);
}

}  // namespace

TEST_CASE("the melt takes the memory that was foretold, and not more than is promised", "[md]") {
  MdParams params;
  params.lattice.emplace();
  params.lattice->cells = {20, 20, 20};
  params.lattice->density = 0.8442;
  params.velocity.emplace();
  params.pair.emplace();
  params.pair->epsilon = params.pair->sigma = 1.0;
  params.pair->cutoff = 2.5;
  params.neighbours.skin = 0.5;
  params.neighbours.inner_skin = 0.2;
  const auto& comm = test::comm();
  const auto before = memory_use().views;
  const auto engine_of = [&] {
    MdStage stage({comm, "melt", 87287, {}}, params);
    stage.start();
    for (int n = 0; n < 60; ++n) {
      sim::Agreement mine;
      stage.step(mine);
      double values[] = {mine.raised(0), mine.raised(1)};
      comm.all_reduce(values, 2, Op::max);
      sim::Agreement all;
      all.raise(0, values[0]);
      all.raise(1, values[1]);
      stage.agreed(all);
    }
  };
  engine_of();
  const auto measured = static_cast<double>(comm.all_reduce(memory_use().peak_views - before, Op::max));
  const double predicted = estimate_run(comm, params, comm.size()).bytes_per_rank;
  INFO("measured " << measured << ", predicted " << predicted);
  CHECK(measured / 32000.0 * comm.size() < (comm.size() == 1 ? 1.0 : 1.25) * most_bytes());
  CHECK_THAT(predicted, WithinRel(measured, 0.2));
}

}  // namespace tessera
