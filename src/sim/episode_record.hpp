// Trajectories of episodes as rows of a table, in the order of episodes and, within them, steps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/io/state.hpp"
#include "deck/binder.hpp"
#include "sim/environment.hpp"

namespace tessera::sim {

struct RecordParams {
  std::int64_t every = 1;  ///< steps between rows
  std::vector<std::string> which{"state", "observation", "action", "reward"};
  bool are_transitions = false;  ///< rows are steps, with what each led to, instead of states
  double test_share = 0.0;       ///< of the starts, for the column `test` of transitions
};
void bind(deck::Binder& binder, RecordParams& params);

/// One row each `every` steps: the state, what the controller saw of it, and the action and reward of the step from
/// there; and one for how an episode ended, whose `ending` is not 0 and whose action and reward are 0. Rows are kept
/// until the batch is over: then whole episodes stand one behind the other, whatever the number of ranks.
/// Columns: episode, step, time, ending, with several sources also source and start (the number of the initial state),
/// and those that were asked for.
/// Of transitions: no row for an episode's end; `ending` is how the step ended, source and start are always there, and
/// so are next_state and next_observation beside state and observation (of a step that led to no finite state the next
/// one is that before it), and `test`: 1 for so many of the starts, evenly spread, under all sources; 0 for the others.
class EpisodeRecord {
 public:
  struct Places;

  /// Throws Error (input) if the state is asked for and one row's is spread over ranks.
  EpisodeRecord(const Environment& environment, const RecordParams& params, std::int64_t sources);

  /// Local. The environment has been reset.
  void begin();
  /// Local. Before and after each step of the environment, whose rows that run take these actions.
  void before_step(const Environment::Rows& actions);
  void after_step();
  /// Collective. The batch is over: its rows go into table().
  void close();
  data::Table& table() { return table_; }

  /// Bytes that a batch of so many rows takes.
  static double bytes(const EnvironmentInfo& info, const RecordParams& params, std::int64_t rows);

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  static std::int64_t slots_of(const EnvironmentInfo& info, const RecordParams& params);
  bool is_due() const { return environment_.num_steps_done() % params_.every == 0; }
  data::Table empty_table() const;
  void compact(data::Table& table) const;
  void note(const Places& places, const Environment::Rows* actions);
  void note_next(const Places& places);

  const Environment& environment_;
  RecordParams params_;
  std::int64_t sources_, slots_, first_, count_;  // of split environments the root alone has the row
  data::Table buffer_, table_;                    // place `slot` of row r is row r * slots_ + slot of the buffer
  Environment::Flags used_, ran_;                 // places in use of each row; if it took the last step
  bool was_due_ = false;
};

}  // namespace tessera::sim
