#include "data/halo.hpp"

#include "base/region.hpp"

namespace tessera::data {

namespace {

/// Place of a value in a message.
KOKKOS_INLINE_FUNCTION std::size_t place(int row, int components, int c) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(components) + static_cast<std::size_t>(c);
}

template <class T>
struct Gather {
  Array2<T> column;
  Array1<int> row, shift_index;
  Array2<double> shift;
  bool is_position;
  KOKKOS_FUNCTION T operator()(int k, int c) const {
    const T value = column(row(k), c);
    if constexpr (std::is_same_v<T, double>)
      if (is_position) return value + shift(shift_index(k), c);
    return value;
  }
};

/// Adds value(k, c) to row(first + k), one component at a time.
template <class Value>
void add_in_order(const Array2<double>& column, const Array1<int>& row, int first, int count, const Value& value) {
  Kokkos::parallel_for(
      "data/halo_add", Range(0, static_cast<int>(column.extent(1))), KOKKOS_LAMBDA(int c) {
        for (int k = 0; k < count; ++k) column(row(first + k), c) += value(k, c);
      });
}

/// Likewise, each row by a thread of its own, in the same order.
template <class Value>
void add_by_rows(const Array2<double>& column, const HaloRows& rows, const Value& value) {
  const auto components = static_cast<int>(column.extent(1));
  Kokkos::parallel_for(
      "data/halo_add", Range(0, rows.count()), KOKKOS_LAMBDA(int i) {
        for (int n = rows.begin(i); n < rows.begin(i + 1); ++n)
          for (int c = 0; c < components; ++c) column(i, c) += value(rows.copy(n), c);
      });
}

}  // namespace

template <class T>
void Halo::forward_begin(const Array2<T>& column, Content content) const {
  const Region region("data/halo");
  const auto components = static_cast<int>(column.extent(1));
  const Gather<T> gather{column, send_row_, send_shift_, shift_, content == Content::position};
  const int num_self = num_self_;
  if (num_sent_ + num_received_ > 0) {
    const auto outgoing = messages_.send_buffer<T>(place(num_sent_, components, 0));
    const auto incoming = messages_.receive_buffer<T>(place(num_received_, components, 0));
    Kokkos::parallel_for(
        "data/halo_pack", Range(0, num_sent_), KOKKOS_LAMBDA(int k) {
          for (int c = 0; c < components; ++c) outgoing(place(k, components, c)) = gather(num_self + k, c);
        });
    messages_.start(*comm_, peers_, outgoing, incoming, components, false);
  }
  const auto slot = slot_;
  const int begin = halo_begin_;
  for (int c = 0; c < components; ++c)
    Kokkos::parallel_for(
        "data/halo_copy", Range(0, num_self), KOKKOS_LAMBDA(int k) { column(begin + slot(k), c) = gather(k, c); });
}

template <class T>
void Halo::forward_end(const Array2<T>& column) const {
  if (num_sent_ + num_received_ == 0) return;
  const Region region("data/halo");
  messages_.wait();
  const auto components = static_cast<int>(column.extent(1));
  const auto incoming = messages_.receive_buffer<T>(place(num_received_, components, 0));
  const auto slot = slot_;
  const int begin = halo_begin_;
  const int num_self = num_self_;
  Kokkos::parallel_for(
      "data/halo_unpack", Range(0, num_received_), KOKKOS_LAMBDA(int k) {
        for (int c = 0; c < components; ++c) column(begin + slot(num_self + k), c) = incoming(place(k, components, c));
      });
}

void Halo::reverse(const Array2<double>& column) const {
  const Region region("data/halo_reverse");
  const auto components = static_cast<int>(column.extent(1));
  const auto slot = slot_;
  const auto row = send_row_;
  const int begin = halo_begin_;
  const int num_self = num_self_;
  // Outgoing values lie in the storage that a forward receives into, and the other way round.
  const auto outgoing = messages_.receive_buffer<double>(place(num_received_, components, 0));
  const auto incoming = messages_.send_buffer<double>(place(num_sent_, components, 0));
  Kokkos::parallel_for(
      "data/halo_pack", Range(0, num_received_), KOKKOS_LAMBDA(int k) {
        for (int c = 0; c < components; ++c) outgoing(place(k, components, c)) = column(begin + slot(num_self + k), c);
      });
  messages_.start(*comm_, peers_, outgoing, incoming, components, true);
  const auto from_self = KOKKOS_LAMBDA(int k, int c) { return column(begin + slot(k), c); };
  const auto from_others = KOKKOS_LAMBDA(int k, int c) { return incoming(place(k, components, c)); };
  if (ExecSpace().concurrency() == 1) {
    add_in_order(column, row, 0, num_self, from_self);
    messages_.wait();
    add_in_order(column, row, num_self, num_sent_, from_others);
    return;
  }
  if (self_rows_.begin.extent(0) == 0) {
    self_rows_ = group_by_row(row, 0, num_self, begin);
    sent_rows_ = group_by_row(row, num_self, num_sent_, begin);
  }
  add_by_rows(column, self_rows_, from_self);
  messages_.wait();
  add_by_rows(column, sent_rows_, from_others);
}

template void Halo::forward_begin<double>(const Array2<double>&, Content) const;
template void Halo::forward_begin<int>(const Array2<int>&, Content) const;
template void Halo::forward_begin<std::int64_t>(const Array2<std::int64_t>&, Content) const;
template void Halo::forward_end<double>(const Array2<double>&) const;
template void Halo::forward_end<int>(const Array2<int>&) const;
template void Halo::forward_end<std::int64_t>(const Array2<std::int64_t>&) const;

}  // namespace tessera::data
