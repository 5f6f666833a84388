// What episodes earn: returns of a batch as it runs, and statistics over all that have ended.
#pragma once

#include <cstdint>
#include <vector>

#include "base/sum.hpp"
#include "data/io/state.hpp"
#include "sim/environment.hpp"

namespace tessera::sim {

/// Returns are plain sums of rewards. A reward that is not finite is left out.
class EpisodeScores {
 public:
  /// Row r belongs to group r % groups, each with statistics of its own.
  EpisodeScores(const Environment& environment, std::int64_t groups);

  /// Local. The environment has been reset.
  void begin();
  /// Local. Around each step of the environment.
  void before_step();
  void after_step();
  /// Collective. The batch is over: its episodes enter the statistics.
  void close();

  /// Collective. Of the last step over the rows that took it: mean reward, root mean square of an action; over all
  /// rows: mean return so far.
  struct Progress {
    double reward = 0.0, action = 0.0, total = 0.0;
  };
  Progress progress(const Environment::Rows& actions) const;
  /// Local. Rows that took the last step: 1, others 0; all of them after a reset.
  const Environment::Flags& ran() const { return ran_; }

  /// Mean and its standard error (0 for fewer than two) over the episodes that reached their last step.
  struct Statistics {
    std::int64_t count = 0, out_of_bounds = 0;
    double mean = 0.0, error = 0.0;
    /// The same without the last reward of each: what run() of controlgym 1.0.0's controllers returns.
    double mean_before_last = 0.0, error_before_last = 0.0;
  };
  Statistics statistics(std::int64_t group) const;

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  static constexpr int num_sums = 4;  // return, its square, return before the last reward, its square
  std::int64_t group_of(std::int64_t row) const { return (environment_.rows().first + row) % groups_; }
  data::Table to_table() const;

  const Environment& environment_;
  std::int64_t groups_;
  Array1<double> total_, before_last_;
  Environment::Flags ran_;
  std::vector<ExactSum> sums_;                       // (group, sum)
  std::vector<std::int64_t> count_, out_of_bounds_;  // (group)
};

}  // namespace tessera::sim
