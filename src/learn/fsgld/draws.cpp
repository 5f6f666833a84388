#include "learn/fsgld/draws.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/region.hpp"
#include "data/io/table_state.hpp"

namespace tessera::learn::fsgld {

namespace {

/// What a message holds: numbers of 8 bytes, whatever they are.
template <class T>
void put_number(std::vector<std::byte>& bytes, T value) {
  static_assert(sizeof(T) == 8);
  const auto place = bytes.size();
  bytes.resize(place + 8);
  std::memcpy(bytes.data() + place, &value, 8);
}
template <class T>
T get_number(const std::vector<std::byte>& bytes, std::size_t place) {
  T value;
  std::memcpy(&value, bytes.data() + 8 * place, 8);
  return value;
}

}  // namespace

Draws::Draws(const Comm& comm, std::int64_t chains, std::int64_t dimensions, const StepSize& steps)
    : comm_(comm), steps_(steps), chains_(chains), d_(dimensions) {
  for (int rank = 0; rank <= comm.size(); ++rank)
    first_of_rank_.push_back(data::first_of_share(chains, 1, rank, comm.size()));
  first_ = first_of_rank_[static_cast<std::size_t>(comm.rank())];
  theta_.resize(static_cast<std::size_t>(first_of_rank_[static_cast<std::size_t>(comm.rank()) + 1] - first_));
}

int Draws::home(std::int64_t chain) const {
  const auto after = std::upper_bound(first_of_rank_.begin(), first_of_rank_.end(), chain);
  return static_cast<int>(after - first_of_rank_.begin()) - 1;
}

void Draws::add_columns(data::Table& table) const {
  table.add<std::int64_t>("chain");
  table.add<std::int64_t>("update");
  table.add<double>("theta", static_cast<int>(d_));
  if (steps_.exponent > 0.0) table.add<double>("weight");
}

void Draws::add(Records& records) {
  const Region region("fsgld/draws");
  const std::size_t count = records.chain.size(), width = static_cast<std::size_t>(d_);
  std::map<int, std::vector<std::byte>> outgoing;
  for (std::size_t n = 0; n < count; ++n) {
    auto& bytes = outgoing[home(records.chain[n])];
    put_number(bytes, records.chain[n]);
    put_number(bytes, records.update[n]);
    for (std::size_t k = 0; k < width; ++k) put_number(bytes, records.theta[n * width + k]);
  }
  std::vector<Comm::Message> messages;
  for (auto& [rank, bytes] : outgoing) messages.emplace_back(rank, std::move(bytes));
  const auto received = comm_.sparse_exchange(messages);

  struct Row {
    std::int64_t chain, update;
    std::size_t message, place;
  };
  std::vector<Row> rows;
  for (std::size_t m = 0; m < received.size(); ++m) {
    const auto& bytes = received[m].second;
    for (std::size_t place = 0; place < bytes.size() / 8; place += width + 2)
      rows.push_back(
          {get_number<std::int64_t>(bytes, place), get_number<std::int64_t>(bytes, place + 1), m, place + 2});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::make_pair(a.chain, a.update) < std::make_pair(b.chain, b.update);
  });
  for (const auto& row : rows) {
    auto& own = theta_[static_cast<std::size_t>(row.chain - first_)];
    for (std::size_t k = 0; k < width; ++k)
      own.push_back(get_number<double>(received[row.message].second, row.place + k));
  }
  num_draws_ += comm_.all_reduce(static_cast<std::int64_t>(count), Op::sum) / chains_;
  // All chains make their draws at the same updates; a rank without chains hears of them.
  std::vector<std::int64_t> updates(static_cast<std::size_t>(num_draws_) - updates_.size(), 0);
  for (std::size_t n = 0; n < updates.size() && !rows.empty(); ++n) updates[n] = rows[n].update;
  comm_.all_reduce(updates.data(), static_cast<int>(updates.size()), Op::max);
  updates_.insert(updates_.end(), updates.begin(), updates.end());
  records.clear();
}

void Draws::append_new(data::Table& table) {
  const std::int64_t count = num_draws_ - num_appended_;
  std::vector<std::int64_t> chain, update;
  std::vector<double> theta;
  for (std::size_t c = 0; c < theta_.size(); ++c) {
    chain.insert(chain.end(), static_cast<std::size_t>(count), first_ + static_cast<std::int64_t>(c));
    update.insert(update.end(), updates_.begin() + num_appended_, updates_.end());
    theta.insert(theta.end(), theta_[c].begin() + num_appended_ * d_, theta_[c].end());
  }
  const std::int64_t first = table.num_rows();
  table.append(static_cast<std::int64_t>(chain.size()));
  data::set_rows(table.get<std::int64_t>("chain"), first, chain);
  data::set_rows(table.get<std::int64_t>("update"), first, update);
  data::set_rows(table.get<double>("theta"), first, theta);
  num_appended_ = num_draws_;
  if (!table.has_column("weight")) return;
  std::vector<double> weight;
  for (const auto u : update) weight.push_back(steps_.weight(u));
  data::set_rows(table.get<double>("weight"), first, weight);
}

