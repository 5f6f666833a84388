#include "sim/episode_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "data/io/table_state.hpp"

namespace tessera::sim {

/// Where the marked rows write: `back` places before the first that is free.
struct EpisodeRecord::Places {
  Environment::Flags marked, used;
  std::int64_t slots, back;
  KOKKOS_INLINE_FUNCTION bool is_marked(std::int64_t row) const { return marked(row) != 0; }
  KOKKOS_INLINE_FUNCTION std::int64_t of(std::int64_t row) const { return row * slots + used(row) - back; }
};

namespace {

using Places = EpisodeRecord::Places;
using Rows = Environment::Rows;
using Flags = Environment::Flags;
using Integers = data::RowArray<std::int64_t>;

const std::set<std::string> known{"state", "observation", "action", "reward"};

Range all(const Flags& rows) { return Range(0, static_cast<std::int64_t>(rows.extent(0))); }

/// Rows that run.
void mark_running(const Flags& ending, const Flags& marked) {
  Kokkos::parallel_for(
      "sim/mark_running", all(marked),
      KOKKOS_LAMBDA(std::int64_t row) { marked(row) = ending(row) == no_ending ? 1 : 0; });
}

/// Of those marked, rows that do not run any more.
void keep_ended(const Flags& ending, const Flags& marked) {
  Kokkos::parallel_for(
      "sim/keep_ended", all(marked), KOKKOS_LAMBDA(std::int64_t row) {
        if (ending(row) == no_ending) marked(row) = 0;
      });
}

void advance(const Flags& marked, const Flags& used) {
  Kokkos::parallel_for(
      "sim/advance_record", all(used), KOKKOS_LAMBDA(std::int64_t row) { used(row) += marked(row); });
}

void put(const Places& places, const Rows& from, const Rows& to) {
  const auto width = static_cast<std::int64_t>(from.extent(1));
  Kokkos::parallel_for(
      "sim/record", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (!places.is_marked(row)) return;
        for (std::int64_t n = 0; n < width; ++n) to(places.of(row), n) = from(row, n);
      });
}

void put_zeros(const Places& places, const Rows& to) {
  const auto width = static_cast<std::int64_t>(to.extent(1));
  Kokkos::parallel_for(
      "sim/record_zeros", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (!places.is_marked(row)) return;
        for (std::int64_t n = 0; n < width; ++n) to(places.of(row), n) = 0.0;
      });
}

void put_rewards(const Places& places, const Array1<double>& from, const Rows& to) {
  Kokkos::parallel_for(
      "sim/record_rewards", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (places.is_marked(row)) to(places.of(row), 0) = from(row);
      });
}

void put_flags(const Places& places, const Flags& from, const Integers& to) {
  Kokkos::parallel_for(
      "sim/record_flags", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (places.is_marked(row)) to(places.of(row), 0) = from(row);
      });
}

/// (first + row) / divisor, or modulo `modulus` if there is one.
void put_numbers(const Places& places, std::int64_t first, std::int64_t divisor, std::int64_t modulus,
                 const Integers& to) {
  Kokkos::parallel_for(
      "sim/record_numbers", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (!places.is_marked(row)) return;
        const std::int64_t number = first + row;
        to(places.of(row), 0) = modulus > 0 ? number % modulus : number / divisor;
      });
}

/// 1 for starts where the whole part of share * start grows with the next one.
void put_tests(const Places& places, std::int64_t first, std::int64_t per_start, double share, const Integers& to) {
  Kokkos::parallel_for(
      "sim/record_tests", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (!places.is_marked(row)) return;
        const std::int64_t number = (first + row) / per_start;
        const auto start = static_cast<double>(number);
        to(places.of(row), 0) = kmath::floor((start + 1.0) * share) > kmath::floor(start * share) ? 1 : 0;
      });
}

template <class T>
void put_same(const Places& places, T value, const data::RowArray<T>& to) {
  Kokkos::parallel_for(
      "sim/record_same", all(places.used), KOKKOS_LAMBDA(std::int64_t row) {
        if (places.is_marked(row)) to(places.of(row), 0) = value;
      });
}

template <class T>
void take_places(const data::RowArray<T>& from, const Flags& places, const data::RowArray<T>& to) {
  const auto width = static_cast<std::int64_t>(from.extent(1));
  Kokkos::parallel_for(
      "sim/take_places", all(places), KOKKOS_LAMBDA(std::int64_t n) {
        for (std::int64_t c = 0; c < width; ++c) to(n, c) = from(places(n), c);
      });
}

/// Rows one behind the other, each to its place.
template <class T>
void scatter(const std::vector<T>& rows, const std::vector<std::int64_t>& places, const data::RowArray<T>& to) {
  const std::size_t width = to.extent(1);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), to);
  for (std::size_t n = 0; n < places.size(); ++n)
    for (std::size_t c = 0; c < width; ++c) host(places[n], c) = rows[n * width + c];
  Kokkos::deep_copy(to, host);
}

