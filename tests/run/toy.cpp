#include "toy.hpp"

namespace tessera::test {

namespace {

class Toy final : public sim::Stage {
 public:
  Toy(const sim::StageContext& context, const ToyParams& params) : comm_(context.comm), params_(params) {
    if (!params.after.empty()) diary().earlier_folder = context.earlier_folder(params.after);
    if (!params.records) return;
    field_.emplace(data::Mesh(comm_, data::Box::orthogonal({0.0, 0.0, 0.0}, {8.0, 1.0, 1.0}), {num_cells}), "height", 1,
                   0);
    table_.emplace(comm_);
    table_->add<std::int64_t>("step");
    table_->add<double>("x");
  }

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
    if (params_.records) record();
  }
  void agreed(const sim::Agreement& agreement) override {
    diary().agreed.push_back(static_cast<std::int64_t>(agreement.raised(0)));
  }
  bool is_finished() const override { return step_ == params_.enough; }
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
  std::vector<const data::Field*> fields() override {
    return field_ ? std::vector<const data::Field*>{&*field_} : std::vector<const data::Field*>{};
  }
  data::Table* table() override { return table_ ? &*table_ : nullptr; }
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
  static constexpr std::int64_t num_cells = 8, rows_a_record = 5;

  /// Each cell and each row has a value of its own, whoever owns it.
  void record() {
    for (int i = 0; i < field_->mesh().count()[0]; ++i)
      field_->values()(i, 0, 0, 0) = x_ + static_cast<double>(field_->mesh().first()[0] + i);
    if (step_ % 2 != 0) return;
    const std::int64_t first = data::first_of_share(rows_a_record, 1, comm_.rank(), comm_.size());
    const std::int64_t count = data::first_of_share(rows_a_record, 1, comm_.rank() + 1, comm_.size()) - first;
    table_->append(count);
    for (std::int64_t row = 0; row < count; ++row) {
      table_->get<std::int64_t>("step")(row, 0) = step_;
      table_->get<double>("x")(row, 0) = x_ + static_cast<double>(first + row);
    }
  }

  Comm comm_;
  ToyParams params_;
  std::int64_t step_ = 0;
  double x_ = 0.0;
  std::vector<double> rows_;
  std::optional<data::Field> field_;
  std::optional<data::Table> table_;
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
  binder.value("enough", enough, deck::any, {"number of steps after which nothing is left to do"});
  binder.value("records", records, {"a field and a table are written"});
}

std::unique_ptr<sim::Stage> ToyParams::make(const sim::StageContext& context) const {
  return std::make_unique<Toy>(context, *this);
}

sim::Estimate ToyParams::estimate(const Comm&, int ranks) const { return {ranks, "toy", 8.0, {"a toy"}}; }

std::vector<std::string> ToyParams::uses() const {
  return after.empty() ? std::vector<std::string>{} : std::vector{after};
}

}  // namespace tessera::test
