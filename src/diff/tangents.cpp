#include "diff/tangents.hpp"

#include <fmt/core.h>

#include <array>
#include <optional>

#include "base/error.hpp"
#include "diff/slopes.hpp"

namespace tessera::diff {

namespace {

/// None: it does not change.
using Rate = std::optional<Node>;
using Rates = std::array<Rate, 3>;

Rate operator+(const Rate& x, const Rate& y) { return x && y ? *x + *y : x ? x : y; }

template <class Make>
Rate with(const Rate& rate, const Make& make) {
  return rate ? Rate(make(*rate)) : Rate();
}

/// Entry `self` and the nodes that it is made of.
struct Made {
  explicit Made(Node node) : self(node), entry(node.entry()) {}
  Node arg(std::size_t n) const { return {self.graph(), entry.args[n]}; }
  /// The change of argument n, zeros if it has none.
  Node whole(const Rates& rates, std::size_t n) const {
    return rates[n] ? *rates[n] : self.graph().fill(0.0, arg(n).width(), arg(n).is_per_row());
  }

  Node self;
  Entry entry;  // a copy: recording moves the entries
};

/// The sum of what the first two arguments make of each other's changes.
template <class Make>
Rate both(const Made& made, const Rates& rates, const Make& make) {
  return with(rates[0], [&](Node x) { return make(x, made.arg(1)); }) +
         with(rates[1], [&](Node y) { return make(made.arg(0), y); });
}

Rate dense_rate(const Made& made, const Rates& rates) {
  const Rate products = both(made, rates, [](Node x, Node w) { return dense(x, w); });
  return products + with(rates[2], [](Node b) { return spread(b); });
}

/// First order.
Rate rate_of(const Made& made, const Rates& rates) {
  const Entry& entry = made.entry;
  const auto linear = [&](const auto& make) { return with(rates[0], make); };
  switch (entry.op) {
    case Operation::input:
    case Operation::parameter:
    case Operation::fill:
    case Operation::constants:
    case Operation::below:
    case Operation::inside:
    case Operation::hold:
      return {};
    case Operation::combine:
      if (rates[0] && rates[1]) return combine(entry.a, *rates[0], entry.b, *rates[1]);
      return rates[0] ? entry.a * *rates[0] : entry.b * *rates[1];
    case Operation::scale_shift:
      return linear([&](Node x) { return entry.a * x; });
    case Operation::product:
      return both(made, rates, [](Node x, Node y) { return x * y; });
    case Operation::function: {
      const auto factor = slope(made.self);
      return factor ? Rate(*factor * *rates[0]) : Rate();
    }
    case Operation::minimum:
      return with(rates[0], [&](Node x) { return x * below(made.arg(0), made.arg(1)); }) +
             with(rates[1], [&](Node y) { return y * below(made.arg(1), made.arg(0)); });
    case Operation::clip:
      return linear([&](Node x) { return x * inside(made.arg(0), entry.a, entry.b); });
    case Operation::row_sum:
      return linear([](Node x) { return row_sum(x); });
    case Operation::repeat:
      return linear([&](Node x) { return repeat(x, entry.width); });
    case Operation::sum:
      return linear([](Node x) { return sum(x); });
    case Operation::spread:
      return linear([](Node x) { return spread(x); });
    case Operation::keep:
      return linear([](Node x) { return keep(x); });
    case Operation::slice:
      return linear([&](Node x) { return slice(x, entry.first, entry.width); });
    case Operation::pad:
      return linear([&](Node x) { return pad(x, entry.first, entry.width); });
    case Operation::join:
      return join(made.whole(rates, 0), made.whole(rates, 1));
    case Operation::dense:
      return dense_rate(made, rates);
    case Operation::dense_back:
      return both(made, rates, [](Node g, Node w) { return dense_back(g, w); });
    case Operation::outer:
      return both(made, rates, [](Node g, Node x) { return outer(g, x); });
  }
  return {};
}

/// Half of the second derivatives along lines with these first ones, were all arguments to move straight on: a factor
/// and what it multiplies.
struct Curvature {
  double factor = 1.0;
  Rate rate = {};
};

Curvature curvature_of(const Made& made, const std::vector<Rates>& lines) {
  const auto over_lines = [&](const auto& make) {
    Rate sum;
    for (const auto& rates : lines) sum = sum + make(rates);
    return sum;
  };
  const auto mixed = [&](const auto& make) {
    return over_lines(
        [&](const Rates& rates) { return rates[0] && rates[1] ? Rate(make(*rates[0], *rates[1])) : Rate(); });
  };
  switch (made.entry.op) {
    case Operation::product:
      return {.rate = mixed([](Node x, Node y) { return x * y; })};
    case Operation::dense:
      return {.rate = mixed([](Node x, Node w) { return dense(x, w); })};
    case Operation::dense_back:
      return {.rate = mixed([](Node g, Node w) { return dense_back(g, w); })};
    case Operation::outer:
      return {.rate = mixed([](Node g, Node x) { return outer(g, x); })};
    case Operation::function: {
      const Rate squares = over_lines([](const Rates& rates) { return with(rates[0], square); });
      const auto factor = squares ? bend(made.self) : std::nullopt;
      return {.factor = 0.5, .rate = factor ? Rate(*factor * *squares) : Rate()};
    }
    default:
      return {};
  }
}

/// Goes through all that a node is made of, from the first entry on.
class Sweep {
 public:
  Sweep(Node y, const Motions& drift, const std::vector<Motions>& noises) : y_(y), noises_(noises.size()) {
    const auto size = static_cast<std::size_t>(y.id()) + 1;
    rates_.resize(size);
    for (auto& line : noises_) line.resize(size);
    is_moved_.resize(size, false);
    set(rates_, drift);
    for (std::size_t n = 0; n < noises.size(); ++n) set(noises_[n], noises[n]);
  }

