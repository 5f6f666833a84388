// Steps of ordinary differential equations for many independent particles at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/comm.hpp"
#include "data/table.hpp"

namespace tessera::learn::action {

enum class OdeMethod { euler, heun, rk4, dp5 };

struct StepControl {
  double relative = 1e-5, absolute = 1e-5;
  std::optional<double> first_step = {};  ///< absent: a hundredth of the interval
};

/// dy/dt = f(t, y), row by row.
class OdeIntegrator {
 public:
  using State = data::RowArray<double>;
  using Rate = std::function<void(double t, const State& y, std::int64_t count, const State& rate)>;

  OdeIntegrator(const Comm& comm, OdeMethod method, const StepControl& control)
      : comm_(comm), method_(method), control_(control) {}

  /// Collective. Rows [0, count) from t to t + dt, dt of either sign: in one step, or (dp5: J. R. Dormand and P. J.
  /// Prince, J. Comput. Appl. Math. 6, 19 (1980)) in as many as keep the largest error of any number of any row on any
  /// rank below absolute + relative |y|. Throws Error (numeric) if steps get too small.
  void advance(const Rate& rate, double t, double dt, const State& y, std::int64_t count);

  /// Of dp5: the step that would be tried next; part of the state.
  double next_step() const { return next_; }
  void set_next_step(double step) { next_ = step; }
  std::int64_t num_evaluations() const { return evaluations_; }

 private:
  void reserve(const State& y, std::int64_t count, std::size_t stages);
  void evaluate(const Rate& rate, double t, const State& y, std::int64_t count, std::size_t stage);
  /// trial = y + dt sum of weights times stages.
  void combine(const State& y, std::int64_t count, double dt, const std::vector<double>& weights, const State& result);
  void advance_adaptively(const Rate& rate, double t, double dt, const State& y, std::int64_t count);
  double largest_error(const State& y, std::int64_t count, double dt) const;

  Comm comm_;
  OdeMethod method_;
  StepControl control_;
  double next_ = 0.0;
  std::int64_t evaluations_ = 0;
  State trial_;
  std::vector<State> stages_;
};

}  // namespace tessera::learn::action
