#include "sim/episode_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "data/io/table_state.hpp"

namespace tessera::sim {

namespace {

constexpr double largest = std::numeric_limits<double>::max();
constexpr auto time_limit = static_cast<std::int64_t>(Ending::time_limit);

Range all(const Array1<double>& rows) { return Range(0, static_cast<std::int64_t>(rows.extent(0))); }

void note_running(const Environment::Flags& ending, const Environment::Flags& ran) {
  Kokkos::parallel_for(
      "sim/note_running", Range(0, static_cast<std::int64_t>(ran.extent(0))),
      KOKKOS_LAMBDA(std::int64_t row) { ran(row) = ending(row) == no_ending ? 1 : 0; });
}

void add_rewards(const Environment::Flags& ran, const Environment::Flags& ending, const Array1<double>& reward,
                 const Array1<double>& total, const Array1<double>& before_last) {
  Kokkos::parallel_for(
      "sim/add_rewards", all(total), KOKKOS_LAMBDA(std::int64_t row) {
        const double gain = reward(row);
        if (ran(row) == 0 || !(kmath::fabs(gain) <= largest)) return;
        total(row) += gain;
        if (ending(row) == no_ending) before_last(row) += gain;
      });
}

/// Rows that took the step, their rewards, the squares of their actions, and all returns.
ExactSums<4> sum_rows(const Environment::Flags& ran, const Array1<double>& reward, const Array1<double>& total,
                      const Environment::Rows& actions) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  ExactSums<4> sums;
  Kokkos::parallel_reduce(
      "sim/sum_rows", all(total),
      KOKKOS_LAMBDA(std::int64_t row, ExactSums<4> & sum) {
        sum.part[3].add(total(row));
        if (ran(row) == 0) return;
        sum.part[0].add(1.0);
        if (kmath::fabs(reward(row)) <= largest) sum.part[1].add(reward(row));
        for (std::int64_t n = 0; n < width; ++n) sum.part[2].add(actions(row, n) * actions(row, n));
      },
      Kokkos::Sum<ExactSums<4>>(sums));
  return sums;
}

double standard_error(double sum, double squares, std::int64_t count) {
  if (count < 2) return 0.0;
  const auto n = static_cast<double>(count);
  return std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1.0) / n);
}

template <class View>
auto host_copy(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

}  // namespace

EpisodeScores::EpisodeScores(const Environment& environment, std::int64_t groups)
    : environment_(environment),
      groups_(groups),
      total_("sim/total", static_cast<std::size_t>(environment.rows().count)),
      before_last_("sim/before_last", static_cast<std::size_t>(environment.rows().count)),
      ran_("sim/ran", static_cast<std::size_t>(environment.rows().count)),
      sums_(static_cast<std::size_t>(groups * num_sums)),
      count_(static_cast<std::size_t>(groups)),
      out_of_bounds_(static_cast<std::size_t>(groups)) {}

void EpisodeScores::begin() {
  Kokkos::deep_copy(total_, 0.0);
  Kokkos::deep_copy(before_last_, 0.0);
  Kokkos::deep_copy(ran_, std::int64_t{1});
}

void EpisodeScores::before_step() { note_running(environment_.ending(), ran_); }

void EpisodeScores::after_step() {
  add_rewards(ran_, environment_.ending(), environment_.reward(), total_, before_last_);
}

void EpisodeScores::close() {
  const auto total = host_copy(total_), before_last = host_copy(before_last_);
  const auto ending = host_copy(environment_.ending());
  std::vector<ExactSum> sums(sums_.size());
  std::vector<std::int64_t> counts(2 * count_.size());
  for (std::int64_t row = 0; row < environment_.rows().count; ++row) {
    const auto group = static_cast<std::size_t>(group_of(row));
    const bool is_whole = ending(row) == time_limit;
    ++counts[2 * group + (is_whole ? 0 : 1)];
    if (!is_whole) continue;
    ExactSum* sum = &sums[group * num_sums];
    sum[0].add(total(row));
    sum[1].add(total(row) * total(row));
    sum[2].add(before_last(row));
    sum[3].add(before_last(row) * before_last(row));
  }
  if (!environment_.is_split()) {
    all_reduce(environment_.comm(), sums.data(), static_cast<int>(sums.size()));
    environment_.comm().all_reduce(counts.data(), static_cast<int>(counts.size()), Op::sum);
  }
  for (std::size_t n = 0; n < sums.size(); ++n) sums_[n] += sums[n];
  for (std::size_t group = 0; group < count_.size(); ++group) {
    count_[group] += counts[2 * group];
    out_of_bounds_[group] += counts[2 * group + 1];
  }
}

