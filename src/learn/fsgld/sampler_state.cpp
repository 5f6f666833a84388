#include <fmt/format.h>

#include <array>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/io/table_state.hpp"
#include "learn/fsgld/sampler.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr std::array<const char*, 4> state_names{"theta", "extra", "anchor_gradient", "anchor"};

}  // namespace

/// Without rows. Of each chain: its number, the rows of its client (0: it rests), and states.
data::Table Sampler::state_table() const {
  data::Table table(clients_.comm());
  table.add<std::int64_t>("chain");
  table.add<std::int64_t>("rows");
  const auto widths = state_widths();
  for (std::size_t s = 0; s < widths.size(); ++s)
    if (widths[s] > 0) table.add<double>(state_names[s], static_cast<int>(widths[s]));
  return table;
}

void Sampler::save(data::StateWriter& writer) const {
  writer.put("update", update_);
  data::Table table = state_table();
  table.append(chains_.count());
  std::vector<std::int64_t> ids, rows;
  for (const auto& label : chains_.labels()) {
    ids.push_back(label.id);
    rows.push_back(label.rows);
  }
  data::set_rows(table.get<std::int64_t>("chain"), 0, ids);
  data::set_rows(table.get<std::int64_t>("rows"), 0, rows);
  for (std::size_t s = 0; s < state_names.size(); ++s)
    if (table.has_column(state_names[s]))
      data::set_rows(table.get<double>(state_names[s]), 0, data::host_copy(chains_.state(s), 0, chains_.count()));
  put_table(writer, "chains", table);
  if (table_) table_->save(clients_, writer);
}

void Sampler::restore(data::StateReader& reader) {
  reader.get("update", update_);
  // To the clients of the round that was under way.
  const std::int64_t round = update_ == 0 ? 0 : (update_ - 1) / params_.local_updates;
  std::vector<ChainLabel> labels;
  for (std::int64_t chain = 0; chain < params_.chains; ++chain) {
    const std::int64_t client = schedule_.client(chain, round);
    if (place(chain, client) == clients_.comm().rank())
      labels.push_back({.id = chain, .update = update_, .client = client});
  }
  data::Table table = state_table();
  get_table(reader, "chains", table);
  if (table.num_global() != params_.chains)
    throw Error::input(fmt::format("a checkpoint of {} chains; expected {}", table.num_global(), params_.chains));
  std::vector<std::int64_t> row_of(static_cast<std::size_t>(params_.chains), 0);
  agree(clients_.comm(), [&] {
    const auto numbers = data::host_copy(table.get<std::int64_t>("chain"), 0, table.num_rows());
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      if (numbers[n] < 0 || numbers[n] >= params_.chains)
        throw Error::input(
            fmt::format("a checkpoint with a chain {}; expected 0 to {}", numbers[n], params_.chains - 1));
      row_of[static_cast<std::size_t>(numbers[n])] = table.first_row() + static_cast<std::int64_t>(n);
    }
  });
  clients_.comm().all_reduce(row_of.data(), static_cast<int>(row_of.size()), Op::sum);
  std::vector<std::int64_t> rows;
  for (const auto& label : labels) rows.push_back(row_of[static_cast<std::size_t>(label.id)]);
  const auto counts = table.gather<std::int64_t>("rows", rows);
  for (std::size_t n = 0; n < labels.size(); ++n) labels[n].rows = counts[n];
  chains_ = Chains(state_widths());
  chains_.add(labels);
  for (std::size_t s = 0; s < state_names.size(); ++s)
    if (table.has_column(state_names[s]))
      data::set_rows(chains_.state(s), 0, table.gather<double>(state_names[s], rows));
  if (table_) table_->restore(clients_, reader);
}

}  // namespace tessera::learn::fsgld
