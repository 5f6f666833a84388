#include "diff/gradients.hpp"

#include <fmt/core.h>

#include <optional>

#include "base/error.hpp"
#include "diff/slopes.hpp"

namespace tessera::diff {

namespace {

class Reverse {
 public:
  Reverse(Node y, const std::vector<Node>& wrt) : graph_(y.graph()), end_(y.id() + 1) {
    adjoint_.resize(static_cast<std::size_t>(end_));
    matters_.resize(adjoint_.size(), false);
    for (const Node node : wrt)
      if (node.id() < end_) matters_[static_cast<std::size_t>(node.id())] = true;
    for (std::size_t id = 0; id < matters_.size(); ++id) {
      const Entry& entry = graph_.entries()[id];
      if (entry.op == Operation::hold) continue;
      for (const auto arg : entry.args)
        if (arg >= 0 && matters_[static_cast<std::size_t>(arg)]) matters_[id] = true;
    }
  }

  void run(Node y, Node seed) {
    add(y.id(), seed);
    for (std::int64_t id = end_ - 1; id >= 0; --id)
      if (const auto& g = adjoint_[static_cast<std::size_t>(id)]) pass({graph_, id}, *g);
  }

  Node result(Node x) const {
    if (x.id() < end_)
      if (const auto& g = adjoint_[static_cast<std::size_t>(x.id())]) return *g;
    return graph_.fill(0.0, x.width(), x.is_per_row());
  }

 private:
  bool matters(std::int64_t id) const { return id >= 0 && matters_[static_cast<std::size_t>(id)]; }
  void add(std::int64_t id, Node g) {
    if (!matters(id)) return;
    auto& sum = adjoint_[static_cast<std::size_t>(id)];
    sum = sum ? *sum + g : g;
  }
  void pass(Node self, Node g);
  void pass_product(const Entry& entry, Node g);

  Graph& graph_;
  std::int64_t end_;
  std::vector<std::optional<Node>> adjoint_;
  std::vector<bool> matters_;  // depends on what is differentiated for
};

/// What node `self` gives on to its arguments. Nothing is recorded for those that do not matter.
void Reverse::pass(Node self, Node g) {
  const Entry entry = self.entry();  // a copy: recording moves the entries
  const auto arg = [&](std::size_t n) { return Node(graph_, entry.args[n]); };
  const auto give = [&](std::size_t n, auto&& make) {
    if (matters(entry.args[n])) add(entry.args[n], make());
  };
  switch (entry.op) {
    case Operation::input:
    case Operation::parameter:
    case Operation::fill:
    case Operation::constants:
    case Operation::hold:
    case Operation::below:
    case Operation::inside:
      return;
    case Operation::combine:
      give(0, [&] { return entry.a * g; });
      give(1, [&] { return entry.b * g; });
      return;
    case Operation::scale_shift:
      give(0, [&] { return entry.a * g; });
      return;
    case Operation::product:
      give(0, [&] { return g * arg(1); });
      give(1, [&] { return g * arg(0); });
      return;
    case Operation::function:
      if (!matters(entry.args[0])) return;
      if (const auto factor = slope(self)) add(entry.args[0], g * *factor);
      return;
    case Operation::minimum:
      give(0, [&] { return g * below(arg(0), arg(1)); });
      give(1, [&] { return g * below(arg(1), arg(0)); });
      return;
    case Operation::clip:
      give(0, [&] { return g * inside(arg(0), entry.a, entry.b); });
      return;
    case Operation::row_sum:
      give(0, [&] { return repeat(g, arg(0).width()); });
      return;
    case Operation::repeat:
      give(0, [&] { return row_sum(g); });
      return;
    case Operation::sum:
      give(0, [&] { return keep(spread(g)); });
      return;
    case Operation::spread:
      give(0, [&] { return sum(g); });
      return;
    case Operation::keep:
      give(0, [&] { return keep(g); });
      return;
    case Operation::slice:
      give(0, [&] { return pad(g, entry.first, arg(0).width()); });
      return;
    case Operation::pad:
      give(0, [&] { return slice(g, entry.first, arg(0).width()); });
      return;
    case Operation::join:
      give(0, [&] { return slice(g, 0, arg(0).width()); });
      give(1, [&] { return slice(g, arg(0).width(), arg(1).width()); });
      return;
    default:
      pass_product(entry, g);
  }
}

/// Products of matrices: the derivative of each is another of them.
void Reverse::pass_product(const Entry& entry, Node g) {
  const Node x(graph_, entry.args[0]), w(graph_, entry.args[1]);
  const bool first = matters(entry.args[0]), second = matters(entry.args[1]);
  switch (entry.op) {
    case Operation::dense:
      if (first) add(x.id(), dense_back(g, w));
      if (second) add(w.id(), outer(g, x));
      if (matters(entry.args[2])) add(entry.args[2], sum(g));
      return;
    case Operation::dense_back:
      if (first) add(x.id(), dense(g, w));
      if (second) add(w.id(), outer(x, g));
      return;
    case Operation::outer:
      if (first) add(x.id(), keep(dense(w, g)));
      if (second) add(w.id(), keep(dense_back(x, g)));
      return;
    default:
      throw Error::internal("an operation without a derivative");
  }
}

}  // namespace

std::vector<Node> gradients(Node y, const std::vector<Node>& wrt) {
  return gradients(y, wrt, y.graph().fill(1.0, y.width(), y.is_per_row()));
}

std::vector<Node> gradients(Node y, const std::vector<Node>& wrt, Node seed) {
  if (seed.width() != y.width() || seed.is_per_row() != y.is_per_row())
    throw Error::internal(fmt::format("a seed of {} numbers for {}", seed.width(), y.width()));
  Reverse reverse(y, wrt);
  reverse.run(y, seed);
  std::vector<Node> results;
  for (const Node node : wrt) results.push_back(reverse.result(node));
  return results;
}

}  // namespace tessera::diff
