#include "learn/comparison/trajectory_params.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "learn/comparison/sources.hpp"

namespace tessera::learn::comparison {

void bind(deck::Binder& b, TrajectorySource& p) {
  b.value("stage", p.stage, {"name of an earlier stage of type md or forecast"});
  b.file("file", p.file, {"or series.csv of such a stage of another run, with its other files beside it"});
  b.check(p.stage.empty() != p.file.empty(), p.stage.empty() ? "file" : "stage",
          "a trajectory comes from an earlier stage or from the file of one: expected one of them");
}

void bind(deck::Binder& b, TrajectoryData& p) {
  b.required("name");
  b.value("name", p.name, {"of this trajectory in tables"});
  b.check(p.name.find_first_of(",\"\n:") == std::string::npos && !p.name.empty(), "name",
          "expected a name without commas, colons and quotes");
  b.check(p.name != "reference" && p.name != "reference_again" && p.name != "canonical", "name",
          "tables have columns of this name: choose another one");
  bind(b, p.source);
}

void bind_own_keys(deck::Binder& b, TrajectoriesParams& p) {
  b.value("discard", p.discard, {.low = 0.0, .high = 0.9},
          {"of trajectories: the part of each series that is left out at its beginning"});
  b.value("bins", p.bins, {.low = 2, .high = 10000}, {"of trajectories: of histograms of temperature and energy"});
}

void bind(deck::Binder& b, TrajectoriesParams& p) {
  b.tables("data", p.data, {"trajectories that are judged: of a model, of others beside it"});
  b.check(!p.data.empty(), "data", "expected at least one [[stage.data]]");
  for (std::size_t n = 0; n < p.data.size(); ++n)
    b.check(std::none_of(p.data.begin(), p.data.begin() + static_cast<std::ptrdiff_t>(n),
                         [&](const TrajectoryData& other) { return other.name == p.data[n].name; }),
            "data", fmt::format("two of them are named '{}'", p.data[n].name));
  b.table("reference", p.reference, {"the trajectory that is true"});
  b.table("reference_again", p.reference_again,
          {"another one, independent: what they are apart is the noise floor. Left out: halves of the series of the "
           "reference are, and curves have no floor"});
  bind_own_keys(b, p);
}

std::vector<std::string> stages_used_by(const TrajectoriesParams& p) { return stages_of_sources(p); }

}  // namespace tessera::learn::comparison
