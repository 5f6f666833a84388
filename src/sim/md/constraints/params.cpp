#include "sim/md/constraints/params.hpp"

namespace tessera::sim::md {

void bind(deck::Binder& b, ConstraintParams& p) {
  b.value("tolerance", p.tolerance, {.low = 1e-14, .high = 1e-3},
          {"relative error of the lengths that are iterated for"});
  b.choice("triangles", p.triangles, {{"settle", TriangleSolver::settle}, {"shake", TriangleSolver::shake}},
           {"rigid molecules of three atoms: in one go, where two bonds and their ends are alike as in water "
            "(Miyamoto and Kollman); or by iteration, as all others"});
}

}  // namespace tessera::sim::md
