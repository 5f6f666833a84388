#include "data/io/table_state.hpp"

#include <fmt/core.h>

#include "base/agree.hpp"

namespace tessera::data {

namespace {

/// An array of rows of `width` the other way round.
template <class T>
std::vector<T> transpose(const std::vector<T>& values, std::size_t width) {
  std::vector<T> result(values.size());
  const std::size_t rows = values.size() / width;
  for (std::size_t c = 0; c < width; ++c)
    for (std::size_t i = 0; i < rows; ++i) result[c * rows + i] = values[i * width + c];
  return result;
}

}  // namespace

void put_table(StateWriter& state, const std::string& name, const Table& table) {
  for (const auto& column : table.columns())
    std::visit(
        [&](const auto& view) {
          const auto values = agree(table.comm(), [&] {
            return transpose(host_copy(view, 0, table.num_rows()), static_cast<std::size_t>(column.width));
          });
          state.put_rows(name + "." + column.name, values, column.width);
        },
        column.data);
}

void get_table(StateReader& state, const std::string& name, Table& table) {
  table.clear();
  bool is_first = true;
  for (std::size_t n = 0; n < table.columns().size(); ++n)
    std::visit(
        [&](const auto& old) {
          using T = typename std::decay_t<decltype(old)>::non_const_value_type;
          const std::string column = table.columns()[n].name;
          const auto width = static_cast<std::size_t>(table.columns()[n].width);
          std::vector<T> values;
          state.get_rows(name + "." + column, values, static_cast<int>(width));
          const auto rows = static_cast<std::int64_t>(values.size() / width);
          if (is_first) table.append(rows);
          is_first = false;
          agree(table.comm(), [&] {
            if (rows != table.num_rows())
              throw Error::input(
                  fmt::format("table '{}' of a checkpoint: column '{}' has another number of rows", name, column));
            // Component-major as files have it: `width` rows of as many values as the table has rows.
            set_rows(table.get<T>(column), 0, rows == 0 ? values : transpose(values, static_cast<std::size_t>(rows)));
          });
        },
        table.columns()[n].data);
}

}  // namespace tessera::data
