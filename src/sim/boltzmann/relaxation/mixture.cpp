// Exchange between species as of Maxwell molecules: with the momentum-transfer rates nu_ij per density,
//   R_ij = -n_i n_j m_r nu_ij (u_i - u_j),
//   E_ij = n_i n_j (m_r/M) nu_ij [ -d (T_i - T_j) - (m_i u_i + m_j u_j).(u_i - u_j) ],   M = m_i + m_j, m_r = m_i
//   m_j/M.
// Each species relaxes to one Maxwellian whose momentum and energy make up for all of that; the moments at the end of
// an implicit stage come from two small linear systems.
#include <limits>

#include "sim/boltzmann/relaxation/models.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Gauss without pivots: the matrices are diagonally dominant by columns.
KOKKOS_INLINE_FUNCTION void solve(int n, double (&a)[max_species][max_species], double (&b)[max_species]) {
  for (int i = 0; i < n; ++i)
    for (int k = i + 1; k < n; ++k) {
      const double factor = a[k][i] / a[i][i];
      for (int j = i; j < n; ++j) a[k][j] -= factor * a[i][j];
      b[k] -= factor * b[i];
    }
  for (int i = n - 1; i >= 0; --i) {
    for (int j = i + 1; j < n; ++j) b[i] -= a[i][j] * b[j];
    b[i] /= a[i][i];
  }
}

struct SpeciesArrays {
  CellSums sums;
  TargetState state;
  Array1<double> rate;
  double centre[3];
};

struct CellMixture {
  double n[max_species], u[max_species][3], t[max_species];
};

/// Moments before the stage; false if there is something unphysical.
KOKKOS_INLINE_FUNCTION bool read_cell(const MixtureModel& model, const Kokkos::Array<SpeciesArrays, max_species>& all,
                                      int dimensions, int cell, CellMixture& m) {
  bool is_sound = true;
  for (int i = 0; i < model.species; ++i) {
    double raw[num_conserved];
    for (int k = 0; k < num_conserved; ++k) raw[k] = all[i].sums(cell, k);
    const CellState s = cell_state(raw, model.mass[i], dimensions, all[i].centre);
    is_sound = is_sound && s.density > 0.0 && s.temperature > 0.0;
    m.n[i] = s.density;
    for (int d = 0; d < 3; ++d) m.u[i][d] = s.velocity[d];
    m.t[i] = s.temperature;
  }
  return is_sound;
}

/// What all exchange with all, at these moments: momentum and energy a time.
KOKKOS_INLINE_FUNCTION void exchanged(const MixtureModel& model, const double (&nu)[max_species][max_species],
                                      const CellMixture& m, int dimensions, double (&momentum)[max_species][3],
                                      double (&energy)[max_species]) {
  for (int i = 0; i < model.species; ++i) {
    energy[i] = 0.0;
    for (int d = 0; d < 3; ++d) momentum[i][d] = 0.0;
    for (int j = 0; j < model.species; ++j) {
      if (i == j) continue;
      const double total = model.mass[i] + model.mass[j], reduced = model.mass[i] * model.mass[j] / total;
      const double strength = m.n[i] * m.n[j] * reduced * nu[i][j];
      double work = 0.0;
      for (int d = 0; d < 3; ++d) {
        const double difference = m.u[i][d] - m.u[j][d];
        momentum[i][d] -= strength * difference;
        work += (model.mass[i] * m.u[i][d] + model.mass[j] * m.u[j][d]) * difference;
      }
      energy[i] += strength / total * (-dimensions * (m.t[i] - m.t[j]) - work);
    }
  }
}