  Node run() {
    for (const auto id : ancestors())
      if (!is_moved_[static_cast<std::size_t>(id)]) pass({y_.graph(), id});
    const auto& rate = rates_.back();
    return rate ? *rate : y_.graph().fill(0.0, y_.width(), y_.is_per_row());
  }

 private:
  using Line = std::vector<Rate>;

  void set(Line& line, const Motions& motions) {
    for (const auto& [node, direction] : motions) {
      if (node.width() != direction.width() || node.is_per_row() != direction.is_per_row())
        throw Error::internal(fmt::format("a direction of {} numbers for {}", direction.width(), node.width()));
      if (node.id() > y_.id()) continue;
      line[static_cast<std::size_t>(node.id())] = direction;
      is_moved_[static_cast<std::size_t>(node.id())] = true;
    }
  }

  /// In their order. What moves is made of nothing.
  std::vector<std::int64_t> ancestors() const {
    std::vector<bool> matters(rates_.size(), false);
    matters.back() = true;
    std::vector<std::int64_t> found;
    for (std::int64_t id = y_.id(); id >= 0; --id) {
      if (!matters[static_cast<std::size_t>(id)]) continue;
      found.push_back(id);
      if (is_moved_[static_cast<std::size_t>(id)]) continue;
      for (const auto arg : y_.graph().entries()[static_cast<std::size_t>(id)].args)
        if (arg >= 0) matters[static_cast<std::size_t>(arg)] = true;
    }
    return {found.rbegin(), found.rend()};
  }

  static Rates rates_at(const Made& made, const Line& line) {
    Rates rates;
    for (std::size_t n = 0; n < rates.size(); ++n)
      if (made.entry.args[n] >= 0) rates[n] = line[static_cast<std::size_t>(made.entry.args[n])];
    return rates;
  }

  static Rate first_order(const Made& made, const Rates& rates) {
    return rates[0] || rates[1] || rates[2] ? rate_of(made, rates) : Rate();
  }

  void pass(Node self) {
    const Made made(self);
    const auto id = static_cast<std::size_t>(self.id());
    std::vector<Rates> lines;
    for (auto& line : noises_) {
      lines.push_back(rates_at(made, line));
      line[id] = first_order(made, lines.back());
    }
    const Rate rate = first_order(made, rates_at(made, rates_));
    const auto [factor, curvature] = curvature_of(made, lines);
    if (rate && curvature)
      rates_[id] = combine(1.0, *rate, factor, *curvature);
    else
      rates_[id] = curvature ? Rate(factor * *curvature) : rate;
  }

  Node y_;
  Line rates_;
  std::vector<Line> noises_;
  std::vector<bool> is_moved_;
};

}  // namespace

Node tangent(Node y, const Motions& motions) { return generator(y, motions, {}); }

Node generator(Node y, const Motions& drift, const std::vector<Motions>& noises) {
  return Sweep(y, drift, noises).run();
}

}  // namespace tessera::diff
