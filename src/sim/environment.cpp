#include "sim/environment.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/memory.hpp"
#include "data/io/table_state.hpp"

namespace tessera::sim {

namespace {

void check_memory(const EnvironmentInfo& info, std::int64_t rows, double bytes, std::int64_t available) {
  const auto most = static_cast<double>(available);
  if (bytes > most)
    throw Error::input(
        fmt::format("{} environments '{}' of {} states need {:.3g} GB here; expected at most {:.3g} GB, which is what "
                    "this host has left for a rank",
                    rows, info.id, info.num_states, bytes / 1e9, most / 1e9));
}

void require(const Environment::Rows& array, const char* name, std::int64_t rows, std::int64_t width) {
  if (static_cast<std::int64_t>(array.extent(0)) == rows && static_cast<std::int64_t>(array.extent(1)) == width) return;
  throw Error::internal(fmt::format("{} of an environment: {} rows of {} numbers, expected {} of {}", name,
                                    array.extent(0), array.extent(1), rows, width));
}

void clip_to(double limit, const Environment::Rows& actions, const Environment::Rows& clipped) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  Kokkos::parallel_for(
      "sim/clip_actions", Range(0, static_cast<std::int64_t>(actions.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        for (std::int64_t n = 0; n < width; ++n) {
          const double action = actions(row, n);
          clipped(row, n) = action > limit ? limit : action < -limit ? -limit : action;
        }
      });
}

/// A reward that is not a number is outside of all bounds.
void mark(const Array1<double>& reward, const Environment::Flags& ending, double limit, bool is_last) {
  Kokkos::parallel_for(
      "sim/mark_endings", Range(0, static_cast<std::int64_t>(reward.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        if (ending(row) != no_ending) return;
        if (!(kmath::fabs(reward(row)) <= limit))
          ending(row) = static_cast<std::int64_t>(Ending::out_of_bounds);
        else if (is_last)
          ending(row) = static_cast<std::int64_t>(Ending::time_limit);
      });
}

}  // namespace

RowRange RowRange::of(const Comm& comm, std::int64_t global, std::int64_t block) {
  const std::int64_t first = data::first_of_share(global, block, comm.rank(), comm.size());
  return {first, data::first_of_share(global, block, comm.rank() + 1, comm.size()) - first, global};
}

Environment::Environment(const Comm& comm, EnvironmentInfo info, std::uint32_t seed, RowRange rows, std::int64_t block)
    : info_(std::move(info)),
      comm_(comm),
      seed_(seed),
      rows_(rows),
      block_(block),
      state_spans_{{0, info_.num_states}} {
  allocate();
}

Environment::Environment(const Comm& comm, EnvironmentInfo info, std::uint32_t seed,
                         std::vector<data::RowSpan> state_spans)
    : info_(std::move(info)),
      comm_(comm),
      seed_(seed),
      rows_{0, 1, 1},
      is_split_(true),
      state_spans_(std::move(state_spans)) {
  allocate();
}

void Environment::allocate() {
  const auto count = static_cast<std::size_t>(rows_.count);
  std::int64_t states = 0;
  for (const auto& span : state_spans_) states += span.count;
  const auto width = static_cast<double>(states + info_.num_observations + info_.num_actions);
  const auto available = memory_available(comm_);
  agree(comm_, [&] { check_memory(info_, rows_.count, 8.0 * static_cast<double>(rows_.count) * width, available); });
  state_ = Rows("sim/state", count, static_cast<std::size_t>(states));
  observation_ = Rows("sim/observation", count, static_cast<std::size_t>(info_.num_observations));
  if (info_.clips_actions) clipped_ = Rows("sim/clipped", count, static_cast<std::size_t>(info_.num_actions));
  reward_ = Array1<double>("sim/reward", count);
  ending_ = Flags("sim/ending", count);
}

std::int64_t Environment::state_number(std::int64_t n) const {
  for (const auto& span : state_spans_) {
    if (n < span.count) return span.first + n;
    n -= span.count;
  }
  throw Error::internal("a number of a state that is not here");
}

std::int64_t Environment::num_running() const {
  std::int64_t running = 0;
  const Flags ending = ending_;
  Kokkos::parallel_reduce(
      "sim/count_running", Range(0, rows_.count),
      KOKKOS_LAMBDA(std::int64_t row, std::int64_t & sum) {
        if (ending(row) == no_ending) ++sum;
      },
      running);
  return is_split_ ? running : comm_.all_reduce(running, Op::sum);
}

void Environment::begin(const Episodes& episodes) {
  episodes_ = episodes;
  step_ = 0;
  Kokkos::deep_copy(ending_, no_ending);
  Kokkos::deep_copy(reward_, 0.0);
}

void Environment::reset(const Episodes& episodes) {
  begin(episodes);
  draw_states();
  observe(0);
}

void Environment::reset(const Episodes& episodes, const Rows& states) {
  require(states, "states", rows_.count, static_cast<std::int64_t>(state_.extent(1)));
  begin(episodes);
  Kokkos::deep_copy(state_, states);
  observe(0);
}

void Environment::step(const Rows& actions, const Rows& disturbances) {
  require(actions, "actions", rows_.count, info_.num_actions);
  const bool is_given = disturbances.data() != nullptr;
  if (is_given) require(disturbances, "disturbances", rows_.count, info_.num_disturbances);
  Rows acted = actions;
  if (info_.clips_actions) {
    clip(actions, clipped_);
    acted = clipped_;
  }
  const Rows disturbed = is_given ? disturbances : draw_disturbances();
  if (info_.observe == Observe::before) observe(step_ + 1);
  judge(acted, disturbed);
  advance(acted, disturbed);
  ++step_;
  mark(reward_, ending_, info_.reward_limit, step_ >= info_.num_steps);
  if (info_.observe == Observe::after) observe(step_);
}

void Environment::clip(const Rows& actions, const Rows& clipped) const {
  clip_to(info_.clips_actions ? info_.action_limit : std::numeric_limits<double>::infinity(), actions, clipped);
}

void Environment::save(data::StateWriter& writer) const {
  writer.put("episode_step", step_);
  writer.put("episode_first", episodes_.first);
  writer.put("episodes_per_start", episodes_.per_start);
  if (rows_.global == 1)
    save_single(writer);
  else
    data::put_table(writer, "rows", rows_to_table());
}

void Environment::restore(data::StateReader& reader) {
  reader.get("episode_step", step_);
  reader.get("episode_first", episodes_.first);
  reader.get("episodes_per_start", episodes_.per_start);
  if (rows_.global == 1)
    restore_single(reader);
  else
    restore_rows(reader);
}

data::Table Environment::empty_table() const {
  data::Table table(comm_);
  table.add<double>("state", static_cast<int>(info_.num_states));
  table.add<double>("observation", static_cast<int>(info_.num_observations));
  table.add<std::int64_t>("ending");
  return table;
}

data::Table Environment::rows_to_table() const {
  data::Table table = empty_table();
  table.append(rows_.count);
  const auto rows = std::make_pair(std::int64_t{0}, rows_.count);
  Kokkos::deep_copy(Kokkos::subview(table.get<double>("state"), rows, Kokkos::ALL()), state_);
  Kokkos::deep_copy(Kokkos::subview(table.get<double>("observation"), rows, Kokkos::ALL()), observation_);
  Kokkos::deep_copy(Kokkos::subview(table.get<std::int64_t>("ending"), rows, Kokkos::ALL()), ending_rows());
  return table;
}

void Environment::restore_rows(data::StateReader& reader) {
  data::Table table = empty_table();
  data::get_table(reader, "rows", table);
  check_count(table.num_global(), rows_.global, "rows");
  table.balance(block_);
  const auto rows = std::make_pair(std::int64_t{0}, rows_.count);
  Kokkos::deep_copy(state_, Kokkos::subview(table.get<double>("state"), rows, Kokkos::ALL()));
  Kokkos::deep_copy(observation_, Kokkos::subview(table.get<double>("observation"), rows, Kokkos::ALL()));
  Kokkos::deep_copy(ending_rows(), Kokkos::subview(table.get<std::int64_t>("ending"), rows, Kokkos::ALL()));
}

/// A single row may be whole on one rank or split: its numbers go into files in their order, whoever has them.
data::RowExchange Environment::to_even_shares() const {
  const std::int64_t first = data::first_of_share(info_.num_states, 1, comm_.rank(), comm_.size()),
                     end = data::first_of_share(info_.num_states, 1, comm_.rank() + 1, comm_.size());
  return {comm_, rows_.count == 0 ? std::vector<data::RowSpan>() : state_spans_, {{first, end - first}}};
}

data::Table Environment::empty_numbers() const {
  data::Table table(comm_);
  table.add<double>("number");
  return table;
}

void Environment::save_single(data::StateWriter& writer) const {
  std::vector<double> observation(observation_.extent(1), 0.0);
  std::int64_t ending = 0;
  if (rows_.count > 0 && (!is_split_ || comm_.is_root())) {
    observation = data::host_copy(observation_, 0, 1);
    ending = data::host_copy(ending_rows(), 0, 1).front();
  }
  comm_.all_reduce(observation.data(), static_cast<int>(observation.size()), Op::sum);
  writer.put("observation", observation);
  writer.put("ending", comm_.all_reduce(ending, Op::sum));
  data::Table table = empty_numbers();
  auto exchange = to_even_shares();
  table.append(data::first_of_share(info_.num_states, 1, comm_.rank() + 1, comm_.size()) -
               data::first_of_share(info_.num_states, 1, comm_.rank(), comm_.size()));
  const auto mine = data::host_copy(state_, 0, rows_.count);
  std::vector<double> shared(static_cast<std::size_t>(table.num_rows()));
  exchange.forward(mine, shared, 1);
  data::set_rows(table.get<double>("number"), 0, shared);
  data::put_table(writer, "state", table);
}

void Environment::restore_single(data::StateReader& reader) {
  std::vector<double> observation;
  std::int64_t ending = 0;
  reader.get("observation", observation);
  reader.get("ending", ending);
  check_count(static_cast<std::int64_t>(observation.size()), info_.num_observations, "observations");
  data::Table table = empty_numbers();
  data::get_table(reader, "state", table);
  check_count(table.num_global(), info_.num_states, "states");
  table.balance();
  std::vector<double> mine(state_.size());
  to_even_shares().backward(data::host_copy(table.get<double>("number"), 0, table.num_rows()), mine, 1);
  if (rows_.count == 0) return;
  data::set_rows(state_, 0, mine);
  data::set_rows(observation_, 0, observation);
  data::set_rows(ending_rows(), 0, std::vector<std::int64_t>{ending});
}

void Environment::check_count(std::int64_t found, std::int64_t expected, const char* what) const {
  agree(comm_, [&] {
    if (found != expected)
      throw Error::input(fmt::format("a checkpoint of {} {} of '{}'; expected {}", found, what, info_.id, expected));
  });
}

}  // namespace tessera::sim