EpisodeScores::Progress EpisodeScores::progress(const Environment::Rows& actions) const {
  auto sums = sum_rows(ran_, environment_.reward(), total_, actions);
  if (!environment_.is_split()) all_reduce(environment_.comm(), sums.part, 4);
  const double rows = sums.part[0].value(), numbers = rows * static_cast<double>(environment_.info().num_actions);
  return {rows > 0.0 ? sums.part[1].value() / rows : 0.0,
          numbers > 0.0 ? std::sqrt(sums.part[2].value() / numbers) : 0.0,
          sums.part[3].value() / static_cast<double>(environment_.rows().global)};
}

EpisodeScores::Statistics EpisodeScores::statistics(std::int64_t group) const {
  const auto g = static_cast<std::size_t>(group);
  const ExactSum* sum = &sums_[g * num_sums];
  Statistics result{count_[g], out_of_bounds_[g]};
  if (result.count == 0) return result;
  const auto n = static_cast<double>(result.count);
  result.mean = sum[0].value() / n;
  result.error = standard_error(sum[0].value(), sum[1].value(), result.count);
  result.mean_before_last = sum[2].value() / n;
  result.error_before_last = standard_error(sum[2].value(), sum[3].value(), result.count);
  return result;
}

/// Of a split environment every rank has the same row: that of the root counts.
data::Table EpisodeScores::to_table() const {
  data::Table table(environment_.comm());
  table.add<double>("returns", 2);
  table.add<std::int64_t>("ran");
  if (environment_.is_split() && !environment_.comm().is_root()) {
    table.append(0);
    return table;
  }
  table.append(environment_.rows().count);
  const auto returns = table.get<double>("returns");
  const auto ran = table.get<std::int64_t>("ran");
  const auto rows = std::make_pair(std::int64_t{0}, environment_.rows().count);
  Kokkos::deep_copy(Kokkos::subview(returns, rows, 0), total_);
  Kokkos::deep_copy(Kokkos::subview(returns, rows, 1), before_last_);
  Kokkos::deep_copy(Kokkos::subview(ran, rows, 0), ran_);
  return table;
}

void EpisodeScores::save(data::StateWriter& writer) const {
  std::vector<double> sums;
  for (const auto& sum : sums_) sums.insert(sums.end(), {sum.high, sum.low});
  writer.put("sums", sums);
  writer.put("count", count_);
  writer.put("out_of_bounds", out_of_bounds_);
  data::put_table(writer, "rows", to_table());
}

void EpisodeScores::restore(data::StateReader& reader) {
  std::vector<double> sums;
  reader.get("sums", sums);
  reader.get("count", count_);
  reader.get("out_of_bounds", out_of_bounds_);
  data::Table table(environment_.comm());
  table.add<double>("returns", 2);
  table.add<std::int64_t>("ran");
  data::get_table(reader, "rows", table);
  agree(environment_.comm(), [&] {
    if (sums.size() != 2 * sums_.size() || count_.size() != static_cast<std::size_t>(groups_) ||
        table.num_global() != environment_.rows().global)
      throw Error::input("a checkpoint of other episodes: their number at a time, or that of their sources, differs");
  });
  for (std::size_t n = 0; n < sums_.size(); ++n) sums_[n] = {sums[2 * n], sums[2 * n + 1]};
  std::vector<std::int64_t> mine(static_cast<std::size_t>(environment_.rows().count));
  std::iota(mine.begin(), mine.end(), environment_.rows().first);
  const auto returns = table.gather<double>("returns", mine);
  const auto ran = table.gather<std::int64_t>("ran", mine);
  const auto total = Kokkos::create_mirror_view(total_), before_last = Kokkos::create_mirror_view(before_last_);
  for (std::size_t row = 0; row < mine.size(); ++row) {
    total(row) = returns[2 * row];
    before_last(row) = returns[2 * row + 1];
  }
  Kokkos::deep_copy(total_, total);
  Kokkos::deep_copy(before_last_, before_last);
  Kokkos::deep_copy(ran_, Kokkos::View<const std::int64_t*, Kokkos::HostSpace>(ran.data(), ran.size()));
}

}  // namespace tessera::sim
