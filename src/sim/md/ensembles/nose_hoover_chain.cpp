#include "sim/md/ensembles/nose_hoover_chain.hpp"

#include <cmath>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

/// Of fourth order: Suzuki, Phys. Lett. A 146, 319 (1990); Yoshida, Phys. Lett. A 150, 262 (1990).
std::vector<double> weights_of(int parts) {
  if (parts == 1) return {1.0};
  if (parts == 3) {
    const double w = 1.0 / (2.0 - std::cbrt(2.0));
    return {w, 1.0 - 2.0 * w, w};
  }
  const double w = 1.0 / (4.0 - std::cbrt(4.0));
  return {w, w, 1.0 - 4.0 * w, w, w};
}

}  // namespace

NoseHooverChain::NoseHooverChain(int length, double tau, int parts)
    : tau_(tau), weights_(weights_of(parts)), rate_(static_cast<std::size_t>(length), 0.0) {}

/// Masses follow the temperature so that the chain keeps its frequency; what kinetic energy it gains by that is taken
/// from the reservoir.
void NoseHooverChain::set_temperature(double kt) {
  if (kt == kt_) return;
  for (std::size_t k = 0; k < rate_.size(); ++k)
    reservoir_ -= 0.5 * (k == 0 ? freedom_ : 1.0) * (kt - kt_) * tau_ * tau_ * rate_[k] * rate_[k];
  kt_ = kt;
}

double NoseHooverChain::half_step(double twice_kinetic, double kt, double dt) {
  set_temperature(kt);
  double factor = 1.0;
  for (const double weight : weights_) factor *= part(twice_kinetic * factor * factor, 0.5 * weight * dt);
  return factor;
}

/// The next one in the chain slows down or speeds up this one, for a quarter of h.
double NoseHooverChain::damping(std::size_t k, double h) const {
  return k + 1 < rate_.size() ? std::exp(-0.25 * h * rate_[k + 1]) : 1.0;
}

double NoseHooverChain::part(double twice_kinetic, double h) {
  const double mass = kt_ * tau_ * tau_;
  const auto update = [&](std::size_t k) {
    const double force = k == 0 ? (twice_kinetic - freedom_ * kt_) / (freedom_ * mass)
                                : ((k == 1 ? freedom_ : 1.0) * mass * rate_[k - 1] * rate_[k - 1] - kt_) / mass;
    const double damped = damping(k, h);
    rate_[k] = damped * (damped * rate_[k] + 0.5 * h * force);
  };
  for (std::size_t k = rate_.size(); k-- > 0;) update(k);
  const double factor = std::exp(-h * rate_[0]);
  twice_kinetic *= factor * factor;
  for (std::size_t k = 0; k < rate_.size(); ++k) reservoir_ += (k == 0 ? freedom_ : 1.0) * kt_ * h * rate_[k];
  for (std::size_t k = 0; k < rate_.size(); ++k) update(k);
  return factor;
}

double NoseHooverChain::energy() const {
  double sum = reservoir_;
  for (std::size_t k = 0; k < rate_.size(); ++k)
    sum += 0.5 * (k == 0 ? freedom_ : 1.0) * kt_ * tau_ * tau_ * rate_[k] * rate_[k];
  return sum;
}

void NoseHooverChain::save(data::StateWriter& writer, const std::string& name) const {
  std::vector<double> state{kt_, reservoir_};
  state.insert(state.end(), rate_.begin(), rate_.end());
  writer.put(name, state);
}

void NoseHooverChain::restore(data::StateReader& reader, const std::string& name) {
  std::vector<double> state;
  reader.get(name, state);
  if (state.size() != rate_.size() + 2)
    throw Error::input("the checkpoint of this stage has a Nose-Hoover chain of another length");
  kt_ = state[0];
  reservoir_ = state[1];
  rate_.assign(state.begin() + 2, state.end());
}

}  // namespace tessera::sim::md
