#include "sim/md/replicas/exchange.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

double share_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

ReplicaExchange::ReplicaExchange(std::vector<double> thermal_energies, std::uint32_t seed)
    : thermal_energies_(std::move(thermal_energies)),
      random_(seed, RandomPurpose::md_exchange),
      temperature_of_(thermal_energies_.size()),
      replica_at_(thermal_energies_.size()),
      last_end_(thermal_energies_.size(), neither),
      tries_(thermal_energies_.size(), 0),
      exchanges_(thermal_energies_.size(), 0),
      from_lowest_(thermal_energies_.size(), 0),
      from_an_end_(thermal_energies_.size(), 0),
      energies_(thermal_energies_.size()) {
  std::iota(temperature_of_.begin(), temperature_of_.end(), 0);
  std::iota(replica_at_.begin(), replica_at_.end(), 0);
}

void ReplicaExchange::attempt(const std::vector<double>& energies, bool counts) {
  const auto energy_at = [&](int temperature) { return energies[static_cast<std::size_t>(replica_at(temperature))]; };
  if (counts)
    for (int k = 0; k < size(); ++k) energies_[static_cast<std::size_t>(k)].add(energy_at(k));
  for (int k = static_cast<int>(num_attempts_ % 2); k + 1 < size(); k += 2) {
    const auto lower = static_cast<std::size_t>(k);
    const double exponent =
        (1.0 / thermal_energies_[lower] - 1.0 / thermal_energies_[lower + 1]) * (energy_at(k) - energy_at(k + 1));
    const double u = random_.uniform(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(num_attempts_)).first;
    const bool is_accepted = exponent >= 0.0 || u < std::exp(exponent);
    if (counts) {
      ++tries_[lower];
      if (is_accepted) ++exchanges_[lower];
    }
    if (is_accepted) swap(k);
  }
  ++num_attempts_;
  follow(counts);
}

void ReplicaExchange::swap(int lower) {
  const auto k = static_cast<std::size_t>(lower);
  std::swap(replica_at_[k], replica_at_[k + 1]);
  for (const int temperature : {lower, lower + 1})
    temperature_of_[static_cast<std::size_t>(replica_at(temperature))] = temperature;
}

/// Which end of the ladder each replica comes from.
void ReplicaExchange::follow(bool counts) {
  auto& coldest = last_end_[static_cast<std::size_t>(replica_at(0))];
  if (coldest == highest) ++num_round_trips_;
  coldest = lowest;
  last_end_[static_cast<std::size_t>(replica_at(size() - 1))] = highest;
  if (!counts) return;
  for (int k = 0; k < size(); ++k) {
    const auto end = last_end_[static_cast<std::size_t>(replica_at(k))];
    if (end == neither) continue;
    ++from_an_end_[static_cast<std::size_t>(k)];
    if (end == lowest) ++from_lowest_[static_cast<std::size_t>(k)];
  }
}

double ReplicaExchange::acceptance(int lower) const {
  const auto k = static_cast<std::size_t>(lower);
  return share_of(exchanges_[k], tries_[k]);
}

double ReplicaExchange::upward_share(int temperature) const {
  const auto k = static_cast<std::size_t>(temperature);
  return share_of(from_lowest_[k], from_an_end_[k]);
}

void ReplicaExchange::save(data::StateWriter& writer) const {
  writer.put("exchange_attempts", num_attempts_);
  writer.put("exchange_round_trips", num_round_trips_);
  writer.put("exchange_replica_at", std::vector<std::int64_t>(replica_at_.begin(), replica_at_.end()));
  writer.put("exchange_last_end", last_end_);
  writer.put("exchange_tries", tries_);
  writer.put("exchange_accepted", exchanges_);
  writer.put("exchange_from_lowest", from_lowest_);
  writer.put("exchange_from_an_end", from_an_end_);
  md::save(writer, "exchange_energies", energies_);
}

void ReplicaExchange::restore(data::StateReader& reader) {
  const auto get = [&](const char* name) {
    std::vector<std::int64_t> values;
    reader.get(name, values);
    if (values.size() != thermal_energies_.size())
      throw Error::input("the checkpoint of this stage has another number of replicas");
    return values;
  };
  reader.get("exchange_attempts", num_attempts_);
  reader.get("exchange_round_trips", num_round_trips_);
  const auto replicas = get("exchange_replica_at");
  std::vector<int> seen(replicas.size(), 0);
  for (std::size_t k = 0; k < replicas.size(); ++k) {
    const bool is_one = replicas[k] >= 0 && replicas[k] < static_cast<std::int64_t>(replicas.size());
    if (!is_one || seen[static_cast<std::size_t>(replicas[k])]++ != 0)
      throw Error::input("the checkpoint of this stage has replicas without a temperature");
    replica_at_[k] = static_cast<int>(replicas[k]);
    temperature_of_[static_cast<std::size_t>(replicas[k])] = static_cast<int>(k);
  }
  last_end_ = get("exchange_last_end");
  tries_ = get("exchange_tries");
  exchanges_ = get("exchange_accepted");
  from_lowest_ = get("exchange_from_lowest");
  from_an_end_ = get("exchange_from_an_end");
  md::restore(reader, "exchange_energies", energies_);
}

}  // namespace tessera::sim::md
