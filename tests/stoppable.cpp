#include "stoppable.hpp"

#include <csignal>
#include <utility>

namespace tessera::test {

namespace {

/// Steps until a request to stop; it never comes if that is not positive.
std::int64_t steps_to_stop = 0;

/// A stage as it is, but for that request.
class StoppableStage final : public sim::Stage {
 public:
  explicit StoppableStage(std::unique_ptr<sim::Stage> stage) : stage_(std::move(stage)) {}
  void start() override { stage_->start(); }
  std::int64_t num_steps() const override { return stage_->num_steps(); }
  void step(sim::Agreement& agreement) override {
    if (--steps_to_stop == 0) raise(SIGUSR1);
    stage_->step(agreement);
  }
  void agreed(const sim::Agreement& agreement) override { stage_->agreed(agreement); }
  bool is_finished() const override { return stage_->is_finished(); }
  void expect_series(bool expected) override { stage_->expect_series(expected); }
  const data::System* system() const override { return stage_->system(); }
  std::vector<const data::Field*> fields() override { return stage_->fields(); }
  double time() const override { return stage_->time(); }
  double dt() const override { return stage_->dt(); }
  std::vector<sim::SeriesColumn> series_columns() const override { return stage_->series_columns(); }
  std::vector<double> series_values() override { return stage_->series_values(); }
  std::int64_t num_items() const override { return stage_->num_items(); }
  std::string item_name() const override { return stage_->item_name(); }
  Units units() const override { return stage_->units(); }
  data::Table* table() override { return stage_->table(); }
  std::vector<ModelFile> models() override { return stage_->models(); }
  std::vector<sim::Report> reports() override { return stage_->reports(); }
  std::vector<Result> results() override { return stage_->results(); }
  sim::StepCost step_cost() const override { return stage_->step_cost(); }
  void save(data::StateWriter& writer) override { stage_->save(writer); }
  void restore(data::StateReader& reader) override { stage_->restore(reader); }

 private:
  std::unique_ptr<sim::Stage> stage_;
};

class StoppableParams final : public sim::StageType::Params {
 public:
  explicit StoppableParams(std::unique_ptr<sim::StageType::Params> params) : params_(std::move(params)) {}
  void bind(deck::Binder& binder) override { params_->bind(binder); }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    return std::make_unique<StoppableStage>(params_->make(context));
  }
  sim::Estimate estimate(const Comm& comm, int ranks) const override { return params_->estimate(comm, ranks); }
  std::int64_t num_steps() const override { return params_->num_steps(); }
  double dt() const override { return params_->dt(); }
  std::vector<std::string> uses() const override { return params_->uses(); }

 private:
  std::unique_ptr<sim::StageType::Params> params_;
};

class StoppableType final : public sim::StageType {
 public:
  explicit StoppableType(std::unique_ptr<sim::StageType> type) : type_(std::move(type)) {}
  std::string name() const override { return type_->name(); }
  std::string summary() const override { return type_->summary(); }
  std::unique_ptr<Params> make_params() const override {
    return std::make_unique<StoppableParams>(type_->make_params());
  }

 private:
  std::unique_ptr<sim::StageType> type_;
};

}  // namespace

std::unique_ptr<sim::StageType> stoppable(std::unique_ptr<sim::StageType> type) {
  return std::make_unique<StoppableType>(std::move(type));
}

void stop_after(std::int64_t steps) { steps_to_stop = steps; }

}  // namespace tessera::test
