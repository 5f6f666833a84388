#include "sim/pde/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/agree.hpp"
#include "base/sum.hpp"
#include "math/host_span.hpp"
#include "sim/pde/family.hpp"
#include "sim/pde/grid_field.hpp"
#include "sim/pde/linear_evolution.hpp"
#include "sim/pde/linear_model.hpp"
#include "sim/pde/semilinear.hpp"
#include "sim/pde/split_layout.hpp"
#include "sim/pde/start.hpp"

namespace tessera::sim::pde {

namespace {

using HostSpace = Kokkos::DefaultHostExecutionSpace;

std::unique_ptr<Evolution> make_evolution(const Comm& comm, const PdeParams& p, bool is_split) {
  auto space =
      is_split ? SpectralSpace::make_split(comm, space_params(p)) : SpectralSpace::make_local(comm, space_params(p));
  const Constants constants = p.values_of_constants();
  if (is_linear(p.equation))
    return std::make_unique<LinearEvolution>(std::move(space), p.equation, constants, *p.sample_time, p.fidelity);
  return std::make_unique<SemilinearEvolution>(std::move(space), Semilinear{p.equation, constants}, *p.substep,
                                               count_substeps(*p.sample_time, *p.substep, p.fidelity), p.fidelity);
}

Actuators make_actuators(const PdeParams& p, const SpectralSpace& space) {
  std::vector<std::vector<Profile>> profiles;
  std::vector<std::int64_t> points;
  for (std::size_t d = p.dimensions(); d-- > 0;) {
    // The library counts the points of the field that is not pushed when it truncates.
    const std::int64_t offset = p.num_fields() == 2 ? p.points[d] : 0;
    profiles.push_back(actuator_profiles(*p.placement, p.points[d], p.actuators[d], p.actuator_width, offset));
    points.push_back(p.points[d]);
  }
  return {std::move(profiles), points, space.first_row(), space.num_rows()};
}

/// Places in the whole state: fields lie one behind the other along the slowest direction.
std::vector<std::int64_t> make_sensors(const PdeParams& p) {
  std::vector<std::int64_t> places{0};
  for (std::size_t d = p.dimensions(); d-- > 0;) {
    const std::int64_t points = p.points[d] * (d + 1 == p.dimensions() ? p.num_fields() : 1);
    std::vector<std::int64_t> finer;
    for (const auto place : places)
      for (const auto sensor : sensor_points(*p.placement, points, p.sensors[d]))
        finer.push_back(place * p.points[d] + sensor);
    places = std::move(finer);
  }
  return places;
}

double cell_volume(const PdeParams& p) {
  double volume = 1.0;
  for (std::size_t d = 0; d < p.dimensions(); ++d) volume *= p.length[d] / static_cast<double>(p.points[d]);
  return volume;
}

bool is_finite(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value * 0.0;
  return sum == 0.0;
}

/// Of each field, the grid points that a rank has.
std::vector<data::RowSpan> spans_of(const PdeParams& p, const SpectralSpace& space) {
  const std::int64_t row_length = p.num_points() / p.points.back();
  std::vector<data::RowSpan> spans;
  for (int field = 0; field < p.num_fields(); ++field)
    spans.push_back({field * p.num_points() + space.first_row() * row_length, space.num_values()});
  return spans;
}

class PdeEnvironment final : public Environment {
 public:
  /// A batch.
  PdeEnvironment(const Comm& comm, const PdeParams& params, std::uint32_t seed, RowRange rows, std::int64_t block,
                 std::unique_ptr<Evolution> evolution)
      : Environment(comm, info_of(params), seed, rows, block),
        params_(params),
        evolution_(std::move(evolution)),
        actuators_(make_actuators(params, evolution_->space())) {
    prepare();
  }
  /// One over all ranks: a part of each field.
  PdeEnvironment(const Comm& comm, const PdeParams& params, std::uint32_t seed, std::unique_ptr<Evolution> evolution)
      : Environment(comm, info_of(params), seed, spans_of(params, evolution->space())),
        params_(params),
        evolution_(std::move(evolution)),
        actuators_(make_actuators(params, evolution_->space())) {
    prepare();
  }

