#include "data/formats/row_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>

#include "base/agree.hpp"
#include "base/error.hpp"

namespace tessera::data {

int RowTable::add(std::string_view name, int components, Kind kind) {
  const int first = static_cast<int>(width_);
  fields_.push_back({std::string(name), components, kind, first});
  width_ += static_cast<std::size_t>(components);
  return first;
}

int RowTable::first_word(std::string_view name) const {
  for (const auto& field : fields_)
    if (field.name == name) return field.first;
  return -1;
}

RowTable::Word* RowTable::append() {
  words_.resize(words_.size() + width_, Word{.integer = 0});
  return words_.data() + words_.size() - width_;
}

void RowTable::clear() { words_ = {}; }

void RowTable::sort(int then_word) {
  const auto less = [&](std::size_t a, std::size_t b) {
    if (id(a) != id(b) || then_word < 0) return id(a) < id(b);
    return row(a)[then_word].integer < row(b)[then_word].integer;
  };
  std::vector<std::size_t> order(num_rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (std::is_sorted(order.begin(), order.end(), less)) return;
  std::stable_sort(order.begin(), order.end(), less);
  std::vector<Word> sorted;
  sorted.reserve(words_.size());
  for (const std::size_t i : order) sorted.insert(sorted.end(), row(i), row(i) + width_);
  words_ = std::move(sorted);
}

const RowTable::Word* RowTable::find(std::int64_t wanted) const {
  std::size_t low = 0, high = num_rows();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (id(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low < num_rows() && id(low) == wanted ? row(low) : nullptr;
}

IdBlocks::IdBlocks(const Comm& comm, std::vector<std::int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  const auto cuts = static_cast<std::size_t>(comm.size() - 1);
  const std::int64_t total = comm.all_reduce(static_cast<std::int64_t>(ids.size()), Op::sum);
  const std::int64_t smallest =
      comm.all_reduce(ids.empty() ? std::numeric_limits<std::int64_t>::max() : ids.front(), Op::min);
  const std::int64_t largest =
      comm.all_reduce(ids.empty() ? std::numeric_limits<std::int64_t>::min() : ids.back(), Op::max);
  last_.assign(cuts, total == 0 ? 0 : largest);
  if (total == 0 || cuts == 0) return;

  // Bisection for all cuts at once: cut k is the smallest id with at least its share of rows up to it.
  std::vector<std::int64_t> low(cuts, smallest - 1);
  for (;;) {
    std::vector<std::int64_t> middle(cuts), count(cuts);
    bool is_done = true;
    for (std::size_t k = 0; k < cuts; ++k) {
      is_done = is_done && low[k] == last_[k];
      middle[k] = std::midpoint(low[k], last_[k]);
      count[k] = std::upper_bound(ids.begin(), ids.end(), middle[k]) - ids.begin();
    }
    if (is_done) return;
    comm.all_reduce(count.data(), static_cast<int>(cuts), Op::sum);
    for (std::size_t k = 0; k < cuts; ++k) {
      if (low[k] == last_[k]) continue;
      const auto ranks = static_cast<std::int64_t>(cuts + 1), next = static_cast<std::int64_t>(k + 1);
      const std::int64_t wanted = total / ranks * next + total % ranks * next / ranks;
      if (count[k] >= wanted)
        last_[k] = middle[k];
      else
        low[k] = middle[k] + 1;
    }
  }
}

int IdBlocks::owner(std::int64_t id) const {
  return static_cast<int>(std::lower_bound(last_.begin(), last_.end(), id) - last_.begin());
}

void send_to_blocks(const Comm& comm, const IdBlocks& blocks, RowTable& table) {
  const std::size_t bytes = table.width() * sizeof(RowTable::Word);
  std::map<int, std::vector<std::byte>> outgoing;
  for (std::size_t i = 0; i < table.num_rows(); ++i) {
    auto& message = outgoing[blocks.owner(table.id(i))];
    const auto* begin = reinterpret_cast<const std::byte*>(table.row(i));
    message.insert(message.end(), begin, begin + bytes);
  }
  table.clear();
  std::vector<Comm::Message> messages;
  for (auto& [rank, content] : outgoing) messages.emplace_back(rank, std::move(content));
  const auto received = comm.sparse_exchange(messages);
  agree(comm, [&] {
    for (const auto& [rank, content] : received) {
      auto& words = table.words();
      const std::size_t old = words.size();
      words.resize(old + content.size() / sizeof(RowTable::Word), RowTable::Word{.integer = 0});
      std::memcpy(static_cast<void*>(words.data() + old), content.data(), content.size());
    }
    if (table.num_rows() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
      throw Error::input(fmt::format("{} particles on one rank are too many: use more ranks", table.num_rows()));
  });
}

void sort_by_id(const Comm& comm, RowTable& table) {
  std::vector<std::int64_t> ids(table.num_rows());
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = table.id(i);
  send_to_blocks(comm, IdBlocks(comm, std::move(ids)), table);
  table.sort();
}

RowTable rows_of(const Particles& particles, const std::vector<std::string>& columns) {
  RowTable table;
  std::vector<const ColumnInfo*> sources;
  for (const auto& column : particles.columns()) {
    if (column.name == "id") sources.insert(sources.begin(), &column);
    if (column.name == "id" || std::find(columns.begin(), columns.end(), column.name) == columns.end()) continue;
    const bool is_real = std::holds_alternative<Array2<double>>(column.data);
    table.add(column.name, column.components, is_real ? RowTable::Kind::real : RowTable::Kind::integer);
    sources.push_back(&column);
  }
  const auto rows = static_cast<std::size_t>(particles.num_owned());
  table.words().resize(rows * table.width(), RowTable::Word{.integer = 0});
  for (std::size_t f = 0; f < sources.size(); ++f) {
    std::visit(
        [&](const auto& view) {
          const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
          for (std::size_t i = 0; i < rows; ++i)
            for (int c = 0; c < sources[f]->components; ++c) {
              auto& word = table.row(i)[table.fields()[f].first + c];
              if constexpr (std::is_same_v<std::decay_t<decltype(host(0, 0))>, double>)
                word.real = host(i, static_cast<std::size_t>(c));
              else
                word.integer = host(i, static_cast<std::size_t>(c));
            }
        },
        sources[f]->data);
  }
  return table;
}

void check_finite(const Comm& comm, const RowTable& table) {
  agree(comm, [&] {
    for (std::size_t i = 0; i < table.num_rows(); ++i)
      for (const auto& field : table.fields()) {
        if (field.kind != RowTable::Kind::real) continue;
        for (int c = 0; c < field.components; ++c)
          if (!std::isfinite(table.row(i)[field.first + c].real))
            throw Error::numeric(fmt::format("particle {}: its {} is not finite", table.id(i), field.name));
      }
  });
}

std::vector<ValueRange> range_by_type(const Comm& comm, const RowTable& table, int type_word, int word,
                                      std::size_t num_types) {
  std::vector<ValueRange> ranges(num_types);
  for (std::size_t i = 0; i < table.num_rows(); ++i) {
    auto& [low, high] = ranges[static_cast<std::size_t>(table.row(i)[type_word].integer)];
    low = std::min(low, table.row(i)[word].real);
    high = std::max(high, table.row(i)[word].real);
  }
  std::vector<double> bounds;  // of low and -high, so that one reduction does
  for (const auto& range : ranges) bounds.insert(bounds.end(), {range.low, -range.high});
  comm.all_reduce(bounds.data(), static_cast<int>(bounds.size()), Op::min);
  for (std::size_t t = 0; t < num_types; ++t) ranges[t] = {bounds[2 * t], -bounds[2 * t + 1]};
  return ranges;
}

namespace {

template <class T>
void fill(const RowTable& table, const RowTable::Field& field, const Array2<T>& column) {
  const auto host = Kokkos::create_mirror_view(column);
  for (std::size_t i = 0; i < table.num_rows(); ++i)
    for (int c = 0; c < field.components; ++c) {
      const auto& word = table.row(i)[field.first + c];
      if constexpr (std::is_same_v<T, double>)
        host(i, static_cast<std::size_t>(c)) = word.real;
      else
        host(i, static_cast<std::size_t>(c)) = static_cast<T>(word.integer);
    }
  Kokkos::deep_copy(column, host);
}

}  // namespace

void set_particles(const RowTable& table, Particles& particles) {
  particles.resize_owned(static_cast<int>(table.num_rows()));
  for (const auto& field : table.fields()) {
    if (field.name.front() == '_') continue;
    const auto flags = Column::saved | Column::output;
    if (field.kind == RowTable::Kind::real) {
      const bool is_known = field.name == "velocity" || field.name == "force" || field.name == "charge";
      if (!particles.has_column(field.name))
        particles.add<double>(field.name, field.components, flags, is_known ? field.name : "");
      fill(table, field, particles.get<double>(field.name));
    } else if (field.name == "type" || field.name == "image") {
      fill(table, field, particles.get<int>(field.name));
    } else {
      if (!particles.has_column(field.name)) particles.add<std::int64_t>(field.name, field.components, flags);
      fill(table, field, particles.get<std::int64_t>(field.name));
    }
  }
}

}  // namespace tessera::data
