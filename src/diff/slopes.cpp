#include "diff/slopes.hpp"

namespace tessera::diff {

std::optional<Node> slope(Node self) {
  const Entry entry = self.entry();  // a copy: recording moves the entries
  const Node x(self.graph(), entry.args[0]);
  switch (entry.function) {
    case Function::relu:
      if (entry.order == 1) return std::nullopt;
      return apply(Function::relu, x, 1);
    case Function::exp:
      return self;
    case Function::log:
      return apply(Function::reciprocal, x);
    case Function::sin:
      return apply(Function::cos, x);
    case Function::cos:
      return -apply(Function::sin, x);
    case Function::reciprocal:
      return -square(self);
    case Function::sqrt:
      return 0.5 * apply(Function::reciprocal, self);
    default:
      return apply(entry.function, x, entry.order + 1);
  }
}

std::optional<Node> bend(Node self) {
  const Entry entry = self.entry();
  const Node x(self.graph(), entry.args[0]);
  switch (entry.function) {
    case Function::relu:
      return std::nullopt;
    case Function::exp:
      return self;
    case Function::log:
      return -square(apply(Function::reciprocal, x));
    case Function::sin:
    case Function::cos:
      return -self;
    case Function::reciprocal:
      return 2.0 * (self * square(self));
    case Function::sqrt: {
      const Node reciprocal = apply(Function::reciprocal, self);
      return -0.25 * (reciprocal * square(reciprocal));
    }
    default:
      return apply(entry.function, x, entry.order + 2);
  }
}

}  // namespace tessera::diff
