// Forward differentiation of a graph into itself: how a node changes as others move. The results are nodes, and can be
// differentiated in reverse (diff/gradients.hpp): the derivative of a derivative for the price of a few evaluations.
#pragma once

#include <vector>

#include "diff/graph.hpp"

namespace tessera::diff {

/// `node` moves along `direction`, of the same shape; what the direction is made of does not.
struct Motion {
  Node node, direction;
};
/// Of different nodes, at once.
using Motions = std::vector<Motion>;

/// dy/ds at s = 0 for node + s direction. What y does not depend on is left out of it. Throws Error (internal) for a
/// direction of another shape, or where a function has no further derivative.
Node tangent(Node y, const Motions& motions);

/// The generator of the process dx = drift dt + sum of noises_i dW_i, x being all that moves, applied to y (Ito's
/// formula): drift . grad y + 1/2 sum of noises_i . Hessian y . noises_i. One array is carried for the result and one
/// for each of the noises, so that the Laplacian of d numbers costs d + 1 evaluations, and costs nothing more together
/// with a first derivative. Throws as tangent() does.
Node generator(Node y, const Motions& drift, const std::vector<Motions>& noises);

}  // namespace tessera::diff