/// Rows of the buffer that are in use, in order.
std::vector<std::int64_t> places_in_use(const std::vector<std::int64_t>& used, std::int64_t slots) {
  std::vector<std::int64_t> places;
  for (std::size_t row = 0; row < used.size(); ++row)
    for (std::int64_t slot = 0; slot < used[row]; ++slot)
      places.push_back(static_cast<std::int64_t>(row) * slots + slot);
  return places;
}

std::vector<std::int64_t> on_host(const Flags& flags) {
  return data::host_copy(Integers(flags.data(), flags.extent(0), 1), 0, static_cast<std::int64_t>(flags.extent(0)));
}

int width_of(const EnvironmentInfo& info, const std::string& column) {
  return static_cast<int>(column == "state"         ? info.num_states
                          : column == "observation" ? info.num_observations
                          : column == "action"      ? info.num_actions
                                                    : 1);
}

bool has_next(const RecordParams& params, const std::string& column) {
  return params.are_transitions && (column == "state" || column == "observation");
}

}  // namespace

void bind(deck::Binder& b, RecordParams& p) {
  b.value("every", p.every, {.low = 1}, {"steps between rows of table.h5", "steps"});
  b.list("which", p.which, 0, {"columns of table.h5: state, observation, action, reward"});
  const std::set<std::string> names(p.which.begin(), p.which.end());
  const bool are_known = std::includes(known.begin(), known.end(), names.begin(), names.end());
  b.check(are_known && !names.empty() && names.size() == p.which.size(), "which",
          "expected some of \"state\", \"observation\", \"action\" and \"reward\", each once");
}

EpisodeRecord::EpisodeRecord(const Environment& environment, const RecordParams& params, std::int64_t sources)
    : environment_(environment),
      params_(params),
      sources_(sources),
      slots_(slots_of(environment.info(), params)),
      first_(environment.rows().first),
      count_(environment.is_split() && !environment.comm().is_root() ? 0 : environment.rows().count),
      buffer_(environment.comm()),
      table_(environment.comm()),
      used_("sim/record_used", static_cast<std::size_t>(count_)),
      ran_("sim/record_ran", static_cast<std::size_t>(count_)) {
  table_ = empty_table();
  if (environment.is_split() && table_.has_column("state"))
    throw Error::input(
        fmt::format("record.which: the state of '{}' is spread over the ranks; expected columns without \"state\": "
                    "fields.h5 has it",
                    environment.info().id));
  buffer_ = empty_table();
  buffer_.append(count_ * slots_);
}

/// Places of a row: one each `every` steps from the first on, and the end unless rows are steps.
std::int64_t EpisodeRecord::slots_of(const EnvironmentInfo& info, const RecordParams& params) {
  return (info.num_steps + params.every - 1) / params.every + (params.are_transitions ? 0 : 1);
}

double EpisodeRecord::bytes(const EnvironmentInfo& info, const RecordParams& params, std::int64_t rows) {
  std::int64_t numbers = params.are_transitions ? 7 : 6;
  for (const auto& name : params.which) numbers += (has_next(params, name) ? 2 : 1) * width_of(info, name);
  // What is complete waits for its file beside what runs.
  return 2.0 * 8.0 * static_cast<double>(numbers) * static_cast<double>(rows) *
         static_cast<double>(slots_of(info, params));
}

data::Table EpisodeRecord::empty_table() const {
  const auto& info = environment_.info();
  data::Table table(environment_.comm());
  for (const char* name : {"episode", "step", "ending"}) table.add<std::int64_t>(name);
  table.add<double>("time");
  if (sources_ > 1 || params_.are_transitions)
    for (const char* name : {"source", "start"}) table.add<std::int64_t>(name);
  if (params_.are_transitions) table.add<std::int64_t>("test");
  for (const auto& name : params_.which) table.add<double>(name, width_of(info, name));
  for (const auto& name : params_.which)
    if (has_next(params_, name)) table.add<double>("next_" + name, width_of(info, name));
  return table;
}

void EpisodeRecord::begin() { Kokkos::deep_copy(used_, std::int64_t{0}); }

