#include "data/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"

namespace tessera::data {

namespace {

template <class T>
void append_bytes(std::vector<std::byte>& buffer, const T* values, std::size_t count) {
  const auto* bytes = reinterpret_cast<const std::byte*>(values);
  buffer.insert(buffer.end(), bytes, bytes + count * sizeof(T));
}

template <class T>
std::vector<T> values_in(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

template <class T>
void Table::add(std::string_view name, int width, std::string_view unit) {
  if (has_column(name)) throw Error::internal(fmt::format("table column '{}' exists already", name));
  if (width < 1) throw Error::internal(fmt::format("table column '{}' of width {}", name, width));
  columns_.push_back(
      {std::string(name), width, std::string(unit),
       RowArray<T>(std::string(name), static_cast<std::size_t>(room_), static_cast<std::size_t>(width))});
}

bool Table::has_column(std::string_view name) const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const TableColumn& column) { return column.name == name; });
}

template <class T>
RowArray<T> Table::get(std::string_view name) const {
  for (const auto& column : columns_)
    if (column.name == name && std::holds_alternative<RowArray<T>>(column.data))
      return std::get<RowArray<T>>(column.data);
  throw Error::internal(fmt::format("there is no table column '{}' of that type", name));
}

int Table::owner(std::int64_t row) const {
  return static_cast<int>(std::upper_bound(begin_.begin(), begin_.end() - 1, row) - begin_.begin()) - 1;
}

/// Collective.
void Table::renumber(std::int64_t rows_here) {
  const auto counts = comm_.all_gather(rows_here);
  for (std::size_t rank = 0; rank < counts.size(); ++rank) begin_[rank + 1] = begin_[rank] + counts[rank];
}

/// Room for so many rows, of which the first `keep` stay as they are and the others become zero.
void Table::reserve(std::int64_t rows, std::int64_t keep) {
  const bool grows = rows > room_;
  if (grows) room_ = std::max(rows, room_ + room_ / 2);
  for (auto& column : columns_)
    std::visit(
        [&](auto& view) {
          const auto width = static_cast<std::size_t>(column.width);
          const auto kept = std::make_pair(std::size_t{0}, static_cast<std::size_t>(keep));
          const auto fresh = std::make_pair(static_cast<std::size_t>(keep), static_cast<std::size_t>(rows));
          if (grows) {
            const auto old = view;
            view = std::decay_t<decltype(view)>(column.name, static_cast<std::size_t>(room_), width);
            if (keep > 0)
              Kokkos::deep_copy(Kokkos::subview(view, kept, Kokkos::ALL()), Kokkos::subview(old, kept, Kokkos::ALL()));
          } else if (rows > keep) {
            Kokkos::deep_copy(Kokkos::subview(view, fresh, Kokkos::ALL()), 0);
          }
        },
        column.data);
}

void Table::append(std::int64_t count) {
  const std::int64_t before = num_rows();
  agree(comm_, [&] {
    if (count < 0) throw Error::internal(fmt::format("{} more rows of a table", count));
    reserve(before + count, before);
  });
  renumber(before + count);
}

std::int64_t first_of_share(std::int64_t total, std::int64_t block, std::int64_t rank, std::int64_t ranks) {
  const std::int64_t blocks = (total + block - 1) / block;
  return std::min(total, block * (blocks / ranks * rank + blocks % ranks * rank / ranks));
}

void Table::clear() { renumber(0); }

