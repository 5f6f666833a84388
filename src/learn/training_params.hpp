// What decks say about how parameters are learned, whatever they are parameters of: the optimiser, its learning rate,
// and averages of weights.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "deck/binder.hpp"
#include "diff/optimiser.hpp"
#include "diff/schedule.hpp"

namespace tessera::learn {

enum class OptimiserKind { adam, adamw, sgd };

struct OptimiserParams {
  OptimiserKind kind = OptimiserKind::adam;
  double learning_rate = 1e-3;
  diff::Decay decay = diff::Decay::constant;
  std::int64_t warm_up = 0;
  double last_fraction = 0.0;
  double beta1 = 0.9, beta2 = 0.999;  // of adam and adamw
  bool amsgrad = false;
  double momentum = 0.9;  // of sgd
  bool nesterov = false;
  double weight_decay = 0.0;
  std::optional<double> clip_norm = {}, clip_value = {};
  double average = 0.999;  ///< decay of the running mean of weights; 0: the last weights are the result
};
void bind(deck::Binder& binder, OptimiserParams& params);

/// For so many parameters.
std::unique_ptr<diff::Optimiser> make_optimiser(std::int64_t size, const OptimiserParams& params);

/// Of a training of so many steps.
diff::Schedule make_schedule(const OptimiserParams& params, std::int64_t steps);

}  // namespace tessera::learn
