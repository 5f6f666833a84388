#include "sim/density/file_samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "base/log.hpp"
#include "base/sum.hpp"
#include "data/formats/text_columns.hpp"
#include "data/formats/words.hpp"

namespace tessera::sim::density {

FileSamples::FileSamples(const Comm& comm, const FileParams& params) {
  const data::TextColumns file(comm, params.path);
  std::vector<std::size_t> places{file.place_of(params.time_column)};
  for (const std::size_t place : file.places_of(params.coordinates, {params.time_column})) {
    places.push_back(place);
    names_.push_back(file.names()[place]);
  }
  if (names_.empty()) throw data::line_error(params.path, 1, "there is no column but the times'");
  file.for_each_row(comm, places, [&](std::span<const double> numbers) {
    row_times_.push_back(numbers[0]);
    positions_.insert(positions_.end(), numbers.begin() + 1, numbers.end());
  });
  const auto rows = static_cast<std::int64_t>(row_times_.size());
  first_id_ = 1 + comm.exclusive_sum(rows);
  find_times(comm);
  if (times_.size() > max_times)
    throw Error::input(fmt::format("{}: more than {} different times; is {} the column of times?", params.path,
                                   max_times, data::in_quotes(params.time_column)));
  if (params.standardise) standardise(comm, params.path);
}

/// Collective. At most one more than there may be.
void FileSamples::find_times(const Comm& comm) {
  order_.resize(row_times_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::size_t a, std::size_t b) { return row_times_[a] < row_times_[b]; });
  std::vector<double> here;
  for (const std::size_t row : order_) here.push_back(row_times_[row]);
  for (auto next = here.cbegin(); times_.size() <= max_times;) {
    const double none = std::numeric_limits<double>::infinity();
    const double time = comm.all_reduce(next == here.cend() ? none : *next, Op::min);
    if (time == none) break;
    const auto end = std::upper_bound(next, here.cend(), time);
    times_.push_back(time);
    counts_.push_back(end - next);
    next = end;
  }
  comm.all_reduce(counts_.data(), static_cast<int>(counts_.size()), Op::sum);
  // In order if no rank has a time before one that it or a lower rank has.
  const double first = row_times_.empty() ? std::numeric_limits<double>::infinity() : here.front();
  double latest = -std::numeric_limits<double>::infinity();
  const auto last_of_all = comm.all_gather(here.empty() ? latest : here.back());
  for (int rank = 0; rank < comm.rank(); ++rank) latest = std::max(latest, last_of_all[static_cast<std::size_t>(rank)]);
  const bool is_ordered = std::is_sorted(row_times_.begin(), row_times_.end()) && first >= latest;
  if (comm.all_reduce(is_ordered ? 0 : 1, Op::max) == 1)
    log::info("  the rows of the file are not in the order of their times; here they are put into it");
}

/// Collective.
void FileSamples::standardise(const Comm& comm, const std::string& path) {
  const std::size_t d = names_.size(), rows = row_times_.size();
  double total = 0.0;
  for (const auto count : counts_) total += static_cast<double>(count);
  const auto mean_of = [&](const auto& term) {
    std::vector<ExactSum> sums(d);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t c = 0; c < d; ++c) sums[c].add(term(positions_[row * d + c], c));
    all_reduce(comm, sums.data(), static_cast<int>(d));
    std::vector<double> means;
    for (const auto& sum : sums) means.push_back(sum.value() / total);
    return means;
  };
  means_ = mean_of([](double x, std::size_t) { return x; });
  deviations_ = mean_of([&](double x, std::size_t c) { return (x - means_[c]) * (x - means_[c]); });
  for (std::size_t c = 0; c < d; ++c) {
    deviations_[c] = std::sqrt(deviations_[c]);
    if (!(deviations_[c] > 0.0) || !std::isfinite(deviations_[c]))
      throw Error::input(fmt::format("{}: column {} has the standard deviation {} and cannot be standardised", path,
                                     data::in_quotes(names_[c]), deviations_[c]));
  }
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t c = 0; c < d; ++c)
      positions_[row * d + c] = (positions_[row * d + c] - means_[c]) / deviations_[c];
}

std::int64_t FileSamples::total() const {
  std::int64_t sum = 0;
  for (const auto count : counts_) sum += count;
  return sum;
}

std::vector<std::vector<double>> FileSamples::scaling() const {
  std::vector<std::vector<double>> rows;
  for (std::size_t c = 0; c < means_.size(); ++c)
    rows.push_back({static_cast<double>(c + 1), means_[c], deviations_[c]});
  return rows;
}

void FileSamples::add(std::size_t n, data::Table& table) const {
  const std::size_t d = names_.size();
  const auto is_before = [&](std::size_t row, double time) { return row_times_[row] < time; };
  std::vector<std::int64_t> ids;
  std::vector<double> positions;
  for (auto row = std::lower_bound(order_.begin(), order_.end(), times_[n], is_before);
       row != order_.end() && row_times_[*row] == times_[n]; ++row) {
    ids.push_back(first_id_ + static_cast<std::int64_t>(*row));
    const auto from = positions_.begin() + static_cast<std::ptrdiff_t>(*row * d);
    positions.insert(positions.end(), from, from + static_cast<std::ptrdiff_t>(d));
  }
  const std::int64_t first = table.num_rows();
  table.append(static_cast<std::int64_t>(ids.size()));
  data::set_rows(table.get<std::int64_t>("id"), first, ids);
  data::set_rows(table.get<double>("position"), first, positions);
}

}  // namespace tessera::sim::density
