// usage: plot_samples DECK FOLDER
// Runs a deck of stages that compute nothing but have something of all that jobs/plot.py draws: waves on a mesh of one
// to three directions, their trajectories, and a curve of learning.
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <optional>

#include "program.hpp"
#include "run/run.hpp"
#include "sim/stage.hpp"

namespace tessera {

namespace {

struct WaveParams {
  std::int64_t steps = 60, episodes = 1;
  std::vector<std::int64_t> cells{96};
  std::int64_t state_width = 0;  ///< of a row of the table; 0: none
};

constexpr double tau = 2.0 * std::numbers::pi;

/// What is shown: a pulse that moves and flattens, and bumps that come and go.
double state_at(double x, double y, double z, double t) {
  const double distance = std::sin(0.5 * tau * (x - 0.25 - 0.5 * t)), width = 0.15 + 0.2 * t;
  return std::exp(-distance * distance / (width * width)) * (1.0 + 0.4 * std::cos(tau * (y + t))) *
             std::cos(0.5 * tau * z) -
         0.3 * std::sin(3.0 * tau * x) * t;
}
double control_at(double x, double t) { return std::fmod(8.0 * x, 2.0) < 1.0 ? 0.0 : std::sin(tau * (t + x)); }

class WaveStage final : public sim::Stage {
 public:
  WaveStage(const sim::StageContext& context, const WaveParams& params)
      : comm_(context.comm),
        params_(params),
        mesh_(comm_, data::Box::orthogonal({0.0, 0.0, 0.0}, {2.0, 1.0, 1.0}), params.cells) {
    fields_.emplace_back(mesh_, "state", 1, 0);
    if (params.cells.size() == 1) fields_.emplace_back(mesh_, "control", 1, 0);
    if (params.state_width == 0) return;
    table_.emplace(comm_);
    for (const char* name : {"episode", "step", "ending", "source", "start"}) table_->add<std::int64_t>(name);
    table_->add<double>("time");
    table_->add<double>("state", static_cast<int>(params.state_width));
    table_->add<double>("action", 3);
    table_->add<double>("reward");
  }

  void start() override { fill(); }
  std::int64_t num_steps() const override { return params_.steps; }
  void step(sim::Agreement&) override {
    ++step_;
    fill();
    if (table_ && step_ == params_.steps)
      for (std::int64_t episode = 0; episode < params_.episodes; ++episode) add_episode(episode);
  }
  double time() const override { return part() * 5.0; }
  double dt() const override { return 5.0 / static_cast<double>(params_.steps); }
  std::vector<sim::SeriesColumn> series_columns() const override {
    return {{"time", ""}, {"reward", ""}, {"energy", "J"}, {"lost energy", "J"}, {"cells", ""}};
  }
  std::vector<double> series_values() override {
    const double left = std::exp(-part());
    return {time(), -left, left, 1.0 - left, static_cast<double>(mesh_.total_cells())};
  }
  std::vector<Result> results() override { return {{"still: mean return", 0.0, ""}, {"pushed: mean return", 1.0, ""}}; }
  std::int64_t num_items() const override { return mesh_.total_cells(); }
  std::string item_name() const override { return "cell"; }
  Units units() const override { return make_units("si"); }
  std::vector<const data::Field*> fields() override {
    std::vector<const data::Field*> fields;
    for (const auto& field : fields_) fields.push_back(&field);
    return fields;
  }
  data::Table* table() override { return table_ ? &*table_ : nullptr; }
  void save(data::StateWriter&) override {}
  void restore(data::StateReader&) override {}

 private:
  double part() const { return static_cast<double>(step_) / static_cast<double>(params_.steps); }

  void fill() {
    for (int k = 0; k < mesh_.count()[2]; ++k)
      for (int j = 0; j < mesh_.count()[1]; ++j)
        for (int i = 0; i < mesh_.count()[0]; ++i) {
          const double x = mesh_.coordinate(0, mesh_.first()[0] + i) / 2.0;
          const double y = mesh_.coordinate(1, mesh_.first()[1] + j), z = mesh_.coordinate(2, mesh_.first()[2] + k);
          fields_[0].values()(i, j, k, 0) = state_at(x, y - 0.5, z - 0.5, part());
          if (fields_.size() > 1) fields_[1].values()(i, j, k, 0) = control_at(x, part());
        }
  }

