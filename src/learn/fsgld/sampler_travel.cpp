// Chains that travel without waiting for one another. A rank makes the updates of all chains that it has, as far as the
// end of the first visit, sends on those whose visit is over, takes in those that have come, and waits only if it has
// none. Where and when a chain's updates are made is of no matter for it: its random numbers belong to it.
#include <algorithm>
#include <map>
#include <optional>

#include "base/region.hpp"
#include "learn/fsgld/sampler.hpp"

namespace tessera::learn::fsgld {

/// Of a chain that visits this client. One that rests does so at any place with rows: that it leaves for nothing.
int Sampler::place(std::int64_t chain, std::int64_t client) const {
  return clients_.owner(client == Schedule::nowhere ? chain % clients_.size() : client);
}

/// Chains here whose visit is over get their next one, and go where it is.
void Sampler::begin_visits(std::int64_t target) {
  const int here = clients_.comm().rank();
  const bool is_alone = clients_.comm().size() == 1;
  std::vector<std::pair<int, std::int64_t>> leaving;  // rank and row
  auto& labels = chains_.labels();
  for (std::size_t n = 0; n < labels.size(); ++n) {
    auto& label = labels[n];
    if (label.update % params_.local_updates != 0 || label.update >= target) continue;
    label.client = schedule_.client(label.id, label.update / params_.local_updates);
    label.rows = label.client == Schedule::nowhere ? 0 : clients_.num_rows(label.client);
    if (is_alone) continue;
    const int rank = label.client == Schedule::nowhere ? here : place(label.id, label.client);
    if (rank != here) leaving.emplace_back(rank, static_cast<std::int64_t>(n));
  }
  if (leaving.empty()) return;
  const Region region("fsgld/travel");
  std::vector<std::int64_t> rows;
  for (const auto& [rank, row] : leaving) rows.push_back(row);
  const auto packet = chains_.take(rows);
  std::map<int, std::vector<std::byte>> for_rank;
  auto chain = packet.begin();
  for (const auto& [rank, row] : leaving) {
    for_rank[rank].insert(for_rank[rank].end(), chain, chain + chains_.bytes_of_chain());
    chain += chains_.bytes_of_chain();
  }
  for (const auto& [rank, bytes] : for_rank) mailbox_.send(rank, bytes);
  travel_.moves += static_cast<std::int64_t>(leaving.size());
  travel_.bytes += static_cast<std::int64_t>(packet.size());
}

/// Chains here that have made all updates until then.
std::int64_t Sampler::num_at(std::int64_t target) const {
  const auto& labels = chains_.labels();
  return std::count_if(labels.begin(), labels.end(), [&](const ChainLabel& l) { return l.update == target; });
}

void Sampler::put_aside(std::int64_t target) {
  std::vector<std::int64_t> rows;
  for (std::size_t n = 0; n < chains_.labels().size(); ++n)
    if (chains_.labels()[n].update == target) rows.push_back(static_cast<std::int64_t>(n));
  if (!rows.empty()) aside_.push_back(chains_.take(rows));
}

void Sampler::take_in(const std::vector<std::byte>& packet, std::int64_t target) {
  put_aside(target);
  chains_.put(packet);
}

void Sampler::run_until(std::int64_t target, Records& records) {
  const bool is_alone = clients_.comm().size() == 1;
  if (!is_alone) mailbox_.open(params_.chains);
  for (;;) {
    begin_visits(target);
    while (auto mail = is_alone ? std::nullopt : mailbox_.look()) take_in(mail->second, target);
    if (chains_.count() > num_at(target)) {
      const std::int64_t count = updates_together(target);
      set_arrays();
      for (std::int64_t n = 0; n < count; ++n) {
        update(n);
        record(n, records);
      }
      end_updates(count);
      const std::int64_t finished = num_at(target);
      mailbox_.finish(finished);
      if (finished < chains_.count()) put_aside(target);
    } else {
      const auto mail = is_alone ? std::nullopt : mailbox_.wait();
      if (!mail) break;
      take_in(mail->second, target);
    }
  }
  for (const auto& packet : aside_) chains_.put(packet);
  aside_.clear();
  if (!is_alone) mailbox_.close();
}

}  // namespace tessera::learn::fsgld
