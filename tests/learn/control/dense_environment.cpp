#include "dense_environment.hpp"

#include <cmath>

namespace tessera::test {

namespace {

using math::Matrix;
using Values = std::vector<double>;

sim::EnvironmentInfo info_of(const sim::DenseModel& model, const DenseSetting& setting) {
  sim::EnvironmentInfo info;
  info.id = "dense";
  info.num_steps = 1 << 20;
  info.sample_time = 1.0;
  info.num_states = model.a.rows();
  info.num_actions = model.b2.cols();
  info.num_observations = model.c.rows();
  info.num_disturbances = model.b1.cols();
  info.action_limit = setting.action_limit;
  info.clips_actions = std::isfinite(setting.action_limit);
  info.observe = setting.observe;
  return info;
}

void add(const Matrix& matrix, const Values& x, Values& sum) {
  for (int i = 0; i < matrix.rows(); ++i)
    for (int j = 0; j < matrix.cols(); ++j)
      sum[static_cast<std::size_t>(i)] += matrix(i, j) * x[static_cast<std::size_t>(j)];
}

double product(const Values& x, const Matrix& matrix, const Values& y) {
  Values image(x.size());
  add(matrix, y, image);
  double sum = 0.0;
  for (std::size_t i = 0; i < image.size(); ++i) sum += x[i] * image[i];
  return sum;
}

/// Independent normals of the variances on the diagonal.
void add_noise(const Matrix& covariance, std::uint64_t episode, std::uint64_t step, std::uint32_t draw, Values& sum) {
  if (covariance.empty()) return;
  const Random random(3, RandomPurpose::test);
  for (int i = 0; i < covariance.rows(); ++i)
    sum[static_cast<std::size_t>(i)] +=
        std::sqrt(covariance(i, i)) * random.normal(episode, step, draw + static_cast<std::uint32_t>(i)).first;
}

}  // namespace

DenseEnvironment::DenseEnvironment(const Comm& comm, const sim::DenseModel& model, const DenseSetting& setting)
    : Environment(comm, info_of(model, setting), 3, sim::RowRange::of(comm, setting.num_rows), 1),
      model_(model),
      is_quiet_(setting.is_quiet) {}

DenseEnvironment::DenseEnvironment(const Comm& comm, const sim::DenseModel& model, sim::Observe observe,
                                   sim::RowRange part)
    : Environment(comm, info_of(model, {.observe = observe}), 3, {{part.first, part.count}}), model_(model) {}

std::unique_ptr<DenseEnvironment> DenseEnvironment::split(const Comm& comm, const sim::DenseModel& model,
                                                          sim::Observe observe) {
  const auto part = sim::RowRange::of(comm, model.a.rows());
  return std::unique_ptr<DenseEnvironment>(new DenseEnvironment(comm, model, observe, part));
}

Values DenseEnvironment::whole(std::int64_t row) const {
  const auto part = data::host_copy(state(), row, 1);
  if (!is_split()) return part;
  Values all(static_cast<std::size_t>(info().num_states));
  std::copy(part.begin(), part.end(), all.begin() + state_spans().front().first);
  comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

void DenseEnvironment::begin_in(const Values& start) {
  Rows states("test/states", state().extent(0), state().extent(1));
  for (std::int64_t row = 0; row < rows().count; ++row)
    data::set_rows(states, row,
                   Values(start.begin() + state_spans().front().first,
                          start.begin() + state_spans().front().first + static_cast<std::int64_t>(state().extent(1))));
  reset({}, states);
}

void DenseEnvironment::step_with(const Rows& actions, const Values& disturbance) {
  disturbance_ = disturbance;
  step(actions);
}

void DenseEnvironment::draw_states() {
  for (std::int64_t row = 0; row < rows().count; ++row) {
    Values x(static_cast<std::size_t>(info().num_states));
    add_noise(Matrix::identity(model_.a.rows()), start_of(row), 0, 100, x);
    data::set_rows(state(), row,
                   Values(x.begin() + state_spans().front().first,
                          x.begin() + state_spans().front().first + static_cast<std::int64_t>(state().extent(1))));
  }
}

void DenseEnvironment::observe(std::int64_t draw) {
  for (std::int64_t row = 0; row < rows().count; ++row) {
    Values y(static_cast<std::size_t>(info().num_observations));
    add(model_.c, whole(row), y);
    if (!is_quiet_) add_noise(model_.measurement, episode(row), static_cast<std::uint64_t>(draw), 200, y);
    if (!disturbance_.empty()) add(model_.d21, disturbance_, y);
    data::set_rows(observation(), row, y);
  }
}

void DenseEnvironment::judge(const Rows& actions, const Rows& /*disturbances*/) {
  for (std::int64_t row = 0; row < rows().count; ++row) {
    auto x = whole(row);
    const auto u = data::host_copy(actions, row, 1);
    for (std::size_t i = 0; i < model_.target.size(); ++i) x[i] -= model_.target[i];
    double cost = product(x, model_.q, x) + product(u, model_.r, u);
    if (!model_.s.empty()) cost += 2.0 * product(x, model_.s, u);
    Kokkos::deep_copy(Kokkos::subview(reward(), row), -cost);
  }
}

void DenseEnvironment::advance(const Rows& actions, const Rows& disturbances) {
  for (std::int64_t row = 0; row < rows().count; ++row) {
    Values next(static_cast<std::size_t>(info().num_states));
    add(model_.a, whole(row), next);
    add(model_.b2, data::host_copy(actions, row, 1), next);
    if (disturbances.data() != nullptr)
      add(model_.b1, data::host_copy(disturbances, row, 1), next);
    else if (!disturbance_.empty())
      add(model_.b1, disturbance_, next);
    else if (!is_quiet_)
      add_noise(model_.process, episode(row), static_cast<std::uint64_t>(num_steps_done()), 300, next);
    data::set_rows(state(), row,
                   Values(next.begin() + state_spans().front().first,
                          next.begin() + state_spans().front().first + static_cast<std::int64_t>(state().extent(1))));
  }
}

}  // namespace tessera::test
