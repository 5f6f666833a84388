// Births and deaths of propagated particles: branching, and resampling by weights.
#include <fmt/format.h>

#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/sum.hpp"
#include "learn/action/propagation.hpp"

namespace tessera::learn::action {

namespace {

constexpr double most_copies = 1000.0;

/// Sum over the rows of lower ranks.
ExactSum sum_before(const Comm& comm, const ExactSum& here) {
  ExactSum before;
  const auto all = comm.all_gather(here);
  for (int rank = 0; rank < comm.rank(); ++rank) before += all[static_cast<std::size_t>(rank)];
  return before;
}

}  // namespace

void Propagation::branch() {
  const auto width = static_cast<std::size_t>(layout().width()),
             place = static_cast<std::size_t>(layout().log_weight());
  const Random random(seed_, RandomPurpose::propagation_branching);
  const auto copies = agree(comm_, [&] {
    auto rows = data::host_copy(particles_.get<double>("state"), 0, particles_.num_rows());
    std::vector<std::int64_t> counts;
    for (std::size_t n = 0; n * width < rows.size(); ++n) {
      const double mean = std::exp(rows[n * width + place]), whole = std::floor(mean);
      const std::int64_t number = particles_.first_row() + static_cast<std::int64_t>(n);
      if (!(mean < most_copies))
        throw Error::numeric(
            fmt::format("step {}: particle {} would split into {:.3g}; expected more steps, or growth_as "
                        "= \"weights\"",
                        step_ + 1, number + 1, mean));
      const double u = random.uniform(static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(step_)).first;
      counts.push_back(static_cast<std::int64_t>(whole) + (u < mean - whole ? 1 : 0));
      rows[n * width + place] = 0.0;
    }
    data::set_rows(particles_.get<double>("state"), 0, rows);
    return counts;
  });
  replace(copies);
}

void Propagation::resample_if_due() {
  if (!params_.resample_below) return;
  const auto now = moments();
  const auto total = static_cast<double>(num_global());
  if (now.effective_count >= *params_.resample_below * total) return;
  const auto width = static_cast<std::size_t>(layout().width()),
             place = static_cast<std::size_t>(layout().log_weight());
  auto rows = data::host_copy(particles_.get<double>("state"), 0, particles_.num_rows());
  ExactSum here;
  for (std::size_t n = 0; n * width < rows.size(); ++n) here.add(std::exp(rows[n * width + place]));
  ExactSum sum = sum_before(comm_, here);
  const double whole = now.mass * first_weight_, scale = total / whole;
  const double u =
      Random(seed_, RandomPurpose::propagation_branching).uniform(0, static_cast<std::uint64_t>(step_), 1).first;
  // Points (k + u)/total of the cumulated weight: each row has as many copies as there are points on its share.
  std::vector<std::int64_t> copies;
  const auto points_below = [&] { return static_cast<std::int64_t>(std::ceil(sum.value() * scale - u)); };
  for (std::size_t n = 0; n * width < rows.size(); ++n) {
    const std::int64_t before = points_below();
    sum.add(std::exp(rows[n * width + place]));
    copies.push_back(std::max<std::int64_t>(0, points_below() - before));
    rows[n * width + place] = std::log(whole / total);
  }
  data::set_rows(particles_.get<double>("state"), 0, rows);
  replace(copies);
}

void Propagation::replace(const std::vector<std::int64_t>& copies) {
  const auto width = static_cast<std::size_t>(layout().width());
  const auto rows = data::host_copy(particles_.get<double>("state"), 0, particles_.num_rows());
  std::vector<double> next;
  for (std::size_t n = 0; n < copies.size(); ++n)
    for (std::int64_t copy = 0; copy < copies[n]; ++copy)
      next.insert(next.end(), rows.begin() + static_cast<std::ptrdiff_t>(n * width),
                  rows.begin() + static_cast<std::ptrdiff_t>((n + 1) * width));
  particles_.clear();
  particles_.append(static_cast<std::int64_t>(next.size() / width));
  data::set_rows(particles_.get<double>("state"), 0, next);
  particles_.balance();
  if (particles_.num_global() == 0) throw Error::numeric(fmt::format("step {}: no particle is left", step_ + 1));
}

}  // namespace tessera::learn::action
