// An environment and what acts on it as a stage: episodes, a batch at a time. One step of the loop is one sample of all
// rows.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/controller.hpp"
#include "sim/episode_record.hpp"
#include "sim/episode_scores.hpp"
#include "sim/stage.hpp"

namespace tessera::sim {

/// What becomes of a run in which a state or a reward stops being finite.
enum class Overflow {
  automatic,  ///< stop if there is one episode at a time, end if there are several
  end,        ///< the episode ends, out of bounds
  stop,       ///< the run ends with Error (numeric)
};

struct EpisodeParams {
  std::int64_t episodes = 1;
  std::optional<std::int64_t> batch;  ///< episodes at a time; all of them if absent
  Overflow overflow = Overflow::automatic;
  std::optional<RecordParams> record;

  std::int64_t rows() const { return batch.value_or(episodes); }
  std::int64_t num_batches() const { return episodes / rows(); }
};
void bind(deck::Binder& binder, EpisodeParams& params);
/// Without the record, where a stage has its own.
void bind_counts(deck::Binder& binder, EpisodeParams& params);

/// What acts, by its name for results.
struct ActionSource {
  std::string name;
  std::function<std::unique_ptr<Controller>(const Environment&)> make;
};

struct EnvironmentSetup {
  /// Collective. A batch of so many rows in all.
  std::function<std::unique_ptr<Environment>(const Comm&, std::uint32_t seed, std::int64_t rows)> make_environment;
  /// One; or several, whose rows take turns: rows that follow one another begin alike and differ in what acts on them.
  std::vector<ActionSource> sources;
};

/// A batch takes num_steps steps of the loop, also when all of its episodes have ended before.
class EnvironmentStage final : public Stage {
 public:
  /// Throws Error (input) if the batch is not a multiple of the number of sources, and as EpisodeRecord.
  EnvironmentStage(const StageContext& context, const EpisodeParams& params, EnvironmentSetup setup);

  void start() override;
  std::int64_t num_steps() const override { return params_.num_batches() * episode_steps(); }
  void step(Agreement& agreement) override;
  void agreed(const Agreement& agreement) override;
  double time() const override { return static_cast<double>(step_) * dt(); }
  double dt() const override { return environment_->info().sample_time; }
  std::vector<SeriesColumn> series_columns() const override;
  std::vector<double> series_values() override;
  std::int64_t num_items() const override { return params_.rows(); }
  std::string item_name() const override { return "environment"; }
  Units units() const override { return {}; }  // the systems have their own
  std::vector<const data::Field*> fields() override { return environment_->fields(); }
  data::Table* table() override { return record_ ? &record_->table() : nullptr; }
  std::vector<Result> results() override;
  void save(data::StateWriter& writer) override;
  void restore(data::StateReader& reader) override;

  const Environment& environment() const { return *environment_; }
  const EpisodeScores& scores() const { return *scores_; }

 private:
  std::int64_t episode_steps() const { return environment_->info().num_steps; }
  bool stops_on_overflow() const;
  void prepare();
  void begin_batch(std::int64_t batch);
  void advance(Agreement& agreement);
  std::optional<Error> find_overflow() const;

  EpisodeParams params_;
  EnvironmentSetup setup_;
  std::string name_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<Controller> controller_;
  std::optional<EpisodeScores> scores_;
  std::optional<EpisodeRecord> record_;
  Environment::Rows actions_, disturbances_;
  std::int64_t step_ = 0;
  bool runs_ = true;              // some row anywhere has not ended
  std::vector<double> restored_;  // series values of the step that a checkpoint was written in
};

/// Bytes a rank that the stage holds beside its environment.
double episode_bytes(const EnvironmentInfo& info, const EpisodeParams& params, int ranks);

}  // namespace tessera::sim