void Table::balance(std::int64_t block) {
  if (block < 1) throw Error::internal(fmt::format("blocks of {} rows", block));
  const std::int64_t total = num_global();
  const auto begin = [&](std::int64_t rank) { return first_of_share(total, block, rank, comm_.size()); };
  std::vector<Comm::Message> outgoing;
  agree(comm_, [&] {
    for (int rank = 0; rank < comm_.size(); ++rank) {
      const auto first = std::max(begin(rank), first_row()), last = std::min(begin(rank + 1), end_of(comm_.rank()));
      if (first < last) outgoing.emplace_back(rank, std::vector<std::byte>());
    }
    for (const auto& column : columns_)
      std::visit(
          [&](const auto& view) {
            const auto values = host_copy(view, 0, num_rows());
            for (auto& [rank, buffer] : outgoing) {
              const auto first = std::max(begin(rank), first_row()),
                         last = std::min(begin(rank + 1), end_of(comm_.rank()));
              const auto width = static_cast<std::size_t>(column.width);
              append_bytes(buffer, values.data() + static_cast<std::size_t>(first - first_row()) * width,
                           static_cast<std::size_t>(last - first) * width);
            }
          },
          column.data);
  });
  const auto incoming = comm_.sparse_exchange(outgoing);
  const std::int64_t rows_here = begin(comm_.rank() + 1) - begin(comm_.rank());
  std::size_t row_bytes = 0;
  for (const auto& column : columns_) row_bytes += 8 * static_cast<std::size_t>(column.width);
  agree(comm_, [&] {
    reserve(rows_here, 0);
    std::vector<std::size_t> offsets(incoming.size(), 0);
    for (const auto& column : columns_)
      std::visit(
          [&](const auto& view) {
            using T = typename std::decay_t<decltype(view)>::non_const_value_type;
            std::vector<std::byte> bytes;
            for (std::size_t n = 0; n < incoming.size(); ++n) {  // by rank, so in the order of rows
              const auto& content = incoming[n].second;
              const std::size_t length =
                  content.size() / row_bytes * sizeof(T) * static_cast<std::size_t>(column.width);
              append_bytes(bytes, content.data() + offsets[n], length);
              offsets[n] += length;
            }
            set_rows(view, 0, values_in<T>(bytes));
          },
          column.data);
  });
  renumber(rows_here);
}

template <class T>
std::vector<T> Table::gather(std::string_view name, const std::vector<std::int64_t>& rows) const {
  const auto column = get<T>(name);
  const auto width = column.extent(1);
  std::vector<Comm::Message> questions;
  std::vector<std::vector<std::size_t>> places(static_cast<std::size_t>(comm_.size()));
  agree(comm_, [&] {
    for (std::size_t n = 0; n < rows.size(); ++n) {
      if (rows[n] < 0 || rows[n] >= num_global())
        throw Error::internal(fmt::format("row {} of a table of {}", rows[n], num_global()));
      places[static_cast<std::size_t>(owner(rows[n]))].push_back(n);
    }
  });
  for (int rank = 0; rank < comm_.size(); ++rank) {
    std::vector<std::int64_t> wanted;
    for (const auto n : places[static_cast<std::size_t>(rank)]) wanted.push_back(rows[n]);
    if (wanted.empty()) continue;
    questions.emplace_back(rank, std::vector<std::byte>());
    append_bytes(questions.back().second, wanted.data(), wanted.size());
  }
  std::vector<Comm::Message> answers;
  for (const auto& [rank, content] : comm_.sparse_exchange(questions)) {
    answers.emplace_back(rank, std::vector<std::byte>());
    for (const auto row : values_in<std::int64_t>(content)) {
      std::vector<T> values(width);
      const auto here = static_cast<std::size_t>(row - first_row());
      Kokkos::deep_copy(HostArray1<T>(values.data(), width), Kokkos::subview(column, here, Kokkos::ALL()));
      append_bytes(answers.back().second, values.data(), width);
    }
  }
  std::vector<T> result(rows.size() * width);
  for (const auto& [rank, content] : comm_.sparse_exchange(answers)) {
    const auto values = values_in<T>(content);
    const auto& wanted = places[static_cast<std::size_t>(rank)];
    for (std::size_t n = 0; n < wanted.size(); ++n)
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(n * width), width,
                  result.begin() + static_cast<std::ptrdiff_t>(wanted[n] * width));
  }
  return result;
}

std::vector<double> sums(const Table& table, std::string_view name) {
  const auto column = table.get<double>(name);
  std::vector<ExactSum> totals(column.extent(1));
  for (std::size_t c = 0; c < totals.size(); ++c)
    Kokkos::parallel_reduce(
        "data/table_sum", Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, table.num_rows()),
        KOKKOS_LAMBDA(std::int64_t row, ExactSum & sum) { sum.add(column(row, c)); }, Kokkos::Sum<ExactSum>(totals[c]));
  all_reduce(table.comm(), totals.data(), static_cast<int>(totals.size()));
  std::vector<double> result;
  for (const auto& total : totals) result.push_back(total.value());
  return result;
}

template void Table::add<double>(std::string_view, int, std::string_view);
template void Table::add<std::int64_t>(std::string_view, int, std::string_view);
template RowArray<double> Table::get<double>(std::string_view) const;
template RowArray<std::int64_t> Table::get<std::int64_t>(std::string_view) const;
template std::vector<double> Table::gather<double>(std::string_view, const std::vector<std::int64_t>&) const;
template std::vector<std::int64_t> Table::gather<std::int64_t>(std::string_view,
                                                               const std::vector<std::int64_t>&) const;

}  // namespace tessera::data
