#include "diff/program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "diff/kernels.hpp"
#include "diff/loop.hpp"
#include "diff/product.hpp"

namespace tessera::diff {

namespace {

constexpr std::int64_t alignment = 16;  // numbers that a vector register holds at most

/// Steps that go number by number are taken together, so many numbers at a time: what one leaves is still near the
/// processor when the next one needs it.
constexpr std::int64_t part_size = 512;

bool goes_by_number(Operation op) {
  switch (op) {
    case Operation::fill:
    case Operation::combine:
    case Operation::scale_shift:
    case Operation::product:
    case Operation::function:
    case Operation::minimum:
    case Operation::below:
    case Operation::clip:
    case Operation::inside:
    case Operation::hold:
      return true;
    default:
      return false;
  }
}

std::int64_t rounded(std::int64_t count) { return (count + alignment - 1) / alignment * alignment; }

/// Places in one array, given back for others of the same size.
class Room {
 public:
  std::int64_t take(std::int64_t count) {
    auto& free = free_[rounded(count)];
    if (free.empty()) {
      const std::int64_t place = end_;
      end_ += rounded(count);
      return place;
    }
    const std::int64_t place = free.back();
    free.pop_back();
    return place;
  }
  void give_back(std::int64_t place, std::int64_t count) { free_[rounded(count)].push_back(place); }
  std::int64_t size() const { return end_; }

