#include "run/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "deck/deck.hpp"
#include "run/deck_values.hpp"

namespace tessera::run {

void bind(deck::Binder& b, CheckpointParams& p) {
  b.value("every", p.every, deck::non_negative, {"steps between checkpoints; 0: by time alone", "steps"});
  b.value("minutes", p.minutes, deck::non_negative, {"wall time between checkpoints; 0: by steps alone", "minutes"});
}

void bind(deck::Binder& b, OutputParams& p) {
  b.value("series", p.series, {.low = 1}, {"steps between rows of series.csv", "steps"});
  b.value("snapshots", p.snapshots, deck::non_negative,
          {"steps between snapshots of all particles and fields; 0: the final state alone", "steps"});
}

void bind(deck::Binder& b, TopParams& p) {
  b.value("title", p.title, {"what this is about"});
  b.value("seed", p.seed, {.low = 0, .high = 4294967295.0}, {"of all random numbers"});
  b.value(
      "members", p.members, {.low = 1, .high = 1e6},
      {"an ensemble: so many runs with seeds seed, seed + 1..., each on a group of the ranks and in a folder of its "
       "own"});
  b.value("wall_limit", p.wall_limit, deck::positive,
          {"the run stops in time before so much wall time, with a checkpoint", "s"});
  b.table("checkpoint", p.checkpoint, {"how often a restart point is written"});
}

void bind_stage(deck::Binder& b, sim::StageType::Params& params, StageCommon& common) {
  params.bind(b);
  b.value("stream", common.stream, {.low = 0, .high = 65535},
          {"of random numbers: a stage of another stream draws others, everything else being the same"});
  b.table("output", common.output, {"what is written, and how often"});
}

std::uint32_t seed_of(const TopParams& top, const StageCommon& common) {
  const auto seed = static_cast<std::uint32_t>(top.seed);
  if (common.stream == 0) return seed;
  // Far from the seeds of other members of an ensemble: a block of random numbers of another key.
  const Random random(seed, RandomPurpose::stage_stream);
  return random.block(static_cast<std::uint64_t>(common.stream), 0, 0).v[0];
}

namespace {

std::string known_types(const Registry& registry, const std::string& type) {
  const auto names = registry.names();
  std::string text = fmt::format("unknown type '{}'\nknown types: {}.", type, fmt::join(names, ", "));
  const std::string nearest = deck::nearest_name(type, names);
  if (!nearest.empty()) text += fmt::format(" Did you mean '{}'?", nearest);
  return text;
}

void read_stage(const Registry& registry, deck::Deck& deck, std::size_t n, PlannedStage& stage) {
  const auto* type = registry.find(stage.type);
  if (type == nullptr) {
    if (!stage.type.empty()) deck.report_stage(n, "type", known_types(registry, stage.type));
    return;
  }
  stage.params = type->make_params();
  deck.read_stage(n, [&](deck::Binder& b) { bind_stage(b, *stage.params, stage.common); });
}

/// A stage may use those before it.
void check_uses(deck::Deck& deck, const std::vector<PlannedStage>& stages) {
  for (std::size_t n = 0; n < stages.size(); ++n) {
    if (!stages[n].params) continue;
    for (const auto& used : stages[n].params->uses()) {
      const auto end = stages.begin() + static_cast<std::ptrdiff_t>(n);
      if (std::any_of(stages.begin(), end, [&](const auto& earlier) { return earlier.name == used; })) continue;
      const bool is_later = std::any_of(end, stages.end(), [&](const auto& stage) { return stage.name == used; });
      deck.report_stage(n, "data",
                        is_later ? fmt::format("stage \"{}\" does not come before this one", used)
                                 : fmt::format("there is no stage \"{}\" before this one", used),
                        used);
    }
  }
}

std::string effective_deck(TopParams& top, std::vector<PlannedStage>& stages) {
  deck::EffectiveDeck writer;
  writer.write_top([&](deck::Binder& b) { bind(b, top); });
  for (auto& stage : stages)
    writer.write_stage(stage.name, stage.type, [&](deck::Binder& b) { bind_stage(b, *stage.params, stage.common); });
  return writer.text();
}

std::string default_deck(const Registry& registry, const std::vector<PlannedStage>& stages) {
  std::vector<PlannedStage> defaults;
  for (const auto& stage : stages)
    defaults.push_back({stage.name, stage.type, registry.find(stage.type)->make_params(), {}});
  TopParams top;
  return effective_deck(top, defaults);
}

}  // namespace

Plan read_plan(const Comm& comm, const Registry& registry, const std::string& path,
               const std::vector<std::string>& overrides) {
  auto deck = deck::Deck::load(comm, path, overrides);
  Plan plan;
  plan.deck_path = path;
  deck.read_top([&](deck::Binder& b) { bind(b, plan.top); });
  for (std::size_t n = 0; n < deck.stages().size(); ++n) {
    const auto& head = deck.stages()[n];
    plan.stages.push_back({head.name, head.type, nullptr, {}});
    read_stage(registry, deck, n, plan.stages.back());
  }
  check_uses(deck, plan.stages);
  deck.finish();
  plan.effective_deck = effective_deck(plan.top, plan.stages);
  for (const auto& choice : changed_values(default_deck(registry, plan.stages), plan.effective_deck))
    if (!choice.ends_with("= []") && !choice.ends_with("= \"\"")) plan.chosen.push_back(choice);
  return plan;
}

}  // namespace tessera::run
