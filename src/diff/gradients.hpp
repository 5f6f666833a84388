// Reverse-mode differentiation of a graph into itself.
#pragma once

#include <vector>

#include "diff/graph.hpp"

namespace tessera::diff {

/// Nodes that hold the derivative of the sum of `seed` times y (of y itself without one, all its numbers summed) with
/// respect to each of `wrt`: of its shape, for inputs row by row, as rows do not see one another except through
/// sum() and outer(). Derivatives with respect to shared arrays are sums over the rows that count. Throws Error
/// (internal) where a function has no further derivative.
std::vector<Node> gradients(Node y, const std::vector<Node>& wrt);
std::vector<Node> gradients(Node y, const std::vector<Node>& wrt, Node seed);

}  // namespace tessera::diff
