#include "diff/program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "diff/kernels.hpp"
#include "diff/loop.hpp"
#include "diff/product.hpp"

namespace tessera::diff {

namespace {

/// Steps that go number by number are taken together, so many numbers at a time: what one leaves is still near the
/// processor when the next one needs it.
constexpr std::int64_t part_size = 512;

template <class Real>
void load_rows(const Array2<Real>& block, const data::RowArray<double>& rows, std::int64_t first, std::int64_t count) {
  const auto width = static_cast<std::int64_t>(rows.extent(1));
  for_each(
      "diff/load_rows", static_cast<std::int64_t>(block.extent(0)), KOKKOS_LAMBDA(std::int64_t row) {
        const std::int64_t source = row < count ? first + row : first;
        for (std::int64_t n = 0; n < width; ++n) block(row, n) = static_cast<Real>(rows(source, n));
      });
}

void round_numbers(const Array1<float>& rounded, const Array1<double>& numbers) {
  for_each(
      "diff/round_numbers", static_cast<std::int64_t>(rounded.extent(0)),
      KOKKOS_LAMBDA(std::int64_t n) { rounded(n) = static_cast<float>(numbers(n)); });
}

}  // namespace

template <class Real>
BasicProgram<Real>::BasicProgram(const Graph& graph, const std::vector<Node>& outputs)
    : rows_(graph.block_rows()), layout_(lay_out(graph, outputs)) {
  for (const Node node : outputs) {
    outputs_.push_back(node.entry());
    output_ids_.push_back(node.id());
  }
  // A few more, since whole vector registers are read from the last rows on.
  work_ = Array1<Real>("diff/work", static_cast<std::size_t>(layout_.work_size + rounded_size(1)));
  if constexpr (std::is_same_v<Real, float>)
    parameters_ = Array1<float>("diff/rounded_parameters", static_cast<std::size_t>(layout_.num_parameters));
  for (std::size_t id = 0; id < graph.entries().size(); ++id)
    if (graph.entries()[id].op == Operation::constants && layout_.places[id].at >= 0)
      set_constants(layout_.places[id].at, graph.entries()[id], graph);
}

template <class Real>
std::int64_t BasicProgram<Real>::num_products() const {
  return std::count_if(layout_.steps.begin(), layout_.steps.end(),
                       [](const Step& step) { return step.is_matrix_product(); });
}

template <class Real>
double BasicProgram<Real>::product_flops() const {
  double sum = 0.0;
  for (const auto& step : layout_.steps) {
    if (!step.is_matrix_product()) continue;
    const double inner = static_cast<double>(step.entry.op == Operation::outer ? 1 : step.widths[0]);
    sum += 2.0 * static_cast<double>(rows_) * static_cast<double>(step.entry.width) * inner;
  }
  return sum;
}

template <class Real>
void BasicProgram<Real>::set_constants(std::int64_t place, const Entry& entry, const Graph& graph) const {
  const auto first = graph.constants().begin() + entry.first;
  std::vector<Real> numbers(static_cast<std::size_t>(entry.width));
  std::transform(first, first + entry.width, numbers.begin(), [](double number) { return static_cast<Real>(number); });
  Kokkos::deep_copy(Kokkos::subview(work_, std::make_pair(place, place + entry.width)),
                    HostArray1<Real>(numbers.data(), numbers.size()));
}

template <class Real>
Array2<Real> BasicProgram<Real>::input(Node node) const {
  const auto id = static_cast<std::size_t>(node.id());
  if (node.entry().op != Operation::input || id >= layout_.places.size())
    throw Error::internal("this is no input of a program");
  return Array2<Real>(work_.data() + layout_.places[id].at, static_cast<std::size_t>(rows_),
                      static_cast<std::size_t>(node.width()));
}

template <class Real>
void BasicProgram<Real>::load(Node node, const data::RowArray<double>& rows, std::int64_t first,
                              std::int64_t count) const {
  const auto block = input(node);
  if (count < 1 || count > rows_ || first < 0 || first + count > static_cast<std::int64_t>(rows.extent(0)) ||
      rows.extent(1) != block.extent(1))
    throw Error::internal(fmt::format("rows {} to {} of {} x {} for a block of {} x {}", first, first + count,
                                      rows.extent(0), rows.extent(1), block.extent(0), block.extent(1)));
  load_rows(block, rows, first, count);
}

template <class Real>
void BasicProgram<Real>::run(const Array1<double>& parameters, std::int64_t count) {
  if (count < 1 || count > rows_) throw Error::internal(fmt::format("{} rows in a block of {}", count, rows_));
  if (static_cast<std::int64_t>(parameters.extent(0)) < layout_.num_parameters)
    throw Error::internal(fmt::format("{} parameters; expected {}", parameters.extent(0), layout_.num_parameters));
  const Real* numbers = nullptr;
  if constexpr (std::is_same_v<Real, float>) {
    round_numbers(parameters_, parameters);
    numbers = parameters_.data();
  } else {
    numbers = parameters.data();
  }
  const auto& steps = layout_.steps;
  for (std::size_t n = 0; n < steps.size(); n = std::max(n + 1, steps[n].end)) {
    if (steps[n].end == 0) {
      execute(steps[n], numbers, count);
      continue;
    }
    const std::int64_t size = steps[n].rows * steps[n].entry.width;
    const std::int64_t most = device_is_serial ? part_size : size;
    for (std::int64_t first = 0; first < size; first += most)
      for (std::size_t m = n; m < steps[n].end; ++m)
        execute_part(steps[m], numbers, first, std::min(most, size - first));
  }
}

template <class Real>
Array2<Real> BasicProgram<Real>::output(std::size_t n) const {
  const auto& entry = outputs_.at(n);
  const auto place = layout_.places[static_cast<std::size_t>(output_ids_[n])].at;
  return Array2<Real>(work_.data() + place, static_cast<std::size_t>(entry.per_row ? rows_ : 1),
                      static_cast<std::size_t>(entry.width));
}

template <class Real>
void BasicProgram<Real>::execute_part(const Step& step, const Real* parameters, std::int64_t first,
                                      std::int64_t size) const {
  const Entry& entry = step.entry;
  const auto from = [&](std::size_t n) { return (step.is_parameter[n] ? parameters : work_.data()) + step.in[n]; };
  Real* y = work_.data() + step.out + first;
  const Real* x = from(0) + first;
  const Real* z = from(1) + first;
  const auto a = static_cast<Real>(entry.a), b = static_cast<Real>(entry.b);
  using K = Kernels<Real>;
  switch (entry.op) {
    case Operation::fill:
      return K::fill(y, size, a);
    case Operation::combine:
      return K::combine(y, x, z, size, a, b);
    case Operation::scale_shift:
      return K::scale_shift(y, x, size, a, b);
    case Operation::product:
      return K::product(y, x, z, size);
    case Operation::function: {
      if (step.last_order == 0) return K::apply(entry.function, entry.order, y, x, size);
      std::array<Real*, 4> orders{y};
      for (std::size_t n = 1; n < orders.size(); ++n) orders[n] = work_.data() + step.orders[n] + first;
      return K::apply_orders(entry.function, step.last_order, orders, x, size);
    }
    case Operation::minimum:
      return K::minimum(y, x, z, size);
    case Operation::below:
      return K::below(y, x, z, size);
    case Operation::clip:
      return K::clip(y, x, size, a, b);
    case Operation::inside:
      return K::inside(y, x, size, a, b);
    case Operation::hold:
      return K::copy(y, x, size);
    default:
      return;
  }
}

template <class Real>
void BasicProgram<Real>::execute(const Step& step, const Real* parameters, std::int64_t count) const {
  const Entry& entry = step.entry;
  const auto from = [&](std::size_t n) { return (step.is_parameter[n] ? parameters : work_.data()) + step.in[n]; };
  Real* y = work_.data() + step.out;
  const Real* x = from(0);
  const Real* z = from(1);
  const Real* addend = step.addend < 0 ? nullptr : work_.data() + step.addend;
  using K = Kernels<Real>;
  const std::int64_t rows = step.rows, size = rows * entry.width;
  switch (entry.op) {
    case Operation::parameter:
      return K::copy(y, x, size);
    case Operation::row_sum:
      return K::row_sum(y, x, rows, step.widths[0]);
    case Operation::repeat:
      return K::repeat(y, x, rows, entry.width);
    case Operation::sum:
      return K::sum(y, x, rows_, entry.width, count);
    case Operation::spread:
      return K::spread(y, x, rows, entry.width);
    case Operation::keep:
      return K::keep(y, x, rows, entry.width, count);
    case Operation::slice:
      return K::copy(y, x + entry.first * rows, size);
    case Operation::pad:
      K::fill(y, entry.first * rows, 0);
      K::copy(y + entry.first * rows, x, step.widths[0] * rows);
      return K::fill(y + (entry.first + step.widths[0]) * rows, (entry.width - entry.first - step.widths[0]) * rows, 0);
    case Operation::join:
      K::copy(y, x, step.widths[0] * rows);
      return K::copy(y + step.widths[0] * rows, z, step.widths[1] * rows);
    case Operation::dense:
      return multiply<Real>({.a = x,
                             .w = z,
                             .bias = entry.args[2] < 0 ? nullptr : from(2),
                             .addend = addend,
                             .c = y,
                             .length = rows,
                             .columns = entry.width,
                             .inner = step.widths[0],
                             .a_stride = rows,
                             .c_stride = rows,
                             .w_column = step.widths[0],
                             .w_inner = 1});
    case Operation::dense_back:
      return multiply<Real>({.a = x,
                             .w = z,
                             .bias = nullptr,
                             .addend = addend,
                             .c = y,
                             .length = rows,
                             .columns = entry.width,
                             .inner = step.widths[0],
                             .a_stride = rows,
                             .c_stride = rows,
                             .w_column = 1,
                             .w_inner = entry.width});
    case Operation::outer: {
      const std::int64_t in = step.widths[1], stride = rounded_size(in);
      Real* rows_of_x = work_.data() + step.scratch;
      transpose(z, rows_, rows_of_x, stride, count, in);
      return multiply<Real>({.a = rows_of_x,
                             .w = x,
                             .bias = nullptr,
                             .addend = addend,
                             .c = y,
                             .length = in,
                             .columns = step.widths[0],
                             .inner = count,
                             .a_stride = stride,
                             .c_stride = in,
                             .w_column = rows_,
                             .w_inner = 1});
    }
    default:
      return;
  }
}

template class BasicProgram<double>;
template class BasicProgram<float>;

}  // namespace tessera::diff
