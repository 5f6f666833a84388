#include "diff/program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "diff/kernels.hpp"
#include "diff/loop.hpp"
#include "diff/product.hpp"

namespace tessera::diff {

namespace {

constexpr std::int64_t alignment = 8;  // numbers in 64 bytes

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

void load_rows(const Array2<double>& block, const data::RowArray<double>& rows, std::int64_t first,
               std::int64_t count) {
  const auto width = static_cast<std::int64_t>(rows.extent(1));
  for_each(
      "diff/load_rows", static_cast<std::int64_t>(block.extent(0)), KOKKOS_LAMBDA(std::int64_t row) {
        const std::int64_t source = row < count ? first + row : first;
        for (std::int64_t n = 0; n < width; ++n) block(row, n) = rows(source, n);
      });
}

}  // namespace

Program::Program(const Graph& graph, const std::vector<Node>& outputs) : rows_(graph.block_rows()) {
  lay_out(graph, outputs);
  for (const Node node : outputs) {
    outputs_.push_back(node.entry());
    output_ids_.push_back(node.id());
  }
}

std::int64_t Program::num_products() const {
  return std::count_if(steps_.begin(), steps_.end(), [](const Step& step) {
    const auto op = step.entry.op;
    return op == Operation::dense || op == Operation::dense_back || op == Operation::outer;
  });
}

void Program::lay_out(const Graph& graph, const std::vector<Node>& outputs) {
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
    steps_.push_back(step);
    for (std::size_t n = 0; n < entry.args.size(); ++n) {
      if (entry.args[n] < 0) continue;
      const auto arg = static_cast<std::size_t>(entry.args[n]);
      const bool is_repeated = std::find(entry.args.begin(), entry.args.begin() + n, entry.args[n]) !=
                               entry.args.begin() + static_cast<std::ptrdiff_t>(n);
      if (last[arg] == static_cast<std::int64_t>(id) && !places_[arg].is_parameter && !is_repeated)
        room.give_back(places_[arg].at, size(arg));
    }
    if (entry.op == Operation::parameter) places_[id] = {false, place};  // an output: its copy
  }
  work_ = Array1<double>("diff/work", static_cast<std::size_t>(room.size()));
  for (std::size_t id = 0; id < entries.size(); ++id)
    if (last[id] >= 0 && entries[id].op == Operation::constants) set_constants(places_[id].at, entries[id], graph);
}

void Program::set_constants(std::int64_t place, const Entry& entry, const Graph& graph) const {
  const Kokkos::View<const double*, Kokkos::HostSpace> numbers(graph.constants().data() + entry.first,
                                                               static_cast<std::size_t>(entry.width));
  Kokkos::deep_copy(Kokkos::subview(work_, std::make_pair(place, place + entry.width)), numbers);
}

Array2<double> Program::input(Node node) const {
  const auto id = static_cast<std::size_t>(node.id());
  if (node.entry().op != Operation::input || id >= places_.size())
    throw Error::internal("this is no input of a program");
  return Array2<double>(work_.data() + places_[id].at, static_cast<std::size_t>(rows_),
                        static_cast<std::size_t>(node.width()));
}

void Program::load(Node node, const data::RowArray<double>& rows, std::int64_t first, std::int64_t count) const {
  const auto block = input(node);
  if (count < 1 || count > rows_ || first < 0 || first + count > static_cast<std::int64_t>(rows.extent(0)) ||
      rows.extent(1) != block.extent(1))
    throw Error::internal(fmt::format("rows {} to {} of {} x {} for a block of {} x {}", first, first + count,
                                      rows.extent(0), rows.extent(1), block.extent(0), block.extent(1)));
  load_rows(block, rows, first, count);
}

void Program::run(const Array1<double>& parameters, std::int64_t count) {
  if (count < 1 || count > rows_) throw Error::internal(fmt::format("{} rows in a block of {}", count, rows_));
  if (static_cast<std::int64_t>(parameters.extent(0)) < num_parameters_)
    throw Error::internal(fmt::format("{} parameters; expected {}", parameters.extent(0), num_parameters_));
  for (const auto& step : steps_) execute(step, parameters.data(), count);
}

Array2<double> Program::output(std::size_t n) const {
  const auto& entry = outputs_.at(n);
  const auto place = places_[static_cast<std::size_t>(output_ids_[n])].at;
  return Array2<double>(work_.data() + place, static_cast<std::size_t>(entry.per_row ? rows_ : 1),
                        static_cast<std::size_t>(entry.width));
}

void Program::execute(const Step& step, const double* parameters, std::int64_t count) const {
  const Entry& entry = step.entry;
  const auto from = [&](std::size_t n) { return (step.is_parameter[n] ? parameters : work_.data()) + step.in[n]; };
  double* y = work_.data() + step.out;
  const double* x = from(0);
  const double* z = from(1);
  const std::int64_t rows = step.rows, size = rows * entry.width;
  switch (entry.op) {
    case Operation::input:
    case Operation::constants:
      return;
    case Operation::parameter:
      return kernels::copy(y, x, size);
    case Operation::fill:
      return kernels::fill(y, size, entry.a);
    case Operation::combine:
      return kernels::combine(y, x, z, size, entry.a, entry.b);
    case Operation::scale_shift:
      return kernels::scale_shift(y, x, size, entry.a, entry.b);
    case Operation::product:
      return kernels::product(y, x, z, size);
    case Operation::function:
      return kernels::apply(entry.function, entry.order, y, x, size);
    case Operation::minimum:
      return kernels::minimum(y, x, z, size);
    case Operation::below:
      return kernels::below(y, x, z, size);
    case Operation::clip:
      return kernels::clip(y, x, size, entry.a, entry.b);
    case Operation::inside:
      return kernels::inside(y, x, size, entry.a, entry.b);
    case Operation::row_sum:
      return kernels::row_sum(y, x, rows, step.widths[0]);
    case Operation::repeat:
      return kernels::repeat(y, x, rows, entry.width);
    case Operation::sum:
      return kernels::sum(y, x, rows_, entry.width, count);
    case Operation::spread:
      return kernels::spread(y, x, rows, entry.width);
    case Operation::keep:
      return kernels::keep(y, x, rows, entry.width, count);
    case Operation::hold:
      return kernels::copy(y, x, size);
    case Operation::slice:
      return kernels::copy(y, x + entry.first * rows, size);
    case Operation::pad:
      kernels::fill(y, entry.first * rows, 0.0);
      kernels::copy(y + entry.first * rows, x, step.widths[0] * rows);
      return kernels::fill(y + (entry.first + step.widths[0]) * rows,
                           (entry.width - entry.first - step.widths[0]) * rows, 0.0);
    case Operation::join:
      kernels::copy(y, x, step.widths[0] * rows);
      return kernels::copy(y + step.widths[0] * rows, z, step.widths[1] * rows);
    case Operation::dense:
      return multiply({.a = x,
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
      return multiply({.a = x,
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
      double* rows_of_x = work_.data() + step.scratch;
      transpose(z, rows_, rows_of_x, stride, count, in);
      return multiply({.a = rows_of_x,
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
  }
}

}  // namespace tessera::diff