  std::vector<const data::Field*> fields() override;
  std::optional<DenseModel> dense_model() const override;
  std::optional<SpectralModel> spectral_model() const override {
    return make_spectral_model(params_, make_sensors(params_));
  }

 protected:
  void draw_states() override;
  void observe(std::int64_t draw) override;
  void judge(const Rows& actions, const Rows& disturbances) override;
  void advance(const Rows& actions, const Rows& disturbances) override;

 private:
  struct Work {
    std::unique_ptr<Evolution::Work> evolution;
    std::vector<double> force, before;
  };
  struct Sensor {
    std::int64_t number, place;  ///< among the observations, and in the state here
  };

  void prepare();
  void find_mean_start();
  void advance_row(std::int64_t row, const double* actions, Work& work);
  void add_noise(std::int64_t row, std::span<double> state) const;
  /// All rows here, on the host's threads.
  template <class Function>
  void for_rows(const Function& function);

  std::span<double> state_of(std::int64_t row) const {
    return {state().data() + row * static_cast<std::int64_t>(state().extent(1)), state().extent(1)};
  }
  bool is_running(std::int64_t row) const { return ending()(row) == no_ending; }
  /// Place in the whole state of number n of the state here: of each field a slab.
  std::int64_t global_place(std::int64_t n) const {
    const std::int64_t here = evolution_->space().num_values();
    return n / here * params_.num_points() + first_point_ + n % here;
  }

