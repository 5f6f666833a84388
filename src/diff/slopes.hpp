// Internal: derivatives of functions of one number, as nodes.
#pragma once

#include <optional>

#include "diff/graph.hpp"

namespace tessera::diff {

/// f' and f'' at x for `self`, which is f(x); none where they are zero everywhere. Throw Error (internal) where f has
/// no further derivative.
std::optional<Node> slope(Node self);
std::optional<Node> bend(Node self);

}  // namespace tessera::diff
