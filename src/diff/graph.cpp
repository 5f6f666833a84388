#include "diff/graph.hpp"

#include <fmt/core.h>

#include <tuple>
#include <utility>

#include "base/error.hpp"

namespace tessera::diff {

namespace {

std::string shape(Node x) { return fmt::format("{}{}", x.is_per_row() ? "rows of " : "shared ", x.width()); }

[[noreturn]] void mismatch(const char* what, Node x, Node y) {
  throw Error::internal(fmt::format("{} of {} and {}", what, shape(x), shape(y)));
}

void require_rows(const char* what, Node x) {
  if (!x.is_per_row()) throw Error::internal(fmt::format("{} of {}", what, shape(x)));
}

/// Both of one shape.
std::pair<Node, Node> match(const char* what, Node x, Node y) {
  if (&x.graph() != &y.graph()) throw Error::internal(fmt::format("{} of nodes of two graphs", what));
  if (x.is_per_row() != y.is_per_row()) (x.is_per_row() ? y : x) = spread(x.is_per_row() ? y : x);
  if (x.width() != y.width() && x.is_per_row()) {
    if (x.width() == 1)
      x = repeat(x, y.width());
    else if (y.width() == 1)
      y = repeat(y, x.width());
  }
  if (x.width() != y.width()) mismatch(what, x, y);
  return {x, y};
}

/// Of the shape of x.
Entry like(Node x, Operation op) {
  return {.op = op, .args = {x.id(), -1, -1}, .per_row = x.is_per_row(), .width = x.width()};
}

Node pairwise(Operation op, Node x, Node y) {
  auto entry = like(x, op);
  entry.args[1] = y.id();
  return x.graph().record(entry);
}

bool is_fill(Node x) { return x.entry().op == Operation::fill; }
double filling(Node x) { return x.entry().a; }

std::int64_t other_extent(const char* what, Node x, Node w) {
  require_rows(what, x);
  if (w.is_per_row() || w.width() % x.width() != 0) mismatch(what, x, w);
  return w.width() / x.width();
}

std::int64_t max_order(Function function) {
  switch (function) {
    case Function::relu:
      return 1;
    case Function::sigmoid:
    case Function::tanh:
    case Function::silu:
    case Function::softplus:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

const Entry& Node::entry() const { return graph_->entries()[static_cast<std::size_t>(id_)]; }

Graph::Graph(std::int64_t block_rows) : block_rows_(block_rows) {
  if (block_rows < 1 || block_rows % row_multiple != 0)
    throw Error::internal(fmt::format("blocks of {} rows; expected a multiple of {}", block_rows, row_multiple));
}

Node Graph::input(std::int64_t width) {
  return record({.op = Operation::input, .per_row = true, .width = width, .first = num_inputs_++});
}

Node Graph::parameter(const Slice& slice) {
  return record({.op = Operation::parameter, .per_row = false, .width = slice.size(), .first = slice.first});
}

Node Graph::fill(double value, std::int64_t width, bool per_row) {
  return record({.op = Operation::fill, .per_row = per_row, .width = width, .a = value});
}

Node Graph::constants(const std::vector<double>& numbers) {
  const auto [place, is_new] = constant_places_.try_emplace(numbers, static_cast<std::int64_t>(constants_.size()));
  if (is_new) constants_.insert(constants_.end(), numbers.begin(), numbers.end());
  return record({.op = Operation::constants,
                 .per_row = false,
                 .width = static_cast<std::int64_t>(numbers.size()),
                 .first = place->second});
}

Node Graph::record(const Entry& entry) {
  if (entry.width < 1) throw Error::internal(fmt::format("an array of {} numbers a row", entry.width));
  const auto [place, is_new] = places_.try_emplace(entry, static_cast<std::int64_t>(entries_.size()));
  if (is_new) entries_.push_back(entry);
  return {*this, place->second};
}

Node combine(double a, Node x, double b, Node y) {
  std::tie(x, y) = match("sum", x, y);
  if (x.id() == y.id()) return scale_shift(x, a + b, 0.0);
  if (is_fill(x)) return scale_shift(y, b, a * filling(x));
  if (is_fill(y)) return scale_shift(x, a, b * filling(y));
  auto entry = like(x, Operation::combine);
  entry.args[1] = y.id();
  entry.a = a;
  entry.b = b;
  return x.graph().record(entry);
}

Node scale_shift(Node x, double scale, double shift) {
  if (scale == 1.0 && shift == 0.0) return x;
  if (is_fill(x)) return x.graph().fill(scale * filling(x) + shift, x.width(), x.is_per_row());
  if (const Entry inner = x.entry(); inner.op == Operation::scale_shift)
    return scale_shift({x.graph(), inner.args[0]}, scale * inner.a, scale * inner.b + shift);
  auto entry = like(x, Operation::scale_shift);
  entry.a = scale;
  entry.b = shift;
  return x.graph().record(entry);
}

Node operator*(Node x, Node y) {
  std::tie(x, y) = match("product", x, y);
  if (is_fill(x)) return scale_shift(y, filling(x), 0.0);
  if (is_fill(y)) return scale_shift(x, filling(y), 0.0);
  return x.id() <= y.id() ? pairwise(Operation::product, x, y) : pairwise(Operation::product, y, x);
}

Node minimum(Node x, Node y) {
  std::tie(x, y) = match("minimum", x, y);
  return pairwise(Operation::minimum, x, y);
}

Node maximum(Node x, Node y) { return -minimum(-x, -y); }

Node below(Node x, Node y) {
  std::tie(x, y) = match("comparison", x, y);
  return pairwise(Operation::below, x, y);
}

namespace {

Node bounded(Operation op, Node x, double low, double high) {
  if (!(low <= high)) throw Error::internal(fmt::format("an interval from {} to {}", low, high));
  auto entry = like(x, op);
  entry.a = low;
  entry.b = high;
  return x.graph().record(entry);
}

}  // namespace

Node clip(Node x, double low, double high) { return bounded(Operation::clip, x, low, high); }

Node inside(Node x, double low, double high) { return bounded(Operation::inside, x, low, high); }

Node apply(Function function, Node x, std::int64_t order) {
  if (order < 0 || order > max_order(function))
    throw Error::internal(fmt::format("derivative {} of a function that has only {}", order, max_order(function)));
  auto entry = like(x, Operation::function);
  entry.function = function;
  entry.order = order;
  return x.graph().record(entry);
}

Node row_sum(Node x) {
  require_rows("a sum over each row", x);
  if (x.width() == 1) return x;
  auto entry = like(x, Operation::row_sum);
  entry.width = 1;
  return x.graph().record(entry);
}

Node repeat(Node x, std::int64_t width) {
  require_rows("repetition", x);
  if (x.width() != 1) throw Error::internal(fmt::format("repetition of {}", shape(x)));
  if (width == 1) return x;
  if (is_fill(x)) return x.graph().fill(filling(x), width);
  auto entry = like(x, Operation::repeat);
  entry.width = width;
  return x.graph().record(entry);
}

Node sum(Node x) {
  require_rows("a sum over rows", x);
  auto entry = like(x, Operation::sum);
  entry.per_row = false;
  return x.graph().record(entry);
}

Node spread(Node x) {
  if (x.is_per_row()) throw Error::internal(fmt::format("{} is spread over rows", shape(x)));
  if (is_fill(x)) return x.graph().fill(filling(x), x.width());
  auto entry = like(x, Operation::spread);
  entry.per_row = true;
  return x.graph().record(entry);
}

Node keep(Node x) {
  require_rows("a choice of rows", x);
  return x.graph().record(like(x, Operation::keep));
}

Node hold(Node x) { return is_fill(x) ? x : x.graph().record(like(x, Operation::hold)); }

Node slice(Node x, std::int64_t first, std::int64_t width) {
  if (first < 0 || width < 1 || first + width > x.width())
    throw Error::internal(fmt::format("numbers {} to {} of {}", first, first + width, shape(x)));
  if (width == x.width()) return x;
  auto entry = like(x, Operation::slice);
  entry.first = first;
  entry.width = width;
  return x.graph().record(entry);
}

Node pad(Node x, std::int64_t first, std::int64_t width) {
  if (first < 0 || first + x.width() > width)
    throw Error::internal(fmt::format("{} from number {} of {} on", shape(x), first, width));
  if (width == x.width()) return x;
  auto entry = like(x, Operation::pad);
  entry.first = first;
  entry.width = width;
  return x.graph().record(entry);
}

Node join(Node x, Node y) {
  if (x.is_per_row() != y.is_per_row()) mismatch("joint", x, y);
  auto entry = like(x, Operation::join);
  entry.args[1] = y.id();
  entry.width = x.width() + y.width();
  return x.graph().record(entry);
}

Node dense(Node x, Node w) {
  auto entry = like(x, Operation::dense);
  entry.args[1] = w.id();
  entry.width = other_extent("dense layer", x, w);
  return x.graph().record(entry);
}

Node dense(Node x, Node w, Node b) {
  auto entry = like(x, Operation::dense);
  entry.args = {x.id(), w.id(), b.id()};
  entry.width = other_extent("dense layer", x, w);
  if (b.is_per_row() || b.width() != entry.width) mismatch("weights and bias", w, b);
  return x.graph().record(entry);
}

Node dense_back(Node g, Node w) {
  auto entry = like(g, Operation::dense_back);
  entry.args[1] = w.id();
  entry.width = other_extent("dense layer backwards", g, w);
  return g.graph().record(entry);
}

Node outer(Node g, Node x) {
  require_rows("outer product", g);
  require_rows("outer product", x);
  auto entry = like(g, Operation::outer);
  entry.args[1] = x.id();
  entry.per_row = false;
  entry.width = g.width() * x.width();
  return g.graph().record(entry);
}

}  // namespace tessera::diff
