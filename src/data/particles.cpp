#include "data/particles.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace tessera::data {

namespace {

constexpr int row_alignment = 8;  // whole vectors of the widest registers

constexpr std::int64_t round_up(std::int64_t count) {
  return (count + row_alignment - 1) / row_alignment * row_alignment;
}

void check_rows(std::int64_t owned, std::int64_t copies) {
  if (owned < 0 || copies < 0 || owned + copies > Particles::max_rows)
    throw Error::input(
        fmt::format("a rank would hold {} particles and {} copies of its neighbours'; at most {} are possible: use "
                    "more ranks, or a "
                    "shorter cutoff",
                    owned, copies, Particles::max_rows));
}

/// A View with room for `rows`, keeping the first `keep` rows. Shrinks only when much is to be won.
template <class View>
void reserve(View& view, const std::string& label, std::int64_t rows, int components, int keep, bool may_shrink) {
  const auto capacity = static_cast<std::int64_t>(view.extent(0));
  if (capacity >= rows && (!may_shrink || capacity / 4 <= rows + 64 * row_alignment)) return;
  const bool grows = capacity > 0 && capacity < rows;
  const auto room = static_cast<std::size_t>(round_up(grows ? rows + rows / 32 : rows));
  View fresh(label, room, static_cast<std::size_t>(components));
  if (keep > 0) {
    const auto kept = std::make_pair(0, keep);
    for (int c = 0; c < components; ++c)
      Kokkos::deep_copy(Kokkos::subview(fresh, kept, c), Kokkos::subview(view, kept, c));
  }
  view = fresh;
}

template <class T>
void permute_column(const Array2<T>& column, const Array1<int>& order, int count, const Array1<T>& scratch) {
  for (std::size_t c = 0; c < column.extent(1); ++c) {
    const auto source = Kokkos::subview(column, Kokkos::ALL, c);
    Kokkos::parallel_for(
        "data/permute", Range(0, count), KOKKOS_LAMBDA(int i) { scratch(i) = source(order(i)); });
    Kokkos::parallel_for(
        "data/permute", Range(0, count), KOKKOS_LAMBDA(int i) { source(i) = scratch(i); });
  }
}

}  // namespace

const ColumnInfo* Particles::find(std::string_view name) const {
  for (const auto& column : columns_)
    if (column.name == name) return &column;
  return nullptr;
}

bool Particles::has_column(std::string_view name) const { return find(name) != nullptr; }

template <class T>
void Particles::add(std::string_view name, int components, Column flags, std::string_view unit) {
  if (has_column(name)) throw Error::internal(fmt::format("particle column '{}' is declared twice", name));
  const int rows = tessera::data::has(flags, Column::halo) ? num_rows() : num_owned_;
  Array2<T> view(std::string(name), static_cast<std::size_t>(round_up(rows)), static_cast<std::size_t>(components));
  columns_.push_back({std::string(name), components, flags, std::string(unit), view});
}

template <class T>
Array2<T> Particles::get(std::string_view name) const {
  const auto* column = find(name);
  if (column == nullptr) throw Error::internal(fmt::format("there is no particle column '{}'", name));
  const auto* view = std::get_if<Array2<T>>(&column->data);
  if (view == nullptr) throw Error::internal(fmt::format("particle column '{}' has another type", name));
  return *view;
}

std::int64_t Particles::num_global() const { return comm_.all_reduce(static_cast<std::int64_t>(num_owned_), Op::sum); }

void Particles::resize_owned(std::int64_t count) {
  check_rows(count, 0);
  const auto rows = static_cast<int>(count);
  const int keep = std::min(rows, num_owned_);
  for (auto& column : columns_) {
    // Room for copies is judged once their number is known.
    const bool may_shrink = !tessera::data::has(column.flags, Column::halo);
    std::visit([&](auto& view) { reserve(view, column.name, rows, column.components, keep, may_shrink); }, column.data);
  }
  num_owned_ = rows;
  halo_begin_ = static_cast<int>(round_up(rows));
  num_halo_ = 0;
}

void Particles::resize_halo(std::int64_t count) {
  check_rows(num_owned_, count);
  num_halo_ = static_cast<int>(count);
  const std::int64_t rows = halo_begin_ + round_up(count);
  for (auto& column : columns_) {
    if (!tessera::data::has(column.flags, Column::halo)) continue;
    std::visit([&](auto& view) { reserve(view, column.name, rows, column.components, num_owned_, true); }, column.data);
  }
}

void Particles::permute(const Array1<int>& order) {
  const auto rows = static_cast<std::size_t>(num_owned_);
  const auto reals = make_uninitialized<Array1<double>>("permute", rows);
  const Array1<int> ints(reinterpret_cast<int*>(reals.data()), rows);
  const Array1<std::int64_t> longs(reinterpret_cast<std::int64_t*>(reals.data()), rows);
  for (auto& column : columns_) {
    if (auto* view = std::get_if<Array2<double>>(&column.data)) permute_column(*view, order, num_owned_, reals);
    if (auto* view = std::get_if<Array2<int>>(&column.data)) permute_column(*view, order, num_owned_, ints);
    if (auto* view = std::get_if<Array2<std::int64_t>>(&column.data)) permute_column(*view, order, num_owned_, longs);
  }
}

void add_standard_columns(Particles& particles) {
  const auto travels = Column::saved | Column::output;
  particles.add<double>("position", 3, travels | Column::halo, "length");
  particles.add<int>("image", 3, travels);
  particles.add<std::int64_t>("id", 1, travels);
  particles.add<int>("type", 1, travels | Column::halo);
}

template void Particles::add<double>(std::string_view, int, Column, std::string_view);
template void Particles::add<int>(std::string_view, int, Column, std::string_view);
template void Particles::add<std::int64_t>(std::string_view, int, Column, std::string_view);
template Array2<double> Particles::get<double>(std::string_view) const;
template Array2<int> Particles::get<int>(std::string_view) const;
template Array2<std::int64_t> Particles::get<std::int64_t>(std::string_view) const;

}  // namespace tessera::data
