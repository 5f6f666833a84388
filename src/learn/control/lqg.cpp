#include "learn/control/lqg.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/agree.hpp"
#include "data/io/table_state.hpp"
#include "learn/control/lqr.hpp"
#include "math/control.hpp"

namespace tessera::learn::control {

using sim::Environment;

namespace {

/// Collective. The whole of a split state, on every rank.
std::vector<double> whole_state(const Environment& environment) {
  std::vector<double> whole(static_cast<std::size_t>(environment.info().num_states));
  const auto part = data::host_copy(environment.state(), 0, 1);
  for (std::size_t n = 0; n < part.size(); ++n)
    whole[static_cast<std::size_t>(environment.state_number(static_cast<std::int64_t>(n)))] = part[n];
  environment.comm().all_reduce(whole.data(), static_cast<int>(whole.size()), Op::sum);  // elsewhere 0: exact
  return whole;
}

}  // namespace

LqgController::LqgController(const Environment& environment, const LqgParams& params)
    : comm_(environment.comm()),
      rows_(environment.rows()),
      is_split_(environment.is_split()),
      start_(params.start),
      measured_("control/measured", environment.observation().extent(0), environment.observation().extent(1)) {
  agree(comm_, [&] {
    const auto tracker = design_dense(environment, name(), params.unseen);
    const auto model = dense_model_of(environment, name());
    const auto filter =
        math::kalman_filter(model.a, model.c, model.process, model.measurement, model.correlation, params.unseen);
    designs_ = {design_of(tracker.regulator), {"filter", filter.residual, filter.radius}};
    control_ = RowMap(tracker.regulator.gain, tracker.offset);
    predict_ = RowMap(model.a - filter.gain * model.c);
    act_ = RowMap(model.b2);
    correct_ = RowMap(filter.gain);
    mean_ = model.mean_start;
    mean_.resize(static_cast<std::size_t>(environment.info().num_states));
    estimate_ = Environment::Rows("control/estimate", static_cast<std::size_t>(rows_.count), mean_.size());
    next_ = Environment::Rows("control/next_estimate", static_cast<std::size_t>(rows_.count), mean_.size());
  });
}

void LqgController::start(const Environment& environment) {
  if (start_ == FilterStart::mean) {
    const auto mean = to_array(mean_);
    const auto estimate = estimate_;
    const auto width = static_cast<std::int64_t>(estimate.extent(1));
    Kokkos::parallel_for(
        "control/start_at_mean", Range(0, rows_.count * width),
        KOKKOS_LAMBDA(std::int64_t n) { estimate(n / width, n % width) = mean(n % width); });
  } else if (is_split_) {
    data::set_rows(estimate_, 0, whole_state(environment));
  } else {
    Kokkos::deep_copy(estimate_, environment.state());
  }
}

void LqgController::decide(const Environment& environment, const Environment::Rows& actions,
                           const Environment::Rows& /*disturbances*/) {
  control_.apply(estimate_, actions);
  if (environment.info().observe == sim::Observe::after) Kokkos::deep_copy(measured_, environment.observation());
}

void LqgController::learn_of_step(const Environment& environment, const Environment::Rows& actions) {
  constexpr double none = std::numeric_limits<double>::infinity();
  if (environment.info().observe == sim::Observe::before) Kokkos::deep_copy(measured_, environment.observation());
  predict_.apply(estimate_, next_);
  act_.add(actions, next_, environment.info().clips_actions ? environment.info().action_limit : none);
  correct_.add(measured_, next_, none);
  std::swap(estimate_, next_);
}

void LqgController::save(data::StateWriter& writer) const {
  if (is_split_) {
    writer.put("estimate", data::host_copy(estimate_, 0, 1));
    return;
  }
  data::Table table(comm_);
  table.add<double>("estimate", static_cast<int>(estimate_.extent(1)));
  table.append(rows_.count);
  const auto rows = std::make_pair(std::int64_t{0}, rows_.count);
  Kokkos::deep_copy(Kokkos::subview(table.get<double>("estimate"), rows, Kokkos::ALL()), estimate_);
  data::put_table(writer, "filter", table);
}

void LqgController::restore(data::StateReader& reader) {
  std::vector<double> values;
  if (is_split_) {
    reader.get("estimate", values);
  } else {
    data::Table table(comm_);
    table.add<double>("estimate", static_cast<int>(estimate_.extent(1)));
    data::get_table(reader, "filter", table);
    agree(comm_, [&] {
      if (table.num_global() != rows_.global)
        throw Error::input(fmt::format("a checkpoint of {} filters; expected {}", table.num_global(), rows_.global));
    });
    std::vector<std::int64_t> mine(static_cast<std::size_t>(rows_.count));
    std::iota(mine.begin(), mine.end(), rows_.first);
    values = table.gather<double>("estimate", mine);
  }
  agree(comm_, [&] {
    if (values.size() != estimate_.size())
      throw Error::input(
          fmt::format("a checkpoint of a filter with {} numbers here; expected {}", values.size(), estimate_.size()));
  });
  data::set_rows(estimate_, 0, values);
}

}  // namespace tessera::learn::control