void EpisodeRecord::note(const Places& places, const Rows* actions) {
  const std::int64_t episode = environment_.episodes().first + first_;
  put_numbers(places, episode, 1, 0, buffer_.get<std::int64_t>("episode"));
  put_same(places, environment_.num_steps_done(), buffer_.get<std::int64_t>("step"));
  put_same(places, environment_.time(), buffer_.get<double>("time"));
  put_flags(places, environment_.ending(), buffer_.get<std::int64_t>("ending"));
  const std::int64_t per_start = environment_.episodes().per_start;
  if (buffer_.has_column("source")) {
    put_numbers(places, first_, 1, sources_, buffer_.get<std::int64_t>("source"));
    put_numbers(places, episode, per_start, 0, buffer_.get<std::int64_t>("start"));
  }
  if (buffer_.has_column("test"))
    put_tests(places, episode, per_start, params_.test_share, buffer_.get<std::int64_t>("test"));
  if (buffer_.has_column("state")) put(places, environment_.state(), buffer_.get<double>("state"));
  if (buffer_.has_column("observation")) put(places, environment_.observation(), buffer_.get<double>("observation"));
  if (buffer_.has_column("action")) {
    const auto to = buffer_.get<double>("action");
    actions != nullptr ? put(places, *actions, to) : put_zeros(places, to);
  }
  if (buffer_.has_column("reward")) put_zeros(places, buffer_.get<double>("reward"));
  advance(places.marked, places.used);
}

void EpisodeRecord::before_step(const Rows& actions) {
  mark_running(environment_.ending(), ran_);
  was_due_ = is_due();
  if (was_due_) note({ran_, used_, slots_, 0}, &actions);
}

void EpisodeRecord::after_step() {
  const Places last{ran_, used_, slots_, 1};
  if (was_due_ && buffer_.has_column("reward")) put_rewards(last, environment_.reward(), buffer_.get<double>("reward"));
  if (params_.are_transitions) {
    if (was_due_) note_next(last);
    return;
  }
  keep_ended(environment_.ending(), ran_);
  note({ran_, used_, slots_, 0}, nullptr);
}

void EpisodeRecord::note_next(const Places& places) {
  put_flags(places, environment_.ending(), buffer_.get<std::int64_t>("ending"));
  if (buffer_.has_column("next_state")) put(places, environment_.state(), buffer_.get<double>("next_state"));
  if (buffer_.has_column("next_observation"))
    put(places, environment_.observation(), buffer_.get<double>("next_observation"));
}

void EpisodeRecord::close() {
  compact(table_);
  begin();
}

/// Collective. Appends the places that are in use.
void EpisodeRecord::compact(data::Table& table) const {
  const auto places = places_in_use(on_host(used_), slots_);
  const std::int64_t first = table.num_rows(), end = first + static_cast<std::int64_t>(places.size());
  const Flags wanted("sim/record_places", places.size());
  data::set_rows(Integers(wanted.data(), wanted.extent(0), 1), 0, places);
  table.append(static_cast<std::int64_t>(places.size()));
  if (places.empty()) return;
  for (std::size_t n = 0; n < table.columns().size(); ++n)
    std::visit(
        [&](const auto& to) {
          using Column = std::decay_t<decltype(to)>;
          take_places(std::get<Column>(buffer_.columns()[n].data), wanted,
                      Column(Kokkos::subview(to, std::make_pair(first, end), Kokkos::ALL())));
        },
        table.columns()[n].data);
}

void EpisodeRecord::save(data::StateWriter& writer) const {
  data::Table rows = empty_table(), used(environment_.comm());
  compact(rows);
  data::put_table(writer, "rows", rows);
  used.add<std::int64_t>("used");
  used.append(count_);
  data::set_rows(used.get<std::int64_t>("used"), 0, on_host(used_));
  data::put_table(writer, "episodes", used);
}

void EpisodeRecord::restore(data::StateReader& reader) {
  const Comm& comm = environment_.comm();
  data::Table rows = empty_table(), used(comm);
  used.add<std::int64_t>("used");
  data::get_table(reader, "rows", rows);
  data::get_table(reader, "episodes", used);
  std::vector<std::int64_t> mine(static_cast<std::size_t>(count_));
  std::iota(mine.begin(), mine.end(), first_);
  const auto counts = used.gather<std::int64_t>("used", mine);
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  agree(comm, [&] {
    if (std::any_of(counts.begin(), counts.end(), [&](auto count) { return count < 0 || count > slots_; }))
      throw Error::input("a checkpoint of episodes of which more was recorded than they have steps");
  });
  data::set_rows(Integers(used_.data(), used_.extent(0), 1), 0, counts);
  std::vector<std::int64_t> wanted(static_cast<std::size_t>(total));
  std::iota(wanted.begin(), wanted.end(), comm.exclusive_sum(total));
  const auto places = places_in_use(counts, slots_);
  for (std::size_t n = 0; n < rows.columns().size(); ++n)
    std::visit(
        [&](const auto& column) {
          using T = typename std::decay_t<decltype(column)>::non_const_value_type;
          const auto values = rows.gather<T>(rows.columns()[n].name, wanted);
          scatter(values, places, std::get<data::RowArray<T>>(buffer_.columns()[n].data));
        },
        rows.columns()[n].data);
}

}  // namespace tessera::sim
