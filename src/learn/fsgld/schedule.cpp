#include "learn/fsgld/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random_order.hpp"

namespace tessera::learn::fsgld {

Schedule::Schedule(std::uint32_t seed, const Clients& clients, const ScheduleParams& params)
    : choice_(seed, RandomPurpose::fsgld_visit),
      order_(seed, RandomPurpose::fsgld_visit, 1),
      presence_(seed, RandomPurpose::fsgld_availability),
      kind_(params.kind),
      availability_(params.availability) {
  const auto count = static_cast<std::size_t>(clients.size());
  if (kind_ == ScheduleKind::permutation && params.visits.kind != Visits::equal)
    throw Error::input("a permutation visits all clients equally often; expected visits = \"equal\"");
  if (availability_.size() == 1) availability_.assign(count, availability_.front());
  if (!availability_.empty() && availability_.size() != count)
    throw Error::input(fmt::format("{} availabilities for {} clients", availability_.size(), count));
  double sum = 0.0, cumulated = 0.0;
  for (std::size_t s = 0; s < count; ++s) {
    const double f = clients.probability(static_cast<std::int64_t>(s));
    cumulated_.push_back(cumulated += f);
    visited_.push_back(availability_.empty() ? f : f * availability_[s]);
    if (!(visited_.back() > 0.0))
      throw Error::input(fmt::format("client {} is never available: its rows would never be seen", s));
    sum += visited_.back();
  }
  for (double& share : visited_) share /= sum;
}

bool Schedule::is_available(std::int64_t client, std::int64_t round) const {
  if (availability_.empty()) return true;
  return presence_.uniform(static_cast<std::uint64_t>(client), static_cast<std::uint64_t>(round)).first <
         availability_[static_cast<std::size_t>(client)];
}

std::int64_t Schedule::client(std::int64_t chain, std::int64_t round) const {
  std::int64_t chosen = 0;
  const auto count = static_cast<std::int64_t>(cumulated_.size());
  if (kind_ == ScheduleKind::permutation) {
    // Groups of as many chains as there are clients have an order of their own each.
    const std::uint64_t group = static_cast<std::uint64_t>(chain / count);
    chosen = RandomOrder(order_, static_cast<std::uint64_t>(round) + (group << 40), count)[chain % count];
  } else {
    const double u =
        choice_.uniform(static_cast<std::uint64_t>(chain), static_cast<std::uint64_t>(round)).first * cumulated_.back();
    const auto after = std::upper_bound(cumulated_.begin(), cumulated_.end(), u);
    chosen = std::min<std::int64_t>(after - cumulated_.begin(), count - 1);
  }
  return is_available(chosen, round) ? chosen : nowhere;
}

}  // namespace tessera::learn::fsgld
