// Simulators and learners alike are stepped: what a module gives so that src/run can drive it.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "data/field.hpp"
#include "data/io/model_file.hpp"
#include "data/io/state.hpp"
#include "data/system.hpp"
#include "data/table.hpp"
#include "deck/binder.hpp"
#include "sim/communication.hpp"

namespace tessera::run {
class AgreementRound;
}

namespace tessera::sim {

/// What all ranks must agree on at a step's end: one small reduction, owned by the loop.
/// Before it, each rank raises what it found; after it, all ranks read the same answer.
class Agreement {
 public:
  static constexpr int num_slots = 4;

  /// This rank cannot go on (its first error counts).
  void fail(const Error& error) {
    if (!error_) error_ = error;
  }
  /// Largest over ranks, NaN above all; slots are the module's own and begin at zero each step.
  void raise(int slot, double value) {
    if (!(value <= maximum_[slot]) && !std::isnan(maximum_[slot])) maximum_[slot] = value;
  }
  double raised(int slot) const { return maximum_[slot]; }
  const std::optional<Error>& error() const { return error_; }

 private:
  friend class run::AgreementRound;
  double maximum_[num_slots] = {};
  std::optional<Error> error_;
};

/// Prediction for `tessera check`.
struct Estimate {
  std::int64_t items = 0;       ///< particles, cells, rows
  std::string item_name;        ///< one of them: "particle"
  double bytes_per_rank = 0.0;  ///< that the engine will hold at its peak
  std::vector<std::string> remarks;
  /// Where a stage can tell.
  std::optional<Communication> communication = {};
};

struct SeriesColumn {
  std::string name, unit;
};

/// Distributed table an observable wants written when it is read out: columns over rows, identical on all ranks.
struct Report {
  std::string file;  ///< "rdf.csv" in the stage's folder
  std::vector<SeriesColumn> columns;
  std::vector<std::vector<double>> rows;
  /// Columns of words before those of numbers: their heads and, for each row, one for each of them, without commas.
  std::vector<std::string> word_columns = {};
  std::vector<std::vector<std::string>> words = {};
};

/// Arithmetic and memory traffic of one step on all ranks together, counted from what the kernels do and not measured.
/// Masked lanes count: the processor works on them. Zero where a stage does not know.
struct StepCost {
  double flops = 0.0;
  double bytes = 0.0;  ///< streamed from and to memory if nothing but what one loop reuses stays in cache
};

/// What the loop gives to a stage.
struct StageContext {
  Comm comm;
  std::string name;  ///< of the stage in the deck
  std::uint32_t seed = 0;
  /// The system that an earlier stage of that name ended with, in memory; nullptr if there is none.
  std::function<const data::System*(const std::string& stage)> earlier_system;
  /// The folder of an earlier stage of that name, for what it left there: model.h5, table.h5. All of it is written.
  std::function<std::string(const std::string& stage)> earlier_folder = {};
};

/// One stage of a run. Every call is collective; virtual calls are a few a step, never a particle.
class Stage {
 public:
  virtual ~Stage() = default;

  /// Brings the stage to the state before its first step (create or read the system, build lists, first forces).
  virtual void start() = 0;
  virtual std::int64_t num_steps() const = 0;
  /// One step. What one rank alone finds goes to agreement.fail; the rest throws on all ranks.
  virtual void step(Agreement& agreement) = 0;
  /// What all ranks agreed on after that step; called by the loop before anything else.
  virtual void agreed(const Agreement& agreement) { (void)agreement; }
  /// Whether there is nothing left to do, though fewer than num_steps() steps were taken; the same on all ranks. The
  /// loop asks before the first step and after each (behind agreed()), and ends the stage as if that had been the last.
  virtual bool is_finished() const { return false; }
  virtual double time() const = 0;
  virtual double dt() const = 0;

  virtual std::vector<SeriesColumn> series_columns() const = 0;
  /// Values after the last step, in the order of series_columns(), the same on all ranks. Must not change the state.
  virtual std::vector<double> series_values() = 0;
  /// True if the coming step will be followed by series_values(): the loop says so before step(). A stage that finishes
  /// early is asked for them behind that step too, without notice.
  virtual void expect_series(bool expected) { (void)expected; }

  /// Items advanced in one step (particles, cells, samples), for the rate "<item_name>-steps/s".
  virtual std::int64_t num_items() const = 0;
  virtual std::string item_name() const = 0;
  virtual Units units() const = 0;

  /// What a snapshot holds in particles.h5; nullptr if the stage has no particles.
  virtual const data::System* system() const { return nullptr; }
  /// What a snapshot holds in fields.h5, all on one mesh; empty if the stage has no fields. As many in every call.
  virtual std::vector<const data::Field*> fields() { return {}; }
  /// Rows that came since the last call, for table.h5; the loop appends them after each step and clears the table.
  /// Appending is not cheap: a stage with few rows a step keeps them until there are many. The same table in every
  /// call; nullptr if the stage has none.
  virtual data::Table* table() { return nullptr; }
  /// What was learned up to now, the same on all ranks, for files of their own ("model.h5") in the stage's folder: the
  /// loop adds the deck and replaces them at every snapshot.
  struct ModelFile {
    std::string file;
    data::Model model;
  };
  virtual std::vector<ModelFile> models() { return {}; }
  /// Tables of observables, up to now.
  virtual std::vector<Report> reports() { return {}; }
  /// A few (label, value, unit) rows for the closing table.
  struct Result {
    std::string label;
    double value;
    std::string unit;
    bool is_shown =
        true;  ///< in the closing table; otherwise in summary.json alone, as the stage has a table of its own
  };
  virtual std::vector<Result> results() { return {}; }
  /// Of a step like the last one.
  virtual StepCost step_cost() const { return {}; }

  virtual void save(data::StateWriter& writer) = 0;
  /// Instead of start().
  virtual void restore(data::StateReader& reader) = 0;
};

/// A kind of stage: what the registry lists. Params live inside `make`'s product.
class StageType {
 public:
  virtual ~StageType() = default;
  virtual std::string name() const = 0;     ///< the deck's `type`
  virtual std::string summary() const = 0;  ///< one line for `tessera list`
  /// Fresh parameters with defaults; `bind` names them once.
  class Params {
   public:
    virtual ~Params() = default;
    virtual void bind(deck::Binder& binder) = 0;
    virtual std::unique_ptr<Stage> make(const StageContext& context) const = 0;
    /// Collective over `comm`, cheap: what the run would take on `ranks` ranks. Throws Error (input) if it cannot run.
    virtual Estimate estimate(const Comm& comm, int ranks) const = 0;
    /// 0 where that is known when the stage begins.
    virtual std::int64_t num_steps() const = 0;
    virtual double dt() const = 0;
    /// Names of earlier stages that this one uses.
    virtual std::vector<std::string> uses() const { return {}; }
  };
  virtual std::unique_ptr<Params> make_params() const = 0;
};

}  // namespace tessera::sim
