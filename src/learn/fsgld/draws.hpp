// Draws that chains have left behind them. Each chain's come home to one rank, in their order.
#pragma once

#include <cstdint>
#include <vector>

#include "data/io/state.hpp"
#include "data/table.hpp"
#include "learn/fsgld/sampler.hpp"
#include "math/chains.hpp"

namespace tessera::learn::fsgld {

class Draws {
 public:
  /// Collective. Ranks are home to nearly equal shares of the chains, in their order. Draws count as much as `steps`
  /// says.
  Draws(const Comm& comm, std::int64_t chains, std::int64_t dimensions, const StepSize& steps = {});

  /// Collective. Brings records home; they are empty afterwards.
  void add(Records& records);
  /// Collective. Appends draws that have come since the last call to a table with columns chain, update, theta and,
  /// where steps decrease, weight: by chain, then by update.
  void append_new(data::Table& table);
  void add_columns(data::Table& table) const;

  std::int64_t num_chains() const { return chains_; }
  std::int64_t dimensions() const { return d_; }
  /// Of each chain.
  std::int64_t num_draws() const { return num_draws_; }
  std::int64_t num_appended() const { return num_appended_; }
  /// Those of the chains at home here: [first_chain, first_chain + size).
  std::int64_t first_chain() const { return first_; }
  const std::vector<std::vector<double>>& here() const { return theta_; }

  /// Collective. Of each parameter, over all chains, the same on all ranks. Parameters are shared out over the ranks.
  std::vector<math::ChainSummary> summarise() const;

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  int home(std::int64_t chain) const;

  Comm comm_;
  StepSize steps_;
  std::int64_t chains_, d_, first_, num_draws_ = 0, num_appended_ = 0;
  std::vector<std::int64_t> first_of_rank_;
  std::vector<std::int64_t> updates_;       // of each draw
  std::vector<std::vector<double>> theta_;  // of each chain here, draw after draw
};

}  // namespace tessera::learn::fsgld