  /// On the root: these are samples, and few.
  void add_episode(std::int64_t episode) {
    const std::int64_t rows = comm_.is_root() ? params_.steps + 1 : 0, first = table_->num_rows();
    table_->append(rows);
    for (std::int64_t k = 0; k < rows; ++k) {
      const double t = static_cast<double>(k) / static_cast<double>(params_.steps);
      const std::int64_t row = first + k;
      const std::array<std::int64_t, 5> numbers{episode, k, k == params_.steps ? 1 : 0, episode % 2, episode / 2};
      const char* names[] = {"episode", "step", "ending", "source", "start"};
      for (std::size_t n = 0; n < numbers.size(); ++n) table_->get<std::int64_t>(names[n])(row, 0) = numbers[n];
      table_->get<double>("time")(row, 0) = 5.0 * t;
      for (std::int64_t n = 0; n < params_.state_width; ++n)
        table_->get<double>("state")(row, n) = state_of(episode, n, t);
      for (std::int64_t n = 0; n < 3; ++n)
        table_->get<double>("action")(row, n) =
            static_cast<double>(episode % 2) * std::sin(tau * t * static_cast<double>(n + 2));
      table_->get<double>("reward")(row, 0) = k == params_.steps ? 0.0 : -std::exp(-3.0 * t);
    }
  }

  double state_of(std::int64_t episode, std::int64_t n, double t) const {
    const double swing = 1.0 - 0.5 * static_cast<double>(episode % 2), place = static_cast<double>(n);
    if (params_.state_width > 12) return swing * state_at(place / static_cast<double>(params_.state_width), 0, 0, t);
    return swing * std::exp(-t * (1.0 + place)) * std::cos(tau * t * (3.0 + 2.0 * place));
  }

  Comm comm_;
  WaveParams params_;
  data::Mesh mesh_;
  std::vector<data::Field> fields_;
  std::optional<data::Table> table_;
  std::int64_t step_ = 0;
};

class WaveType final : public sim::StageType {
 public:
  struct Params final : sim::StageType::Params {
    WaveParams params;

    void bind(deck::Binder& b) override {
      b.value("steps", params.steps, {.low = 1}, {"number of steps"});
      b.list("cells", params.cells, 0, {.low = 1}, {"of the mesh"});
      b.value("state_width", params.state_width, deck::non_negative, {"of a row of the table; 0: none"});
      b.value("episodes", params.episodes, {.low = 1}, {"in the table"});
    }
    std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
      return std::make_unique<WaveStage>(context, params);
    }
    sim::Estimate estimate(const Comm&, int) const override { return {}; }
    std::int64_t num_steps() const override { return params.steps; }
    double dt() const override { return 5.0 / static_cast<double>(params.steps); }
  };

  std::string name() const override { return "waves"; }
  std::string summary() const override { return "waves to look at"; }
  std::unique_ptr<sim::StageType::Params> make_params() const override { return std::make_unique<Params>(); }
};

/// Learns with noise in what it earns.
class CurveStage final : public sim::Stage {
 public:
  explicit CurveStage(std::int64_t steps) : steps_(steps) {}
  void start() override {}
  std::int64_t num_steps() const override { return steps_; }
  void step(sim::Agreement&) override { ++step_; }
  double time() const override { return static_cast<double>(step_); }
  double dt() const override { return 1.0; }
  std::vector<sim::SeriesColumn> series_columns() const override {
    return {{"return", ""}, {"return deviation", ""}, {"loss", ""}, {"entropy", "nats"}, {"updates", ""}};
  }
  std::vector<double> series_values() override {
    const double t = static_cast<double>(step_), noise = std::sin(7.0 * t) * std::sin(3.1 * t);
    return {-400.0 * std::exp(-t / 25.0) - 170.0 + 20.0 * noise, 60.0 * std::exp(-t / 40.0) + 10.0,
            std::exp(-t / 12.0) * (1.0 + 0.2 * noise) + 0.01, 1.4 - 0.01 * t, 1.0};
  }
  std::int64_t num_items() const override { return 1; }
  std::string item_name() const override { return "update"; }
  Units units() const override { return make_units("si"); }
  void save(data::StateWriter&) override {}
  void restore(data::StateReader&) override {}

 private:
  std::int64_t steps_, step_ = 0;
};

class CurveType final : public sim::StageType {
 public:
  struct Params final : sim::StageType::Params {
    std::int64_t steps = 80;

    void bind(deck::Binder& b) override { b.value("steps", steps, {.low = 1}, {"number of steps"}); }
    std::unique_ptr<sim::Stage> make(const sim::StageContext&) const override {
      return std::make_unique<CurveStage>(steps);
    }
    sim::Estimate estimate(const Comm&, int) const override { return {}; }
    std::int64_t num_steps() const override { return steps; }
    double dt() const override { return 1.0; }
  };

  std::string name() const override { return "ppo"; }
  std::string summary() const override { return "a curve to look at"; }
  std::unique_ptr<sim::StageType::Params> make_params() const override { return std::make_unique<Params>(); }
};

int draw(const Comm& comm, int argc, char** argv) {
  if (argc != 3) throw Error::input("usage: plot_samples DECK FOLDER");
  run::Registry registry;
  registry.add(std::make_unique<WaveType>());
  registry.add(std::make_unique<CurveType>());
  run::RunOptions options;
  options.deck = argv[1];
  options.out = argv[2];
  return static_cast<int>(run::run_deck(comm, registry, options));
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) {
  return tessera::test::run_program(argc, argv,
                                    [&](const tessera::Comm& comm) { return tessera::draw(comm, argc, argv); });
}
