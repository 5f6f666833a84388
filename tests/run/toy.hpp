// A stage for tests of the loop: rows that grow, and a diary of what it was asked to do.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/stage.hpp"

namespace tessera::test {

/// What all stages of this type in this process were asked to do, and how they shall misbehave.
struct Diary {
  int starts = 0, restores = 0, saves = 0, reports = 0;
  std::vector<std::int64_t> steps, agreed, announced, series;
  std::string earlier_folder;  ///< that the stage behind another one was told of
  /// Called in every step, before its work.
  std::function<void(std::int64_t step, sim::Agreement&)> trouble = [](std::int64_t, sim::Agreement&) {};
};
Diary& diary();

/// x_n+1 = rate x_n (1 - x_n), on all ranks; each has a row besides, to which x is added.
struct ToyParams final : sim::StageType::Params {
  std::int64_t steps = 10;
  double rate = 3.7;
  std::string after;         ///< an earlier stage
  std::int64_t enough = -1;  ///< steps after which it says that it is finished
  bool records = false;      ///< a field, and each second step rows of a table

  void bind(deck::Binder& binder) override;
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override;
  sim::Estimate estimate(const Comm& comm, int ranks) const override;
  std::int64_t num_steps() const override { return steps; }
  double dt() const override { return 0.5; }
  std::vector<std::string> uses() const override;
};

class ToyType final : public sim::StageType {
 public:
  std::string name() const override { return "toy"; }
  std::string summary() const override { return "a map of one number"; }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<ToyParams>(); }
};

}  // namespace tessera::test
