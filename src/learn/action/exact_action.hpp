// How far a learned action is from one that is known.
#pragma once

#include <string>
#include <vector>

#include "learn/action/training.hpp"

namespace tessera::learn::action {

struct ExactParams {
  std::vector<std::string> definitions;  ///< "v = 1 + t": names that the formula uses
  std::string action;                    ///< formula
  std::int64_t samples = 20000;          ///< of the comparison
};
void bind(deck::Binder& binder, ExactParams& params);

/// A formula of the coordinates (x, y, z, or x1, x2...) and t for s*(t, x), in the data's units.
deck::FormulaNames action_names(const DynamicsParams& params, int dimensions);

struct ActionGap {
  /// int w E_t[|grad s - grad s*|^2 + lambda (s - s*)^2] dt/2 and int w E_t[|grad s*|^2 + lambda s*^2] dt/2: the loss
  /// is gap - action, so that `gap` is what is left to learn.
  double gap = 0.0, action = 0.0;
  double relative() const { return gap / action; }
};

/// Evaluates with samples that training has not seen; of the cost |v|^2/2.
class ExactAction {
 public:
  /// Throws Error (input) if the formula is none.
  ExactAction(const Comm& comm, const ExactParams& params, const Training& training);
  /// Collective. The same on any number of ranks.
  ActionGap compare(const Training& training);

 private:
  Comm comm_;
  deck::Program program_;  // s*, then its gradient
  Field field_;
  std::int64_t samples_;
};

}  // namespace tessera::learn::action
