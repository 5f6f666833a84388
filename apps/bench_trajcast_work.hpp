// The arithmetic of passes through a forecasting network.
#pragma once

#include <cstdint>

#include "learn/trajcast/architecture.hpp"
#include "learn/trajcast/graph.hpp"

namespace tessera::bench {

/// Floating-point operations, a multiplication and an addition each for one, of all matrix products and channel
/// products, of the sizes that they have in fact: edges of a chunk that share their length share their path weights,
/// the last layer is without what is not read of it, and coefficients that are always zero are left out. What the
/// reverse pass works out again counts as well. Not counted: bases, harmonics, coefficients, activations, gates,
/// copies, the conservation layer.
struct TrajcastWork {
  double forward = 0.0;
  double tabulated = 0.0;  ///< forward with tables: six products a path weight instead of a network
  double reverse = 0.0;
  double learned_by_tables = 0.0;  ///< tables made, forward with them, and the reverse pass through them
};

TrajcastWork count_work(const learn::trajcast::Architecture& architecture, const learn::trajcast::Graph& graph,
                        std::int64_t chunk_edges, int knots);

}  // namespace tessera::bench
