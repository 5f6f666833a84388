#include "math/line_search.hpp"

#include <fmt/format.h>

#include <exception>

#include "base/error.hpp"

#ifdef TESSERA_HAVE_PETSC
#include <petsctao.h>
#endif

namespace tessera::math {

#ifdef TESSERA_HAVE_PETSC

namespace {

/// What the search calls; exceptions do not pass through it. A step that was clipped is asked for more than once.
struct LineCallback {
  const std::function<LinePoint(double)>& function;
  double step = 0.0;
  LinePoint point;
  std::exception_ptr thrown;
};

PetscErrorCode evaluate_line(TaoLineSearch /*search*/, Vec x, PetscReal* value, Vec gradient, void* context) {
  auto& callback = *static_cast<LineCallback*>(context);
  const PetscScalar* from = nullptr;
  PetscCall(VecGetArrayRead(x, &from));
  const double step = from[0];
  PetscCall(VecRestoreArrayRead(x, &from));
  if (step != callback.step) {
    try {
      callback.point = callback.function(step);
    } catch (...) {
      callback.thrown = std::current_exception();
      return PETSC_ERR_USER;
    }
    callback.step = step;
  }
  *value = callback.point.value;
  PetscCall(VecSet(gradient, callback.point.slope));
  return 0;
}

void check_search(PetscErrorCode code, const std::string& name) {
  if (code != 0)
    throw Error::internal(fmt::format("{}: the line search of PETSc ends with error {}", name, static_cast<int>(code)));
}

struct LineHandles {
  TaoLineSearch search = nullptr;
  Vec x = nullptr, gradient = nullptr, direction = nullptr, lower = nullptr, upper = nullptr;
  LineHandles() = default;
  LineHandles(const LineHandles&) = delete;
  LineHandles& operator=(const LineHandles&) = delete;
  ~LineHandles() {
    TaoLineSearchDestroy(&search);
    for (Vec* vector : {&x, &gradient, &direction, &lower, &upper}) VecDestroy(vector);
  }
};

}  // namespace

bool can_search_lines() { return true; }

LineMinimum search_line(const std::function<LinePoint(double)>& function, const LinePoint& start, double first,
                        double longest, const std::string& name) {
  LineCallback callback{function, 0.0, start, nullptr};
  LineHandles handles;
  for (const auto& [vector, value] :
       {std::pair{&handles.x, 0.0}, std::pair{&handles.gradient, start.slope}, std::pair{&handles.direction, 1.0},
        std::pair{&handles.lower, -longest}, std::pair{&handles.upper, longest}}) {
    check_search(VecCreateSeq(PETSC_COMM_SELF, 1, vector), name);
    check_search(VecSet(*vector, value), name);
  }
  auto& search = handles.search;
  check_search(TaoLineSearchCreate(PETSC_COMM_SELF, &search), name);
  check_search(TaoLineSearchSetType(search, TAOLINESEARCHMT), name);
  check_search(TaoLineSearchSetObjectiveAndGradientRoutine(search, evaluate_line, &callback), name);
  check_search(TaoLineSearchSetVariableBounds(search, handles.lower, handles.upper), name);
  check_search(TaoLineSearchSetInitialStepLength(search, first), name);
  PetscReal value = start.value, length = 0.0;
  TaoLineSearchConvergedReason reason = TAOLINESEARCH_CONTINUE_ITERATING;
  const PetscErrorCode code =
      TaoLineSearchApply(search, handles.x, &value, handles.gradient, handles.direction, &length, &reason);
  if (callback.thrown) std::rethrow_exception(callback.thrown);
  check_search(code, name);

  LineMinimum minimum;
  const PetscScalar* x = nullptr;
  check_search(VecGetArrayRead(handles.x, &x), name);
  minimum.step = x[0];
  check_search(VecRestoreArrayRead(handles.x, &x), name);
  const PetscScalar* slope = nullptr;
  check_search(VecGetArrayRead(handles.gradient, &slope), name);
  minimum.point = {value, slope[0]};
  check_search(VecRestoreArrayRead(handles.gradient, &slope), name);
  minimum.is_found = minimum.step > 0.0 && (reason == TAOLINESEARCH_SUCCESS || value < start.value);
  if (!minimum.is_found) return {0.0, start, false};
  return minimum;
}

#else

bool can_search_lines() { return false; }

LineMinimum search_line(const std::function<LinePoint(double)>& /*function*/, const LinePoint& /*start*/,
                        double /*first*/, double /*longest*/, const std::string& name) {
  throw Error::input(
      fmt::format("{} takes PETSc's line search, which this program was built without (TESSERA_PETSC=OFF)", name));
}

#endif

}  // namespace tessera::math