 private:
  std::map<std::int64_t, std::vector<std::int64_t>> free_;
  std::int64_t end_ = 0;
};

/// What the outputs need, and until which entry each is read (outputs, inputs and constants: for ever).
std::vector<std::int64_t> last_uses(const Graph& graph, const std::vector<Node>& outputs) {
  const auto& entries = graph.entries();
  std::vector<std::int64_t> last(entries.size(), -1);
  const auto end = static_cast<std::int64_t>(entries.size());
  for (const Node node : outputs) last[static_cast<std::size_t>(node.id())] = end;
  for (std::int64_t id = end - 1; id >= 0; --id) {
    if (last[static_cast<std::size_t>(id)] < 0) continue;
    for (const auto arg : entries[static_cast<std::size_t>(id)].args)
      if (arg >= 0) last[static_cast<std::size_t>(arg)] = std::max(last[static_cast<std::size_t>(arg)], id);
  }
  for (std::size_t id = 0; id < entries.size(); ++id)
    if (entries[id].op == Operation::input || (last[id] >= 0 && entries[id].op == Operation::constants)) last[id] = end;
  return last;
}

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
BasicProgram<Real>::BasicProgram(const Graph& graph, const std::vector<Node>& outputs) : rows_(graph.block_rows()) {
  lay_out(graph, outputs);
  for (const Node node : outputs) {
    outputs_.push_back(node.entry());
    output_ids_.push_back(node.id());
  }
}

template <class Real>
std::int64_t BasicProgram<Real>::num_products() const {
  return std::count_if(steps_.begin(), steps_.end(), [](const Step& step) {
    const auto op = step.entry.op;
    return op == Operation::dense || op == Operation::dense_back || op == Operation::outer;
  });
}

template <class Real>
double BasicProgram<Real>::product_flops() const {
  double sum = 0.0;
  for (const auto& step : steps_) {
    const auto op = step.entry.op;
    const double inner = static_cast<double>(op == Operation::outer ? 1 : step.widths[0]);
    if (op == Operation::dense || op == Operation::dense_back || op == Operation::outer)
      sum += 2.0 * static_cast<double>(rows_) * static_cast<double>(step.entry.width) * inner;
  }
  return sum;
}

template <class Real>
void BasicProgram<Real>::lay_out(const Graph& graph, const std::vector<Node>& outputs) {
  const auto& entries = graph.entries();
  const auto last = last_uses(graph, outputs);
  const auto end = static_cast<std::int64_t>(entries.size());
  const auto size = [&](std::size_t id) { return entries[id].width * (entries[id].per_row ? rows_ : 1); };
  places_.resize(entries.size());
  Room room;
  const auto is_set_before = [&](std::size_t id) {
    return entries[id].op == Operation::input || entries[id].op == Operation::constants;
  };
  for (std::size_t id = 0; id < entries.size(); ++id)  // first, so that nothing is ever where these lie
    if (last[id] >= 0 && is_set_before(id)) places_[id] = {false, room.take(size(id))};
  for (std::size_t id = 0; id < entries.size(); ++id) {
    const Entry& entry = entries[id];
    if (last[id] < 0 || is_set_before(id)) continue;
    if (entry.op == Operation::parameter) {
      places_[id] = {true, entry.first};
      num_parameters_ = std::max(num_parameters_, entry.first + entry.width);
      if (last[id] < end) continue;
    }
    const auto give_back = [&] {
      for (std::size_t n = 0; n < entry.args.size(); ++n) {
        if (entry.args[n] < 0) continue;
        const auto arg = static_cast<std::size_t>(entry.args[n]);
        const bool is_repeated = std::find(entry.args.begin(), entry.args.begin() + n, entry.args[n]) !=
                                 entry.args.begin() + static_cast<std::ptrdiff_t>(n);
        if (last[arg] == static_cast<std::int64_t>(id) && !places_[arg].is_parameter && !is_repeated)
          room.give_back(places_[arg].at, size(arg));
      }
    };
    if (places_[id].at >= 0 && entry.op == Operation::function) {  // computed before, with the function itself
      give_back();
      continue;
    }
    const std::int64_t place = room.take(size(id));
    if (entry.op != Operation::parameter) places_[id] = {false, place};
    Step step{.entry = entry, .rows = entry.per_row ? rows_ : 1, .out = place};
    for (std::size_t n = 0; n < entry.args.size(); ++n) {
      if (entry.args[n] < 0) continue;
      const auto arg = static_cast<std::size_t>(entry.args[n]);
      step.in[n] = places_[arg].at;
      step.is_parameter[n] = places_[arg].is_parameter;
      step.widths[n] = entries[arg].width;
    }
    if (entry.op == Operation::parameter) step.in[0] = entry.first, step.is_parameter[0] = true;
    if (entry.op == Operation::outer) {
      const std::int64_t scratch = rounded(step.widths[1]) * rows_;
      step.scratch = room.take(scratch);
      room.give_back(step.scratch, scratch);
    }
    if (entry.op == Operation::function && entry.order == 0)
      for (const auto derivative : needed_orders(graph, id, last)) {
        places_[derivative] = {false, room.take(size(derivative))};
        step.orders.at(static_cast<std::size_t>(++step.last_order)) = places_[derivative].at;
      }
    steps_.push_back(step);
    give_back();
    if (entry.op == Operation::parameter) places_[id] = {false, place};  // an output: its copy
  }
  find_runs();
  work_size_ = room.size();
  // A few more, since whole vector registers are read from the last rows on.
  work_ = Array1<Real>("diff/work", static_cast<std::size_t>(work_size_ + alignment));
  if constexpr (std::is_same_v<Real, float>)
    parameters_ = Array1<float>("diff/rounded_parameters", static_cast<std::size_t>(num_parameters_));
  for (std::size_t id = 0; id < entries.size(); ++id)
    if (last[id] >= 0 && entries[id].op == Operation::constants) set_constants(places_[id].at, entries[id], graph);
}

template <class Real>
std::vector<std::size_t> BasicProgram<Real>::needed_orders(const Graph& graph, std::size_t id,
                                                           const std::vector<std::int64_t>& last) {
  const auto& entries = graph.entries();
  std::vector<std::size_t> found;
  Entry wanted = entries[id];
  const auto is_next = [&](const Entry& entry) { return !(entry < wanted) && !(wanted < entry); };
  while (true) {
    ++wanted.order;
    const auto next = std::find_if(entries.begin() + static_cast<std::ptrdiff_t>(id), entries.end(), is_next);
    const auto place = static_cast<std::size_t>(next - entries.begin());
    if (next == entries.end() || last[place] < 0) return found;
    found.push_back(place);
  }
}

template <class Real>
void BasicProgram<Real>::find_runs() {
  for (std::size_t n = steps_.size(); n-- > 0;) {
    auto& step = steps_[n];
    if (!goes_by_number(step.entry.op)) continue;
    const bool goes_on = n + 1 < steps_.size() && steps_[n + 1].end > 0 && steps_[n + 1].rows == step.rows &&
                         steps_[n + 1].entry.width == step.entry.width;
    step.end = goes_on ? steps_[n + 1].end : n + 1;
  }
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
  if (node.entry().op != Operation::input || id >= places_.size())
    throw Error::internal("this is no input of a program");
  return Array2<Real>(work_.data() + places_[id].at, static_cast<std::size_t>(rows_),
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
  if (static_cast<std::int64_t>(parameters.extent(0)) < num_parameters_)
    throw Error::internal(fmt::format("{} parameters; expected {}", parameters.extent(0), num_parameters_));
  const Real* numbers = nullptr;
  if constexpr (std::is_same_v<Real, float>) {
    round_numbers(parameters_, parameters);
    numbers = parameters_.data();
  } else {
    numbers = parameters.data();
  }
  for (std::size_t n = 0; n < steps_.size(); n = std::max(n + 1, steps_[n].end)) {
    if (steps_[n].end == 0) {
      execute(steps_[n], numbers, count);
      continue;
    }
    const std::int64_t size = steps_[n].rows * steps_[n].entry.width;
    const std::int64_t most = device_is_serial ? part_size : size;
    for (std::int64_t first = 0; first < size; first += most)
      for (std::size_t m = n; m < steps_[n].end; ++m)
        execute_part(steps_[m], numbers, first, std::min(most, size - first));
  }
}

template <class Real>
Array2<Real> BasicProgram<Real>::output(std::size_t n) const {
  const auto& entry = outputs_.at(n);
  const auto place = places_[static_cast<std::size_t>(output_ids_[n])].at;
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
                             .c = y,
                             .length = rows,
                             .columns = entry.width,
                             .inner = step.widths[0],
                             .a_stride = rows,
                             .c_stride = rows,
                             .w_column = 1,
                             .w_inner = entry.width});
    case Operation::outer: {
      const std::int64_t in = step.widths[1], stride = rounded(in);
      Real* rows_of_x = work_.data() + step.scratch;
      transpose(z, rows_, rows_of_x, stride, count, in);
      return multiply<Real>({.a = rows_of_x,
                             .w = x,
                             .bias = nullptr,
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
