#include "sim/boltzmann/disparate/member.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "sim/boltzmann/disparate/sizes.hpp"
#include "sim/boltzmann/disparate/start.hpp"
#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

/// <c_x^2>, and <c^4>/(15 T^2): 1 for a Maxwellian.
struct ShapeMoments {
  double along_x = 0.0, fourth = 0.0;
};

ShapeMoments shape_moments(const VelocityGrid& grid, const Moments& m, const std::vector<double>& f) {
  double along = 0.0, fourth = 0.0;
  for (int n = 0; n < grid.size(); ++n) {
    double v[3], square = 0.0;
    grid.velocity(n, v);
    for (int d = 0; d < 3; ++d) square += (v[d] - m.velocity[d]) * (v[d] - m.velocity[d]);
    along += (v[0] - m.velocity[0]) * (v[0] - m.velocity[0]) * f[to_size(n)];
    fourth += square * square * f[to_size(n)];
  }
  const double scale = grid.cell_volume() / m.density;
  return {along * scale, fourth * scale / (15.0 * m.temperature * m.temperature)};
}

double relative(double now, double before) { return std::abs(now - before) / std::abs(before); }

}  // namespace

Member::Member(const MixtureParams& params, double eps, CollisionOperator& light, CollisionOperator& heavy)
    : params_(params),
      eps_(eps),
      light_grid_(light.grid()),
      heavy_grid_(heavy.grid()),
      scheme_(params.model(eps), {params.epoch, params.order, params.shifts_equilibrium}, light, heavy),
      dt_(params.dt) {
  if (params.reference != ReferenceKind::none) reference_.emplace(params, params.model(eps));
}

void Member::start() {
  f_ = start_distribution(params_.light);
  h_ = start_distribution(params_.heavy);
  start_ = totals();
  compare();
}

Totals Member::totals() const {
  const Invariants light = sum_invariants(light_grid_, f_), heavy = sum_invariants(heavy_grid_, h_);
  Totals sums{light.number, heavy.number, {}, 0.5 * (light.energy + heavy.energy)};
  for (int d = 0; d < 3; ++d) sums.momentum[d] = light.momentum[d] + heavy.momentum[d] / eps_;
  return sums;
}

bool Member::is_done() const {
  return params_.until && time_ * epoch_factors(eps_, params_.epoch).slow >= *params_.until;
}

void Member::step() {
  if (is_done()) return;
  const double slow = epoch_factors(eps_, params_.epoch).slow;
  double dt = dt_;
  if (params_.longest) dt = std::min(dt, *params_.longest / slow);
  // A step that would leave next to nothing goes to the end.
  const bool is_last = params_.until && time_ + 1.000001 * dt >= *params_.until / slow;
  if (is_last) dt = *params_.until / slow - time_;
  scheme_.advance(dt, f_, h_);
  time_ = is_last ? *params_.until / slow * (1.0 + 1e-15) : time_ + dt;
  dt_ = dt * params_.growth;
  compare();
}

void Member::compare() {
  if (!reference_) return;
  reference_temperature_ = reference_->light_temperature(time_ * epoch_factors(eps_, params_.epoch).light);
  const double now = checked_moments(light_grid_, f_, "light").temperature;
  largest_error_ = std::max(largest_error_, std::abs(now - reference_temperature_));
}

std::vector<std::pair<const char*, const char*>> Member::columns(const MixtureParams& params) {
  std::vector<std::pair<const char*, const char*>> names{{"time", "time"},
                                                         {"light_temperature", "energy"},
                                                         {"heavy_temperature", "energy"},
                                                         {"light_T_xx", "energy"},
                                                         {"heavy_T_xx", "energy"},
                                                         {"light_u_x", "velocity"},
                                                         {"light_u_y", "velocity"},
                                                         {"light_u_z", "velocity"},
                                                         {"heavy_u_x", "velocity"},
                                                         {"heavy_u_y", "velocity"},
                                                         {"heavy_u_z", "velocity"},
                                                         {"light_fourth_moment", ""},
                                                         {"heavy_fourth_moment", ""},
                                                         {"mass_error", ""},
                                                         {"momentum_error", ""},
                                                         {"energy_error", ""}};
  if (params.reference != ReferenceKind::none) names.emplace_back("reference_light_temperature", "energy");
  return names;
}

std::vector<double> Member::values() const {
  const Moments light = checked_moments(light_grid_, f_, "light"), heavy = checked_moments(heavy_grid_, h_, "heavy");
  const ShapeMoments a = shape_moments(light_grid_, light, f_), b = shape_moments(heavy_grid_, heavy, h_);
  std::vector<double> values{time_, light.temperature, heavy.temperature, a.along_x, b.along_x};
  values.insert(values.end(), light.velocity, light.velocity + 3);
  values.insert(values.end(), heavy.velocity, heavy.velocity + 3);
  values.push_back(a.fourth);
  values.push_back(b.fourth);
  const Totals now = totals();
  values.push_back(std::max(relative(now.light, start_.light), relative(now.heavy, start_.heavy)));
  // Relative to what thermal motion could carry, as the momentum itself may be 0.
  const double scale =
      light.density * std::sqrt(light.temperature) + heavy.density * std::sqrt(heavy.temperature) / eps_;
  double momentum = 0.0;
  for (int d = 0; d < 3; ++d) momentum = std::max(momentum, std::abs(now.momentum[d] - start_.momentum[d]) / scale);
  values.push_back(momentum);
  values.push_back(relative(now.energy, start_.energy));
  if (reference_) values.push_back(reference_temperature_);
  return values;
}

std::vector<double> Member::save() const {
  std::vector<double> rest{time_,
                           dt_,
                           start_.light,
                           start_.heavy,
                           start_.momentum[0],
                           start_.momentum[1],
                           start_.momentum[2],
                           start_.energy,
                           reference_temperature_,
                           largest_error_,
                           static_cast<double>(num_evaluations())};
  if (reference_) {
    const std::vector<double> more = reference_->save();
    rest.insert(rest.end(), more.begin(), more.end());
  }
  return rest;
}

void Member::restore(std::vector<double> f, std::vector<double> h, const std::vector<double>& rest) {
  f_ = std::move(f);
  h_ = std::move(h);
  time_ = rest[0];
  dt_ = rest[1];
  start_ = {rest[2], rest[3], {rest[4], rest[5], rest[6]}, rest[7]};
  reference_temperature_ = rest[8];
  largest_error_ = rest[9];
  evaluations_before_ = static_cast<std::int64_t>(rest[10]);
  if (reference_) reference_->restore({rest.begin() + 11, rest.end()});
}

}  // namespace tessera::sim::boltzmann::disparate
