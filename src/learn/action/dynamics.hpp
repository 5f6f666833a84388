// What particles do that an action moves: noise, growth and the cost of a velocity (K. Neklyudov and others, ICML
// 2023).
#pragma once

#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/formula_program.hpp"
#include "deck/named_number.hpp"
#include "learn/action/scales.hpp"

namespace tessera::learn::action {

/// dx = v dt + sigma(t) dW and d log w = growth s dt, with v = grad c*(grad s), c(v) = |v|^p/p: the time in the data's
/// units.
struct DynamicsParams {
  std::vector<deck::NamedNumber> parameters;  ///< of formulas
  std::string sigma;                          ///< formula of t; empty: no noise
  double growth = 0.0;                        ///< lambda
  double cost_exponent = 2.0;                 ///< p

  bool has_noise() const { return !sigma.empty(); }
  bool has_growth() const { return growth > 0.0; }
};
void bind(deck::Binder& binder, DynamicsParams& params);

/// What formulas of a time may speak of: t, and the deck's numbers.
deck::FormulaNames time_names(const DynamicsParams& params);

/// The same in a network's units.
class Dynamics {
 public:
  Dynamics(const DynamicsParams& params, const Scales& scales);

  const DynamicsParams& params() const { return params_; }
  bool has_noise() const { return params_.has_noise(); }
  bool has_growth() const { return params_.has_growth(); }
  /// At a time in [0, 1]. Throws Error (numeric) where the formula is negative or not finite.
  double sigma(double own_time) const;
  double growth() const { return growth_; }
  double cost_exponent() const { return params_.cost_exponent; }
  double conjugate_exponent() const { return params_.cost_exponent / (params_.cost_exponent - 1.0); }

 private:
  DynamicsParams params_;
  Scales scales_;
  double sigma_scale_, growth_;
  deck::Program sigma_;
};

}  // namespace tessera::learn::action
