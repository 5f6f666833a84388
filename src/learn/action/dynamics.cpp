#include "learn/action/dynamics.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "deck/formula.hpp"

namespace tessera::learn::action {

void bind(deck::Binder& b, DynamicsParams& p) {
  b.tables("parameter", p.parameters, {"numbers that formulas may use"});
  b.formula("sigma", p.sigma, time_names(p),
            {"entropic: particles diffuse, dx = grad s dt + sigma(t) dW; left out: they do not", "length/time^(1/2)"});
  b.value("growth", p.growth, deck::non_negative,
          {"unbalanced: lambda of the rate lambda s at which particles multiply; 0: they do not"});
  b.value("cost_exponent", p.cost_exponent, {.low = 1.0, .high = 16.0, .open_low = true},
          {"p of the cost |v|^p/p of a velocity"});
}

deck::FormulaNames time_names(const DynamicsParams& p) {
  return {.variables = {"t"}, .parameters = deck::to_pairs(p.parameters), .definitions = {}};
}

Dynamics::Dynamics(const DynamicsParams& params, const Scales& scales)
    : params_(params),
      scales_(scales),
      sigma_scale_(std::sqrt(scales.duration) / scales.length),
      growth_(params.growth * scales.action(params.cost_exponent) * scales.duration),
      sigma_(deck::compile_formulas(time_names(params), {params.sigma.empty() ? "0" : params.sigma})) {}

double Dynamics::sigma(double own_time) const {
  const double t = scales_.time(own_time);
  double value = 0.0;
  sigma_(&t, &value);
  if (!(value >= 0.0) || !std::isfinite(value))
    throw Error::numeric(
        fmt::format("sigma = {} is {} at t = {:g}; expected a number that is not negative", params_.sigma, value, t));
  return sigma_scale_ * value;
}

}  // namespace tessera::learn::action
