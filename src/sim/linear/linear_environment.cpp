#include "sim/linear/linear_environment.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "sim/linear/cable_modes.hpp"
#include "sim/linear/model.hpp"
#include "sim/linear/system.hpp"

namespace tessera::sim::linear {

namespace {

using math::Matrix;
using Running = Kokkos::View<bool*, MemSpace>;

Rows on_device(const Matrix& matrix) {
  const Rows values("sim/linear/coefficients", matrix.rows(), matrix.cols());
  const auto host = Kokkos::create_mirror_view(values);
  for (int i = 0; i < matrix.rows(); ++i)
    for (int j = 0; j < matrix.cols(); ++j) host(i, j) = matrix(i, j);
  Kokkos::deep_copy(values, host);
  return values;
}

Matrix step_matrix(const DenseModel& model) {
  Matrix matrix(model.a.rows() + model.c1.rows(), model.a.cols() + model.b1.cols() + model.b2.cols());
  matrix.set_block(0, 0, math::beside(math::beside(model.a, model.b1), model.b2));
  matrix.set_block(model.a.rows(), 0, model.c1);
  return matrix;
}

constexpr double largest_number = std::numeric_limits<double>::max();
KOKKOS_INLINE_FUNCTION bool is_finite(double x) { return kmath::fabs(x) <= largest_number; }

/// Of a row of a matrix and a row of a batch.
KOKKOS_INLINE_FUNCTION double dot(const Rows& matrix, std::int64_t i, const Rows& rows, std::int64_t row) {
  double sum = 0.0;
  for (std::size_t j = 0; j < matrix.extent(1); ++j) sum += matrix(i, j) * rows(row, j);
  return sum;
}

void fill_normal(const Random& random, std::uint64_t first, std::int64_t per_id, std::uint64_t step, double deviation,
                 const Rows& numbers) {
  const auto count = static_cast<std::int64_t>(numbers.extent(1));
  const std::int64_t pairs = (count + 1) / 2;
  const auto rows = static_cast<std::int64_t>(numbers.extent(0));
  Kokkos::parallel_for(
      "sim/linear/draw", Range(0, rows * pairs), KOKKOS_LAMBDA(std::int64_t n) {
        const std::int64_t row = n / pairs, k = n % pairs;
        const auto pair = random.normal((first + static_cast<std::uint64_t>(row)) / static_cast<std::uint64_t>(per_id),
                                        step, static_cast<std::uint32_t>(k));
        numbers(row, 2 * k) = deviation * pair.first;
        if (2 * k + 1 < count) numbers(row, 2 * k + 1) = deviation * pair.second;
      });
}

void add_to_rows(const Array1<double>& mean, const Rows& numbers) {
  const auto count = static_cast<std::int64_t>(numbers.extent(1));
  Kokkos::parallel_for(
      "sim/linear/start", Range(0, static_cast<std::int64_t>(numbers.extent(0)) * count),
      KOKKOS_LAMBDA(std::int64_t n) { numbers(n / count, n % count) += mean(n % count); });
}

/// y of the rows that run: matrix c times x and d21 times w.
void measure_rows(const Running& running, const Rows& c, const Rows& d21, const Rows& x, const Rows& w, const Rows& y) {
  const auto outputs = static_cast<std::int64_t>(y.extent(1));
  Kokkos::parallel_for(
      "sim/linear/measure", Range(0, static_cast<std::int64_t>(y.extent(0)) * outputs), KOKKOS_LAMBDA(std::int64_t n) {
        const std::int64_t row = n / outputs, i = n % outputs;
        if (running(row)) y(row, i) = dot(c, i, x, row) + dot(d21, i, w, row);
      });
}

void note_running(const Environment::Flags& ending, const Running& running) {
  Kokkos::parallel_for(
      "sim/linear/note_running", Range(0, static_cast<std::int64_t>(ending.extent(0))),
      KOKKOS_LAMBDA(std::int64_t row) { running(row) = ending(row) == no_ending; });
}

/// Weights of a step's cost and of its output.
struct Judgement {
  Rows d11, d12, r;
};

/// Rewards and z, from c1 x, which lies behind the `states` numbers of the next state.
void judge_rows(const Running& running, const Judgement& weights, const Rows& next, std::int64_t states, const Rows& w,
                const Rows& u, const Rows& z, const Array1<double>& reward) {
  const Rows d11 = weights.d11, d12 = weights.d12, r = weights.r;
  const auto outputs = static_cast<std::int64_t>(z.extent(1)), actions = static_cast<std::int64_t>(u.extent(1));
  Kokkos::parallel_for(
      "sim/linear/judge", Range(0, static_cast<std::int64_t>(z.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        if (!running(row)) return;
        double cost = 0.0;
        for (std::int64_t i = 0; i < outputs; ++i) {
          const double seen = next(row, states + i), forced = dot(d12, i, u, row);
          z(row, i) = seen + forced + dot(d11, i, w, row);
          cost += seen * (seen + 2.0 * forced);
        }
        for (std::int64_t i = 0; i < actions; ++i) cost += u(row, i) * dot(r, i, u, row);
        reward(row) = -cost;
      });
}

void advance_rows(const Running& running, const Array1<double>& reward, const Rows& next, const Rows& x,
                  const Environment::Flags& ending) {
  const auto states = static_cast<std::int64_t>(x.extent(1));
  Kokkos::parallel_for(
      "sim/linear/advance", Range(0, static_cast<std::int64_t>(x.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        if (!running(row)) return;
        bool is_sound = is_finite(reward(row));
        for (std::int64_t i = 0; i < states; ++i) is_sound = is_sound && is_finite(next(row, i));
        if (!is_sound) {
          ending(row) = static_cast<std::int64_t>(Ending::out_of_bounds);
          return;
        }
        for (std::int64_t i = 0; i < states; ++i) x(row, i) = next(row, i);
      });
}

}  // namespace

LinearEnvironment::LinearEnvironment(const Comm& comm, EnvironmentInfo info, const LinearParams& params,
                                     DenseModel model, Propagator step, std::uint32_t seed, RowRange rows,
                                     std::int64_t block)
    : Environment(comm, std::move(info), seed, rows, block),
      params_(params),
      model_(std::move(model)),
      noise_(std::sqrt(params.noise_cov)),
      start_noise_(std::sqrt(params.random_init_state_cov)),
      step_(std::move(step)),
      d11_(on_device(model_.d11)),
      d12_(on_device(model_.d12)),
      r_(on_device(model_.r)),
      c_(on_device(model_.c)),
      d21_(on_device(model_.d21)) {
  const auto count = static_cast<std::size_t>(rows.count);
  drawn_ = Rows("sim/linear/disturbances", count, static_cast<std::size_t>(this->info().num_disturbances));
  const auto width = std::visit([](const auto& by) { return static_cast<std::size_t>(by.num_outputs()); }, step_);
  next_ = Rows("sim/linear/next", count, width);
  output_ = Rows("sim/linear/output", count, model_.c1.rows());
  running_ = Kokkos::View<bool*, MemSpace>("sim/linear/running", count);
  if (model_.mean_start.empty()) return;
  mean_start_ = Array1<double>("sim/linear/mean_start", model_.mean_start.size());
  Kokkos::deep_copy(mean_start_, HostArray1<double>(model_.mean_start.data(), model_.mean_start.size()));
}

void LinearEnvironment::draw_states() {
  fill_normal(Random(seed(), RandomPurpose::linear_start), episode(0), episodes().per_start, 0, start_noise_, state());
  if (mean_start_.extent(0) > 0) add_to_rows(mean_start_, state());
}

void LinearEnvironment::draw_disturbances(std::int64_t draw) {
  fill_normal(Random(seed(), RandomPurpose::linear_disturbance), episode(0), 1, static_cast<std::uint64_t>(draw),
              noise_, drawn_);
}

Environment::Rows LinearEnvironment::draw_disturbances() {
  draw_disturbances(info().observe == Observe::before ? num_steps_done() + 1 : num_steps_done());
  return drawn_;
}

void LinearEnvironment::observe(std::int64_t draw) {
  const bool is_start = draw == 0;
  if (!is_start && info().observe == Observe::before) return;  // judge() does it, where the disturbance is known
  if (is_start) {
    given_ = {};
    Kokkos::deep_copy(running_, true);
  }
  if (given_.data() == nullptr) draw_disturbances(draw);
  measure(given_.data() == nullptr ? drawn_ : given_);
}

void LinearEnvironment::measure(const Rows& disturbances) {
  measure_rows(running_, c_, d21_, state(), disturbances, observation());
}

void LinearEnvironment::judge(const Rows& actions, const Rows& disturbances) {
  note_running(ending(), running_);
  std::visit([&](const auto& step) { step.multiply(state(), disturbances, actions, next_); }, step_);
  judge_rows(running_, {d11_, d12_, r_}, next_, info().num_states, disturbances, actions, output_, reward());
  given_ = disturbances.data() == drawn_.data() ? Rows{} : disturbances;
  if (info().observe == Observe::before) measure(disturbances);
}

void LinearEnvironment::advance(const Rows& /*actions*/, const Rows& /*disturbances*/) {
  advance_rows(running_, reward(), next_, state(), ending());
}

std::optional<DenseModel> LinearEnvironment::dense_model() const {
  if (!model_.a.empty()) return model_;
  if (info().num_states > max_states) return {};
  return make_model(linear_system(params_.id, params_.elements), params_);
}

std::optional<ModalModel> LinearEnvironment::modal_model() const {
  if (!std::holds_alternative<CableStep>(step_)) return {};
  return cable_modal_model(info().num_states / 2, info().sample_time);
}

std::unique_ptr<LinearEnvironment> make_environment(const Comm& comm, const LinearParams& params, std::uint32_t seed,
                                                    std::int64_t num_rows, std::int64_t block) {
  const SystemInfo system = system_info(params.id, params.elements);
  const EnvironmentInfo info = info_of(system, params);
  const RowRange rows = RowRange::of(comm, num_rows, block);
  const auto make = [&](DenseModel model, Propagator step) {
    return std::make_unique<LinearEnvironment>(comm, info, params, std::move(model), std::move(step), seed, rows,
                                               block);
  };
  if (system.is_long_cable())
    return make(make_outputs(cable_without_a(params.id, system.cable_elements), params),
                CableStep(system.cable_elements, info.sample_time, rows.count));
  DenseModel model = make_model(linear_system(params.id, params.elements), params);
  PanelMatrix step(step_matrix(model));
  return make(std::move(model), std::move(step));
}

EnvironmentInfo info_of(const SystemInfo& system, const LinearParams& params) {
  EnvironmentInfo info;
  info.id = params.id;
  info.num_steps = params.steps;
  info.sample_time = params.sample_time.value_or(
      is_discrete(system.is_discrete, params.fidelity) ? discrete_sample_time : default_sample_time);
  info.num_states = system.num_states;
  info.num_actions = system.num_actions;
  info.num_observations = system.num_observations;
  info.num_disturbances = system.num_disturbances;
  apply(params, info);
  return info;
}

}  // namespace tessera::sim::linear
