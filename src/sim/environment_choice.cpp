#include "sim/environment_choice.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace tessera::sim {

namespace {

/// As a table of a deck.
struct EnvironmentTable {
  EnvironmentParams& params;
};
void bind(deck::Binder& b, EnvironmentTable& table) { table.params.bind(b); }

}  // namespace

EnvironmentChoice::EnvironmentChoice(const Families& families) {
  for (const auto& family : families) environments_.push_back({family, family->make_params()});
}

void EnvironmentChoice::bind(deck::Binder& b) {
  find(b);
  for (auto& [family, params] : environments_) {
    if (!b.is_describing() && params != chosen_ && !b.has(family->name())) continue;
    EnvironmentTable table{*params};
    b.table(family->name(), table, {"the environment (one of these tables)"});
  }
}

void EnvironmentChoice::bind_steps(deck::Binder& b) {
  b.value("steps", steps_, {.low = 1}, {"samples in an episode, instead of the environment's own", "samples"});
  if (chosen_ && steps_) chosen_->set_steps(*steps_);
}

/// The one whose table the deck has; once chosen it stays.
void EnvironmentChoice::find(deck::Binder& b) {
  if (b.is_describing() || chosen_) return;
  std::vector<std::string> names;
  std::string last = environments_.front().family->name();
  int given = 0;
  for (const auto& [family, params] : environments_) {
    names.push_back(fmt::format("[stage.{}]", family->name()));
    if (!b.has(family->name())) continue;
    chosen_ = params;
    last = family->name();
    ++given;
  }
  b.check(given == 1, last,
          fmt::format("this stage has one environment, the deck gives {}; expected one of {}", given,
                      fmt::join(names, ", ")));
  if (!chosen_) chosen_ = environments_.front().params;
}

std::function<std::unique_ptr<Environment>(const Comm&, std::uint32_t seed, std::int64_t rows)> maker_of(
    std::shared_ptr<const EnvironmentParams> params) {
  return [params = std::move(params)](const Comm& comm, std::uint32_t seed, std::int64_t rows) {
    return params->make(comm, seed, rows);
  };
}

}  // namespace tessera::sim
