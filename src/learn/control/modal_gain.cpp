#include "learn/control/modal_gain.hpp"

#include <cmath>
#include <cstddef>

namespace tessera::learn::control {

namespace {

using Modes = std::vector<std::complex<double>>;

double length(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum);
}

/// x'Px of a state with outputs of length 1. Of modes that are left out P knows their outputs alone.
double cost_from(const math::ModalSystem& system, const math::ModalRegulator& regulator, const Modes& z) {
  const auto outputs = static_cast<std::size_t>(system.num_outputs);
  double known = 0.0;
  for (std::size_t a = 0; a < outputs; ++a) {
    double output = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i)
      output += (system.values[i].imag() == 0.0 ? 1.0 : 2.0) * (system.outputs[outputs * i + a] * z[i]).real();
    known += output * output;
  }
  return math::modal_cost(system, regulator, z) - known + 1.0;
}

}  // namespace

ModalGain modal_gain(const sim::ModalModel& model) {
  const auto found = math::modal_regulator(model.system, model.r);
  ModalGain result;
  result.gain = model.in_state(found.gain);
  // Left is u'u - v'v with u = gain weight^1/2, v = own_gain own_weight^1/2: at most |u - v| (|u| + |v|).
  const double root = std::sqrt(found.weight), own_root = std::sqrt(found.own_weight);
  Modes difference(found.gain.size());
  for (std::size_t i = 0; i < difference.size(); ++i)
    difference[i] = root * found.gain[i] - own_root * found.own_gain[i];
  const double apart = length(model.in_state(difference)), length_of_u = root * length(result.gain);
  std::vector<double> costs;
  for (const auto& probe : model.probes) costs.push_back(cost_from(model.system, found, probe));
  result.design = {"regulator (from modes)", apart * (2.0 * length_of_u + apart) / (2.0 * length(costs)),
                   found.closed_loop_radius};
  for (double& value : result.gain) value = -value;
  return result;
}

}  // namespace tessera::learn::control
