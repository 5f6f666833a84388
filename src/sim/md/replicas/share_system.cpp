#include "sim/md/replicas/share_system.hpp"

#include <type_traits>
#include <variant>

#include "data/io/host_rows.hpp"
#include "sim/md/create.hpp"
#include "sim/md/replicas/move_rows.hpp"

namespace tessera::sim::md {

namespace {

/// Collective. To every group; returns what came for this one.
template <class T>
std::vector<T> move_to_groups(const Comm& comm, const std::vector<T>& values, int components,
                              const RankGroups& groups) {
  std::vector<T> mine;
  for (int g = 0; g < groups.count; ++g) {
    auto moved = move_rows(comm, values, components, groups.first_rank(g), groups.first_rank(g + 1));
    if (g == groups.own) mine = std::move(moved);
  }
  return mine;
}

/// Rows of `width` numbers, one behind the other, to columns or back again.
std::vector<std::int64_t> transposed(const std::vector<std::int64_t>& values, std::size_t rows, std::size_t width) {
  std::vector<std::int64_t> result(values.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t c = 0; c < width; ++c) result[c * rows + i] = values[i * width + c];
  return result;
}

}  // namespace

data::System share_system(const data::System& original, const Comm& group, const RankGroups& groups) {
  const data::System whole = copy_system(original);
  const Comm& comm = original.particles.comm();
  data::System share = copy_system(original, group, 0);
  const auto rows = static_cast<std::size_t>(whole.particles.num_owned());
  const auto counted = move_to_groups(comm, std::vector<std::int64_t>(rows, 0), 1, groups);
  share.particles.resize_owned(static_cast<std::int64_t>(counted.size()));
  for (const auto& column : whole.particles.columns())
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          const auto moved = move_to_groups(comm, data::host_rows<T>(view, rows), column.components, groups);
          data::set_host_rows<T>(share.particles.get<T>(column.name), counted.size(), moved);
        },
        column.data);
  for (std::size_t n = 0; n < whole.topology.size(); ++n) {
    const auto& table = whole.topology[n];
    const auto width = static_cast<std::size_t>(table.ids_per_row) + 1;
    const auto moved =
        move_to_groups(comm, transposed(table.rows, table.rows.size() / width, width), static_cast<int>(width), groups);
    share.topology[n].rows = transposed(moved, width, moved.size() / width);
  }
  return share;
}

}  // namespace tessera::sim::md
