#include "sim/boltzmann/relaxation/models.hpp"

#include <limits>

namespace tessera::sim::boltzmann {

namespace {

/// Inverse of a symmetric tensor xx, yy, zz, xy, xz, yz, of which `dimensions` directions exist.
KOKKOS_INLINE_FUNCTION void invert(const double (&t)[6], int dimensions, double (&inverse)[6]) {
  for (double& value : inverse) value = 0.0;
  if (dimensions == 1) {
    inverse[0] = 1.0 / t[0];
  } else if (dimensions == 2) {
    const double scale = 1.0 / (t[0] * t[1] - t[3] * t[3]);
    inverse[0] = t[1] * scale;
    inverse[1] = t[0] * scale;
    inverse[3] = -t[3] * scale;
  } else {
    const double xx = t[1] * t[2] - t[5] * t[5], xy = t[4] * t[5] - t[3] * t[2], xz = t[3] * t[5] - t[1] * t[4];
    const double scale = 1.0 / (t[0] * xx + t[3] * xy + t[4] * xz);
    inverse[0] = xx * scale;
    inverse[1] = (t[0] * t[2] - t[4] * t[4]) * scale;
    inverse[2] = (t[0] * t[1] - t[3] * t[3]) * scale;
    inverse[3] = xy * scale;
    inverse[4] = xz * scale;
    inverse[5] = (t[3] * t[4] - t[0] * t[5]) * scale;
  }
}

/// Of the ellipsoidal model at the end of the stage: (1/Pr) T I + (1 - 1/Pr) Theta, with the stress Theta n relaxed.
KOKKOS_INLINE_FUNCTION void ellipsoid(const CellState& s, double step_rate, double prandtl, int dimensions,
                                      double (&lambda)[6]) {
  const double along = step_rate / prandtl;
  for (int p = 0; p < 6; ++p) {
    const double isotropic = p < dimensions ? s.temperature : 0.0;
    const double theta = (s.stress[p] / s.density + along * isotropic) / (1.0 + along);
    lambda[p] = isotropic / prandtl + (1.0 - 1.0 / prandtl) * theta;
  }
}

struct Preparation {
  PhaseGrid phase;
  SingleModel model;
  CellSums sums;
  TargetState state;
  Array1<double> rate;
  double step;
};

template <int Count>
KOKKOS_INLINE_FUNCTION bool prepare_cell(const Preparation& p, int dimensions, bool is_reduced, int cell) {
  double raw[Count];
  for (int k = 0; k < Count; ++k) raw[k] = p.sums(cell, k);
  const double none[3] = {};
  const CellState s = cell_state(raw, p.model.mass, dimensions, none);
  if (!(s.density > 0.0 && s.temperature > 0.0)) return false;
  const double pressure = s.density * s.temperature;
  double rate = pressure / (p.model.viscosity.reference * kmath::pow(s.temperature, p.model.viscosity.exponent));
  if (p.model.model == Model::es_bgk) rate *= p.model.prandtl;
  p.rate(cell) = rate;
  p.state(cell, target_density) = s.density;
  for (int d = 0; d < 3; ++d) p.state(cell, target_velocity + d) = s.velocity[d];
  p.state(cell, target_temperature) = s.temperature;
  double lambda[6] = {s.temperature, s.temperature, s.temperature, 0.0, 0.0, 0.0};
  if constexpr (Count >= num_with_stress)
    if (p.model.model == Model::es_bgk) ellipsoid(s, p.step * rate, p.model.prandtl, dimensions, lambda);
  if (is_reduced) {
    const double slope = lambda[3] / lambda[0];
    p.state(cell, target_temperature) = lambda[0];
    p.state(cell, target_slope) = slope;
    p.state(cell, target_spread) = (3.0 * s.temperature - lambda[0] - lambda[3] * slope) / p.model.mass;
    return lambda[0] > 0.0;
  }
  if constexpr (Count >= num_with_stress) {
    double inverse[6];
    invert(lambda, dimensions, inverse);
    for (int k = 0; k < 6; ++k) p.state(cell, target_precision + k) = p.model.mass * inverse[k];
    p.state(cell, target_inverse_width) = p.model.mass / s.temperature;
    for (int d = 0; d < 3; ++d) p.state(cell, target_heat + d) = 0.0;
    if constexpr (Count >= num_with_heat)
      if (p.model.model == Model::shakhov) {
        const double scale = (1.0 - p.model.prandtl) / (1.0 + p.step * rate * p.model.prandtl) * p.model.mass /
                             ((dimensions + 2.0) * pressure * s.temperature);
        for (int d = 0; d < dimensions; ++d) p.state(cell, target_heat + d) = scale * s.heat[d];
      }
  }
  return true;
}

template <int Count>
int prepare(const Preparation& preparation, int cells) {
  const int dimensions = preparation.phase.dimensions();
  const bool is_reduced = preparation.phase.is_reduced();
  int first_bad = std::numeric_limits<int>::max();
  Kokkos::parallel_reduce(
      "boltzmann/target", Range(0, cells),
      KOKKOS_LAMBDA(int cell, int& lowest) {
        if (!prepare_cell<Count>(preparation, dimensions, is_reduced, cell) && cell < lowest) lowest = cell;
      },
      Kokkos::Min<int>(first_bad));
  return first_bad;
}

}  // namespace

int sums_needed(Model model) {
  return model == Model::es_bgk ? num_with_stress : model == Model::shakhov ? num_with_heat : num_conserved;
}

int prepare_target(const PhaseGrid& phase, const SingleModel& model, int cells, const CellSums& sums, double step,
                   const TargetState& state, const Array1<double>& rate) {
  const Preparation preparation{phase, model, sums, state, rate, step};
  switch (sums_needed(model.model)) {
    case num_with_stress:
      return prepare<num_with_stress>(preparation, cells);
    case num_with_heat:
      return prepare<num_with_heat>(preparation, cells);
    default:
      return prepare<num_conserved>(preparation, cells);
  }
}

}  // namespace tessera::sim::boltzmann