/// Velocities, then temperatures, at the end of an implicit stage.
KOKKOS_INLINE_FUNCTION void advance(const MixtureModel& model, const double (&nu)[max_species][max_species],
                                    int dimensions, double step, CellMixture& m) {
  const int n = model.species;
  double before[max_species];  // thermal and kinetic energies
  for (int i = 0; i < n; ++i) {
    double square = 0.0;
    for (int d = 0; d < 3; ++d) square += m.u[i][d] * m.u[i][d];
    before[i] = 0.5 * m.n[i] * (dimensions * m.t[i] + model.mass[i] * square);
  }
  for (int d = 0; d < 3; ++d) {
    double a[max_species][max_species] = {}, b[max_species] = {};
    for (int i = 0; i < n; ++i) {
      a[i][i] += model.mass[i] * m.n[i];
      b[i] = model.mass[i] * m.n[i] * m.u[i][d];
      for (int j = 0; j < n; ++j) {
        if (i == j) continue;
        const double reduced = model.mass[i] * model.mass[j] / (model.mass[i] + model.mass[j]);
        const double strength = step * m.n[i] * m.n[j] * reduced * nu[i][j];
        a[i][i] += strength;
        a[i][j] -= strength;
      }
    }
    solve(n, a, b);
    for (int i = 0; i < n; ++i) m.u[i][d] = b[i];
  }
  double a[max_species][max_species] = {}, b[max_species] = {};
  CellMixture cold = m;
  for (int i = 0; i < n; ++i) cold.t[i] = 0.0;
  double momentum[max_species][3], energy[max_species];
  exchanged(model, nu, cold, dimensions, momentum, energy);  // the part of the velocities
  for (int i = 0; i < n; ++i) {
    double square = 0.0;
    for (int d = 0; d < 3; ++d) square += m.u[i][d] * m.u[i][d];
    b[i] = before[i] - 0.5 * m.n[i] * model.mass[i] * square + step * energy[i];
    a[i][i] += 0.5 * dimensions * m.n[i];
    for (int j = 0; j < n; ++j) {
      if (i == j) continue;
      const double total = model.mass[i] + model.mass[j], reduced = model.mass[i] * model.mass[j] / total;
      const double strength = step * dimensions * m.n[i] * m.n[j] * reduced / total * nu[i][j];
      a[i][i] += strength;
      a[i][j] -= strength;
    }
  }
  solve(n, a, b);
  for (int i = 0; i < n; ++i) m.t[i] = b[i];
}

KOKKOS_INLINE_FUNCTION bool prepare_cell(const MixtureModel& model,
                                         const Kokkos::Array<SpeciesArrays, max_species>& all, int dimensions,
                                         double step, int cell) {
  CellMixture m;
  if (!read_cell(model, all, dimensions, cell, m)) return false;
  // Rates at the temperature of all, which a stage does not change but by what velocities lose.
  double pressure = 0.0, density = 0.0;
  for (int i = 0; i < model.species; ++i) {
    pressure += m.n[i] * m.t[i];
    density += m.n[i];
  }
  double nu[max_species][max_species] = {};
  for (int i = 0; i < model.species; ++i)
    for (int j = 0; j < model.species; ++j)
      nu[i][j] = model.rate[i][j] * kmath::pow(pressure / density, model.exponent[i][j]);
  advance(model, nu, dimensions, step, m);
  double momentum[max_species][3], energy[max_species];
  exchanged(model, nu, m, dimensions, momentum, energy);
  bool is_sound = true;
  for (int i = 0; i < model.species; ++i) {
    double rate = 0.0;
    for (int j = 0; j < model.species; ++j) rate += m.n[j] * nu[i][j];
    const double inverse = 1.0 / (rate * m.n[i]);
    double square = 0.0, target_square = 0.0;
    for (int d = 0; d < 3; ++d) {
      const double u = m.u[i][d] + inverse * momentum[i][d] / model.mass[i];
      square += m.u[i][d] * m.u[i][d];
      target_square += u * u;
      all[i].state(cell, target_velocity + d) = u - all[i].centre[d];
    }
    const double t = m.t[i] + (model.mass[i] * (square - target_square) + 2.0 * inverse * energy[i]) / dimensions;
    all[i].state(cell, target_density) = m.n[i];
    all[i].state(cell, target_temperature) = t;
    all[i].rate(cell) = rate;
    is_sound = is_sound && t > 0.0;
  }
  return is_sound;
}

}  // namespace

int prepare_mixture(const std::vector<const PhaseGrid*>& phases, const MixtureModel& model, int cells,
                    const std::vector<CellSums>& sums, double step, const std::vector<TargetState>& states,
                    const std::vector<Array1<double>>& rates) {
  Kokkos::Array<SpeciesArrays, max_species> all;
  for (int i = 0; i < model.species; ++i) {
    const auto s = static_cast<std::size_t>(i);
    const auto& centre = phases[s]->grid().centre;
    all[s] = {sums[s], states[s], rates[s], {centre[0], centre[1], centre[2]}};
  }
  const int dimensions = phases[0]->dimensions();
  int first_bad = std::numeric_limits<int>::max();
  Kokkos::parallel_reduce(
      "boltzmann/mixture", Range(0, cells),
      KOKKOS_LAMBDA(int cell, int& lowest) {
        if (!prepare_cell(model, all, dimensions, step, cell) && cell < lowest) lowest = cell;
      },
      Kokkos::Min<int>(first_bad));
  return first_bad;
}

}  // namespace tessera::sim::boltzmann
