#include "sim/boltzmann/disparate/lorentz_step.hpp"

#include <algorithm>
#include <cmath>

#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::sim::boltzmann::disparate {

LorentzStep::LorentzStep(const MixtureModel& model, const VelocityGrid& light, const VelocityGrid& heavy)
    : model_(model), light_(light), heavy_(heavy), mean_(light), map_(heavy) {
  next_.resize(static_cast<std::size_t>(light.size()));
  weight_.resize(static_cast<std::size_t>(std::max(light.size(), heavy.size())));
}

void LorentzStep::scatter(double rate, const double (&centre)[3], std::span<const double> f) {
  mean_.centre_at(centre);
  const int n = light_.points;
  std::size_t place = 0;
  for (int x = 0; x < n; ++x) {
    const double cx = light_.coordinate(0, x) - centre[0];
    for (int y = 0; y < n; ++y) {
      const double cy = light_.coordinate(1, y) - centre[1], square = cx * cx + cy * cy;
      for (int z = 0; z < n; ++z, ++place) {
        const double cz = light_.coordinate(2, z) - centre[2], all = square + cz * cz;
        const double fbar = mean_(std::sqrt(all));
        next_[place] = fbar + (f[place] - fbar) * std::exp(-rate * speed_power(all, model_.cross.gamma));
      }
    }
  }
}

void LorentzStep::advance(double duration, std::span<double> f, std::span<double> h) {
  const Invariants before = sum_invariants(light_, f), heavy_before = sum_invariants(heavy_, h);
  const Moments light = checked_moments(light_, f, "light"), heavy = checked_moments(heavy_, h, "heavy");
  const double eps = model_.eps;
  double shift[3] = {}, lost[3] = {}, centre[3] = {};
  double temperature = light.temperature;
  mean_.take(f);
  constexpr int num_passes = 3;
  for (int pass = 0; pass < num_passes; ++pass) {
    for (int d = 0; d < 3; ++d) centre[d] = eps * (heavy.velocity[d] + 0.5 * shift[d]);
    const double rate = duration * model_.fast_factor(temperature, heavy.temperature) * heavy.density *
                        model_.cross.momentum_transfer();
    scatter(rate, centre, f);
    const Moments now = checked_moments(light_, next_, "light");
    for (int d = 0; d < 3; ++d) {
      lost[d] = before.momentum[d] - now.density * now.velocity[d];
      shift[d] = eps * lost[d] / heavy.density;
    }
    temperature = 0.5 * (light.temperature + now.temperature);
  }
  // In the frame of the centre, energy is kept.
  const Moments now = checked_moments(light_, next_, "light");
  Invariants target{.number = before.number, .energy = before.energy};
  double work = 0.0;
  for (int d = 0; d < 3; ++d) {
    target.momentum[d] = before.momentum[d] - lost[d];
    work += 2.0 * eps * (heavy.velocity[d] + 0.5 * shift[d]) * lost[d];
  }
  target.energy -= work;
  const std::span<double> weight(weight_);
  fill_maxwellian(light_, now, weight.first(f.size()));
  correct_sums(light_, now, weight.first(f.size()), target, next_);
  std::copy(next_.begin(), next_.end(), f.begin());

  map_.translate(shift);
  map_.apply(h);
  Moments moved = heavy;
  target = {.number = heavy_before.number, .energy = heavy_before.energy + work};
  for (int d = 0; d < 3; ++d) {
    moved.velocity[d] += shift[d];
    target.momentum[d] = heavy_before.momentum[d] + eps * lost[d];
  }
  fill_maxwellian(heavy_, moved, weight.first(h.size()));
  correct_sums(heavy_, moved, weight.first(h.size()), target, h);
}

}  // namespace tessera::sim::boltzmann::disparate
