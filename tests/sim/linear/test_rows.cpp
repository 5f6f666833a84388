// A row is the same to the last bit, whatever else is in the batch and on however many ranks.
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr std::int64_t num_rows = 29;

std::unique_ptr<LinearEnvironment> run(const Comm& comm, const LinearParams& params, sim::Episodes episodes,
                                       std::int64_t rows, std::int64_t block) {
  auto environment = make_environment(comm, params, 3, rows, block);
  environment->reset(episodes);
  for (int n = 0; n < 5; ++n) step_by_wave(*environment);
  return environment;
}

std::vector<double> part(const std::vector<double>& all, const sim::RowRange& rows) {
  const auto width = static_cast<std::int64_t>(all.size()) / rows.global;
  return {all.begin() + rows.first * width, all.begin() + (rows.first + rows.count) * width};
}

}  // namespace

TEST_CASE("Rows do not depend on ranks", "[linear]") {
  const Comm self = comm().split(comm().rank());
  // Of one panel, of some, and of one and a part.
  for (const auto* id : {"toy", "he6", "ac7", "bdt2", "dlr", "cm3", "cm"}) {
    CAPTURE(id);
    for (const auto observe : {sim::Observe::before, sim::Observe::after}) {
      LinearParams params;
      params.id = id;
      if (params.id == "cm") params.elements = 300;
      params.observe = observe;
      const auto alone = run(self, params, {}, num_rows, 1);
      for (const std::int64_t block : {1, 4}) {
        const auto shared = run(comm(), params, {}, num_rows, block);
        REQUIRE_ALL(all_numbers(*shared) == part(all_numbers(*alone), shared->rows()));
      }
    }
  }
}

TEST_CASE("Rows do not depend on how many there are, nor on their place", "[linear]") {
  const Comm self = comm().split(comm().rank());
  for (const auto* id : {"he1", "je1", "ac7", "lah"}) {
    CAPTURE(id);
    LinearParams params;
    params.id = id;
    const auto all = all_numbers(*run(self, params, {}, num_rows, 1));
    for (std::int64_t count = 1; count < 9; ++count) {
      const auto few = all_numbers(*run(self, params, {.first = 10}, count, 1));
      REQUIRE_ALL(few == part(all, {10, count, num_rows}));
    }
  }
}