  PdeParams params_;
  std::unique_ptr<Evolution> evolution_;
  Actuators actuators_;
  std::vector<Sensor> sensors_;
  std::optional<GridFormulas> start_;
  std::vector<double> start_state_, target_;  // of the file; empty: none
  std::vector<double> mean_start_;            // whole, where there is a dense model
  std::vector<Work> works_;                   // of threads
  std::vector<std::unique_ptr<GridField>> grids_;
  std::vector<double> last_actions_;
  std::vector<ExactSum> squares_;  // of the rows
  std::int64_t first_point_ = 0;
  double state_weight_ = 1.0, noise_ = 0.0;
};

void PdeEnvironment::prepare() {
  math::host_span(state());  // throws where it is not in host memory
  const auto& space = evolution_->space();
  first_point_ = space.first_row() * (params_.num_points() / params_.points.back());
  const double volume = cell_volume(params_);
  state_weight_ = params_.state_weight * (params_.weigh_by_spacing ? volume : 1.0);
  noise_ = std::sqrt(params_.process_noise * (params_.weigh_by_spacing ? *params_.sample_time / volume : 1.0));
  const auto places = make_sensors(params_);
  for (std::size_t n = 0; n < places.size(); ++n) {
    const std::int64_t field = places[n] / params_.num_points(),
                       point = places[n] % params_.num_points() - first_point_;
    if (point >= 0 && point < space.num_values())
      sensors_.push_back({static_cast<std::int64_t>(n), field * space.num_values() + point});
  }
  agree(comm(), [&] {
    auto formulas = params_.start.formulas;
    if (formulas.empty()) formulas.emplace_back(defaults_of(params_.equation).start);
    formulas.resize(static_cast<std::size_t>(params_.num_fields()), "0");
    start_.emplace(params_, formulas, space);
    if (params_.target.empty()) return;
    target_.resize(static_cast<std::size_t>(space.num_values()));
    GridFormulas(params_, {params_.target}, space).evaluate({}, target_);
    require_finite(params_, space, target_, "target");
  });
  if (!params_.start.file.empty())
    start_state_ = read_start(is_split() ? comm() : comm().split(comm().rank()), params_, space);
  find_mean_start();
  squares_.resize(static_cast<std::size_t>(rows().count));
  last_actions_.assign(static_cast<std::size_t>(info_.num_actions), 0.0);
  agree(comm(), [&] {
    works_.resize(static_cast<std::size_t>(HostSpace().concurrency()));
    for (auto& work : works_)
      work = {evolution_->make_work(), std::vector<double>(static_cast<std::size_t>(space.num_values())),
              std::vector<double>(state().extent(1))};
  });
}

/// Collective. The state that the means of the parameters give, or that of the file.
void PdeEnvironment::find_mean_start() {
  std::vector<double> here = start_state_;
  if (here.empty()) {
    const StartParams& start = params_.start;
    here.resize(static_cast<std::size_t>(evolution_->space().num_values() * params_.num_fields()));
    start_->evaluate({*start.amplitude, *start.spread, *start.offset}, here);
  }
  agree(comm(), [&] {
    require_finite(params_, evolution_->space(), here,
                   start_state_.empty() ? "start.formulas" : params_.start.file + " (start.file)");
  });
  if (!has_dense_model(params_)) return;
  mean_start_ = std::move(here);
  if (!is_split()) return;
  std::vector<double> whole(static_cast<std::size_t>(info_.num_states), 0.0);
  for (std::size_t n = 0; n < mean_start_.size(); ++n)
    whole[static_cast<std::size_t>(state_number(static_cast<std::int64_t>(n)))] = mean_start_[n];
  comm().all_reduce(whole.data(), static_cast<int>(whole.size()), Op::sum);
  mean_start_ = std::move(whole);
}

template <class Function>
void PdeEnvironment::for_rows(const Function& function) {
  if (is_split()) {
    function(0, works_[0]);
    return;
  }
  const Kokkos::Experimental::UniqueToken<HostSpace> threads;
  Kokkos::parallel_for("sim/pde/rows", Kokkos::RangePolicy<HostSpace>(0, rows().count), [&](std::int64_t row) {
    const auto thread = threads.acquire();
    function(row, works_[static_cast<std::size_t>(thread)]);
    threads.release(thread);
  });
}

void PdeEnvironment::draw_states() {
  for_rows([&](std::int64_t row, Work&) {
    if (start_state_.empty())
      start_->evaluate(draw_start(params_.start, seed(), start_of(row)), state_of(row));
    else
      std::copy(start_state_.begin(), start_state_.end(), state_of(row).begin());
  });
}

void PdeEnvironment::observe(std::int64_t draw) {
  const Random random(seed(), RandomPurpose::pde_sensor_noise);
  const double deviation = std::sqrt(params_.sensor_noise);
  const auto width = static_cast<std::int64_t>(observation().extent(1));
  for_rows([&](std::int64_t row, Work&) {
    double* const seen = observation().data() + row * width;
    std::fill(seen, seen + width, 0.0);
    for (const auto& sensor : sensors_) seen[sensor.number] = state_of(row)[static_cast<std::size_t>(sensor.place)];
  });
  if (is_split()) comm().all_reduce(observation().data(), static_cast<int>(width), Op::sum);
  if (deviation == 0.0) return;
  for_rows([&](std::int64_t row, Work&) {
    double* const seen = observation().data() + row * width;
    for (std::int64_t n = 0; n < width; n += 2) {
      const auto noise =
          random.normal(episode(row), static_cast<std::uint64_t>(draw), static_cast<std::uint32_t>(n / 2));
      seen[n] += deviation * noise.first;
      if (n + 1 < width) seen[n + 1] += deviation * noise.second;
    }
  });
}

void PdeEnvironment::judge(const Rows& actions, const Rows&) {
  const auto points = static_cast<std::size_t>(evolution_->space().num_values());
  // A row's own sum in its own order: the same wherever it lies.
  auto& parts = squares_;
  std::fill(parts.begin(), parts.end(), ExactSum{});
  for_rows([&](std::int64_t row, Work&) {
    const auto state = state_of(row);
    ExactSum& part = parts[static_cast<std::size_t>(row)];
    for (std::size_t n = 0; n < state.size(); ++n) {
      const double off = n < target_.size() && n < points ? state[n] - target_[n] : state[n];
      part.add(off * off);
    }
  });
  if (is_split()) all_reduce(comm(), parts.data(), 1);
  for (std::int64_t row = 0; row < rows().count; ++row) {
    if (!is_running(row)) continue;
    double pushed = 0.0;
    for (std::int64_t n = 0; n < info_.num_actions; ++n) pushed += actions(row, n) * actions(row, n);
    reward()(row) = -(state_weight_ * parts[static_cast<std::size_t>(row)].value() + params_.action_weight * pushed);
  }
}

void PdeEnvironment::advance(const Rows& actions, const Rows&) {
  for_rows([&](std::int64_t row, Work& work) {
    if (is_running(row)) advance_row(row, actions.data() + row * info_.num_actions, work);
  });
  if (rows().global == 1 && rows().count == 1) std::copy_n(actions.data(), info_.num_actions, last_actions_.begin());
}

void PdeEnvironment::advance_row(std::int64_t row, const double* actions, Work& work) {
  const auto state = state_of(row);
  std::copy(state.begin(), state.end(), work.before.begin());
  actuators_.apply(actions, work.force);
  evolution_->advance(state, work.force, *work.evolution);
  add_noise(row, state);
  bool is_good = is_finite(state);
  if (is_split()) is_good = comm().all_reduce(is_good ? 1 : 0, Op::min) == 1;
  if (is_good) return;
  std::copy(work.before.begin(), work.before.end(), state.begin());
  ending()(row) = static_cast<std::int64_t>(Ending::out_of_bounds);
}

/// Numbers of the state are drawn in pairs, as many as fit a counter in a block, by their place in the whole state.
void PdeEnvironment::add_noise(std::int64_t row, std::span<double> state) const {
  if (noise_ == 0.0) return;
  constexpr std::int64_t block = std::int64_t{1} << 24;
  const Random random(seed(), RandomPurpose::pde_process_noise);
  const auto pair_of = [&](std::int64_t place) {
    const std::int64_t pair = place / 2;
    return random.normal(episode(row) + (static_cast<std::uint64_t>(pair / block) << 40),
                         static_cast<std::uint64_t>(num_steps_done() + 1), static_cast<std::uint32_t>(pair % block));
  };
  Random::Pair pair{};
  std::int64_t last = -1;
  for (std::size_t n = 0; n < state.size(); ++n) {
    const std::int64_t place = global_place(static_cast<std::int64_t>(n));
    if (place / 2 != last) pair = pair_of(place);
    last = place / 2;
    state[n] += noise_ * (place % 2 == 0 ? pair.first : pair.second);
  }
}

std::vector<const data::Field*> PdeEnvironment::fields() {
  if (rows().global != 1) return {};
  const auto& space = evolution_->space();
  const auto points = static_cast<std::size_t>(space.num_values());
  if (grids_.empty()) {
    for (const auto& name : defaults_of(params_.equation).fields)
      grids_.push_back(std::make_unique<GridField>(comm(), params_, space, std::string(name)));
    grids_.push_back(std::make_unique<GridField>(comm(), params_, space, "control"));
  }
  const auto state = math::host_span(this->state());
  std::vector<double> force(points);
  actuators_.apply(last_actions_.data(), force);
  std::vector<const data::Field*> result;
  for (std::size_t n = 0; n < grids_.size(); ++n) {
    grids_[n]->write(n + 1 == grids_.size() ? std::span<const double>(force)
                                            : std::span<const double>(state).subspan(n * points, points));
    result.push_back(&grids_[n]->field());
  }
  return result;
}

std::optional<DenseModel> PdeEnvironment::dense_model() const {
  if (!has_dense_model(params_)) return {};
  auto model = make_dense_model(*spectral_model());
  model.mean_start = mean_start_;
  return model;
}

}  // namespace

std::unique_ptr<Environment> make_environment(const Comm& comm, const PdeParams& params, std::uint32_t seed,
                                              std::int64_t num_rows, std::int64_t block) {
  const bool is_split = num_rows == 1 && comm.size() > 1;
  auto evolution = make_evolution(comm, params, is_split);
  if (is_split) return std::make_unique<PdeEnvironment>(comm, params, seed, std::move(evolution));
  return std::make_unique<PdeEnvironment>(comm, params, seed, RowRange::of(comm, num_rows, block), block,
                                          std::move(evolution));
}

}  // namespace tessera::sim::pde
