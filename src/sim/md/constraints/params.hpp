// How rigid bonds and angles are kept.
#pragma once

#include "deck/binder.hpp"

namespace tessera::sim::md {

enum class TriangleSolver { settle, shake };

struct ConstraintParams {
  double tolerance = 1e-10;  ///< relative error of a length
  TriangleSolver triangles = TriangleSolver::settle;
};
void bind(deck::Binder& binder, ConstraintParams& params);

}  // namespace tessera::sim::md
