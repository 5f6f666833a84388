#include "toy.hpp"

namespace tessera::test {

namespace {

class Toy final : public sim::Stage {
 public:
  Toy(const sim::StageContext& context, const ToyParams& params) : comm_(context.comm), params_(params) {}

  void start() override {
    ++diary().starts;
    x_ = 0.1;
    rows_.assign(static_cast<std::size_t>(comm_.rank() + 1), 0.0);
  }
  std::int64_t num_steps() const override { return params_.steps; }
  void step(sim::Agreement& agreement) override {
    diary().trouble(step_ + 1, agreement);
    diary().steps.push_back(++step_);
    x_ *= params_.rate * (1.0 - x_);
    for (auto& row : rows_) row += x_;
    agreement.raise(0, comm_.rank());
  }
  void agreed(const sim::Agreement& agreement) override {
    diary().agreed.push_back(static_cast<std::int64_t>(agreement.raised(0)));
  }
  double time() const override { return static_cast<double>(step_) * dt(); }
  double dt() const override { return params_.dt(); }

  std::vector<sim::SeriesColumn> series_columns() const override { return {{"x", ""}, {"total", "toys"}}; }
  std::vector<double> series_values() override {
    diary().series.push_back(step_);
    double mine = 0.0;
    for (const auto row : rows_) mine += row;
    return {x_, comm_.all_reduce(mine, Op::sum)};
  }
  void expect_series(bool expected) override {
    if (expected) diary().announced.push_back(step_ + 1);
  }
  std::int64_t num_items() const override { return 1; }
  std::string item_name() const override { return "toy"; }
  Units units() const override { return make_units("lj"); }
  std::vector<sim::Report> reports() override {
    ++diary().reports;
    return {{"last.csv", {{"x", "toys"}}, {{x_}}}};
  }
  std::vector<Result> results() override { return {{"last x", x_, "toys"}}; }

  void save(data::StateWriter& writer) override {
    ++diary().saves;
    writer.put("step", step_);
    writer.put("x", x_);
    writer.put_rows("rows", rows_, 1);
  }
  void restore(data::StateReader& reader) override {
    ++diary().restores;
    reader.get("step", step_);
    reader.get("x", x_);
    reader.get_rows("rows", rows_, 1);
  }

 private:
  Comm comm_;
  ToyParams params_;
  std::int64_t step_ = 0;
  double x_ = 0.0;
  std::vector<double> rows_;
};

}  // namespace

Diary& diary() {
  static Diary only;
  return only;
}

void ToyParams::bind(deck::Binder& binder) {
  binder.value("steps", steps, deck::non_negative, {"number of steps"});
  binder.value("rate", rate, {.low = 0.0, .high = 4.0}, {"of growth"});
  binder.value("data", after, {"an earlier stage"});
}

std::unique_ptr<sim::Stage> ToyParams::make(const sim::StageContext& context) const {
  return std::make_unique<Toy>(context, *this);
}

sim::Estimate ToyParams::estimate(const Comm&, int ranks) const { return {ranks, "toy", 8.0, {"a toy"}}; }

std::vector<std::string> ToyParams::uses() const {
  return after.empty() ? std::vector<std::string>{} : std::vector{after};
}

}  // namespace tessera::test
