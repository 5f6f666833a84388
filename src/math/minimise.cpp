#include "math/minimise.hpp"

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <utility>

#include "base/error.hpp"

#ifdef TESSERA_HAVE_PETSC
#include <petsctao.h>
#endif

namespace tessera::math {

#ifdef TESSERA_HAVE_PETSC

namespace {

/// What the optimiser calls; exceptions do not pass through it.
struct Callback {
  const Objective& objective;
  std::vector<double> x, gradient;
  std::exception_ptr thrown;
};

PetscErrorCode evaluate(Tao /*tao*/, Vec x, PetscReal* value, Vec gradient, void* context) {
  auto& callback = *static_cast<Callback*>(context);
  const PetscScalar* from = nullptr;
  PetscCall(VecGetArrayRead(x, &from));
  callback.x.assign(from, from + callback.x.size());
  PetscCall(VecRestoreArrayRead(x, &from));
  try {
    *value = callback.objective(callback.x, callback.gradient);
  } catch (...) {
    callback.thrown = std::current_exception();
    return PETSC_ERR_USER;
  }
  PetscScalar* to = nullptr;
  PetscCall(VecGetArray(gradient, &to));
  std::copy(callback.gradient.begin(), callback.gradient.end(), to);
  PetscCall(VecRestoreArray(gradient, &to));
  return 0;
}

void check_petsc(PetscErrorCode code, const std::string& name) {
  if (code != 0)
    throw Error::internal(fmt::format("{}: the optimiser of PETSc ends with error {}", name, static_cast<int>(code)));
}

struct Handles {
  Tao tao = nullptr;
  Vec x = nullptr;
  Handles() = default;
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    TaoDestroy(&tao);
    VecDestroy(&x);
  }
};

}  // namespace

Minimum minimise(const Objective& objective, const std::vector<double>& start, double tolerance, int most,
                 const std::string& name) {
  Callback callback{objective, start, std::vector<double>(start.size(), 0.0), nullptr};
  Handles handles;
  const auto n = static_cast<PetscInt>(start.size());
  check_petsc(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, n, callback.x.data(), &handles.x), name);
  Vec solution = nullptr;  // the optimiser's own: callback.x changes under it
  check_petsc(VecDuplicate(handles.x, &solution), name);
  check_petsc(VecCopy(handles.x, solution), name);
  VecDestroy(&handles.x);
  handles.x = solution;
  check_petsc(TaoCreate(PETSC_COMM_SELF, &handles.tao), name);
  check_petsc(TaoSetType(handles.tao, TAOLMVM), name);
  check_petsc(TaoSetSolution(handles.tao, handles.x), name);
  check_petsc(TaoSetObjectiveAndGradient(handles.tao, nullptr, evaluate, &callback), name);
  check_petsc(TaoSetTolerances(handles.tao, tolerance, 0.0, tolerance), name);
  check_petsc(TaoSetMaximumIterations(handles.tao, most), name);
  const PetscErrorCode code = TaoSolve(handles.tao);
  if (callback.thrown) std::rethrow_exception(callback.thrown);
  check_petsc(code, name);
  Minimum minimum;
  PetscInt iterations = 0;
  PetscReal value = 0.0, norm = 0.0, infeasibility = 0.0, step = 0.0;
  TaoConvergedReason reason = TAO_CONTINUE_ITERATING;
  check_petsc(TaoGetSolutionStatus(handles.tao, &iterations, &value, &norm, &infeasibility, &step, &reason), name);
  const PetscScalar* x = nullptr;
  check_petsc(VecGetArrayRead(handles.x, &x), name);
  minimum.x.assign(x, x + start.size());
  check_petsc(VecRestoreArrayRead(handles.x, &x), name);
  minimum.value = value;
  minimum.gradient_norm = norm;
  minimum.iterations = static_cast<int>(iterations);
  // A line search that finds nothing lower has come to where rounding hides the rest.
  minimum.is_converged = reason > 0 || reason == TAO_DIVERGED_LS_FAILURE;
  if ((!minimum.is_converged && reason != TAO_DIVERGED_MAXITS) || !std::isfinite(value) || !std::isfinite(norm))
    throw Error::numeric(fmt::format("{} is not found: after {} iterations the gradient's norm is {:.3g}", name,
                                     minimum.iterations, norm));
  return minimum;
}

#else

Minimum minimise(const Objective& /*objective*/, const std::vector<double>& /*start*/, double /*tolerance*/,
                 int /*most*/, const std::string& name) {
  throw Error::input(
      fmt::format("{} takes PETSc's optimiser, which this program was built without (TESSERA_PETSC=OFF)", name));
}

#endif

}  // namespace tessera::math
