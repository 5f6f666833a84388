#include <fmt/format.h>

#include <algorithm>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "data/io/table_state.hpp"
#include "learn/fsgld/sampler.hpp"

namespace tessera::learn::fsgld {

/// Without rows. Of each chain: its number, the rows of its client (0: it rests), and numbers.
data::Table Sampler::state_table() const {
  data::Table table(clients_.comm());
  table.add<std::int64_t>("chain");
  table.add<std::int64_t>("rows");
  const auto add = [&](const char* name, std::int64_t width) {
    if (width > 0) table.add<double>(name, static_cast<int>(width));
  };
  const std::int64_t d = model_.dimensions();
  add("theta", d);
  add("extra", num_extra(params_.step.rule.rule, d));
  add("anchor", params_.control == Control::svrg ? d : 0);
  add("anchor_gradient", params_.control == Control::svrg ? d : 0);
  return table;
}

void Sampler::save(data::StateWriter& writer) const {
  writer.put("update", update_);
  data::Table table = state_table();
  table.append(chains_->count());
  data::set_rows(table.get<std::int64_t>("chain"), 0, chains_->ids());
  std::vector<std::int64_t> rows(chains_->ids().size());
  Kokkos::deep_copy(HostArray1<std::int64_t>(rows.data(), rows.size()), choice_.count);
  data::set_rows(table.get<std::int64_t>("rows"), 0, rows);
  const auto set = [&](const char* name, const data::RowArray<double>& values) {
    if (table.has_column(name))
      data::set_rows(table.get<double>(name), 0, data::host_copy(values, 0, chains_->count()));
  };
  set("theta", chains_->state(0));
  set("extra", chains_->state(1));
  set("anchor", anchors_);
  set("anchor_gradient", arrays_.steady);
  put_table(writer, "chains", table);
}

void Sampler::restore(data::StateReader& reader) {
  reader.get("update", update_);
  // To the clients of the round that was under way. Where chains rest is of no matter.
  const std::int64_t round = update_ == 0 ? 0 : (update_ - 1) / params_.local_updates;
  if (round > 0) {
    find_visits(round);
    chains_->move(places_);
  }
  set_visits();
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
  for (const auto chain : chains_->ids()) rows.push_back(row_of[static_cast<std::size_t>(chain)]);
  const auto counts = table.gather<std::int64_t>("rows", rows);
  Kokkos::deep_copy(choice_.count, Kokkos::View<const std::int64_t*, Kokkos::HostSpace>(counts.data(), counts.size()));
  const auto get = [&](const char* name, const data::RowArray<double>& values) {
    if (table.has_column(name)) data::set_rows(values, 0, table.gather<double>(name, rows));
  };
  get("theta", chains_->state(0));
  get("extra", chains_->state(1));
  get("anchor", anchors_);
  get("anchor_gradient", arrays_.steady);
}

}  // namespace tessera::learn::fsgld