std::vector<math::ChainSummary> Draws::summarise() const {
  const Region region("fsgld/diagnostics");
  const auto ranks = static_cast<std::int64_t>(comm_.size());
  const auto draws = static_cast<std::size_t>(num_draws_), chains = static_cast<std::size_t>(chains_);
  constexpr std::size_t num_fields = 9;
  std::vector<double> all(static_cast<std::size_t>(d_) * num_fields, 0.0);
  const math::ChainSummariser summariser(draws);
  std::vector<double> weights;
  for (const auto update : updates_)
    if (steps_.exponent > 0.0) weights.push_back(steps_.weight(update));
  // One parameter a rank at a time: nobody holds more than it has draws of its own.
  for (std::int64_t base = 0; base < d_; base += ranks) {
    std::vector<Comm::Message> messages;
    for (std::int64_t k = base; k < std::min(d_, base + ranks); ++k) {
      std::vector<std::byte> bytes;
      for (std::size_t c = 0; c < theta_.size(); ++c) {
        put_number(bytes, first_ + static_cast<std::int64_t>(c));
        for (std::size_t n = 0; n < draws; ++n)
          put_number(bytes, theta_[c][n * static_cast<std::size_t>(d_) + static_cast<std::size_t>(k)]);
      }
      if (!bytes.empty()) messages.emplace_back(static_cast<int>(k - base), std::move(bytes));
    }
    const auto received = comm_.sparse_exchange(messages);
    const std::int64_t mine = base + comm_.rank();
    if (mine >= d_) continue;
    std::vector<double> values(chains * draws);
    for (const auto& message : received)
      for (std::size_t place = 0; place < message.second.size() / 8; place += draws + 1) {
        const auto c = static_cast<std::size_t>(get_number<std::int64_t>(message.second, place));
        std::memcpy(values.data() + c * draws, message.second.data() + 8 * (place + 1), 8 * draws);
      }
    const auto s = summariser({values, chains, weights});
    const double fields[num_fields] = {s.mean, s.sd, s.mcse, s.q05, s.median, s.q95, s.rhat, s.ess_bulk, s.ess_tail};
    std::copy_n(fields, num_fields, all.begin() + mine * static_cast<std::int64_t>(num_fields));
  }
  comm_.all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  std::vector<math::ChainSummary> summaries;
  for (std::size_t k = 0; k < static_cast<std::size_t>(d_); ++k) {
    const double* f = all.data() + k * num_fields;
    summaries.push_back({f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]});
  }
  return summaries;
}

void Draws::save(data::StateWriter& writer) const {
  writer.put("draws", num_draws_);
  writer.put("appended", num_appended_);
  writer.put("updates", updates_);
  if (num_draws_ == 0) return;
  data::Table table(comm_);
  table.add<double>("theta", static_cast<int>(d_));
  table.append(static_cast<std::int64_t>(theta_.size()) * num_draws_);
  std::int64_t first = 0;
  for (const auto& chain : theta_) {
    data::set_rows(table.get<double>("theta"), first, chain);
    first += num_draws_;
  }
  put_table(writer, "draws", table);
}

void Draws::restore(data::StateReader& reader) {
  reader.get("draws", num_draws_);
  reader.get("appended", num_appended_);
  reader.get("updates", updates_);
  if (num_draws_ == 0) return;
  data::Table table(comm_);
  table.add<double>("theta", static_cast<int>(d_));
  get_table(reader, "draws", table);
  if (table.num_global() != chains_ * num_draws_)
    throw Error::input("a checkpoint with another number of draws than it says");
  std::vector<std::int64_t> rows(theta_.size() * static_cast<std::size_t>(num_draws_));
  std::iota(rows.begin(), rows.end(), first_ * num_draws_);
  const auto all = table.gather<double>("theta", rows);
  const std::int64_t size = num_draws_ * d_;
  for (std::size_t c = 0; c < theta_.size(); ++c) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(c) * size;
    theta_[c].assign(begin, begin + size);
  }
}

}  // namespace tessera::learn::fsgld
