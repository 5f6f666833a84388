#include "sim/pair_coulomb.hpp"

#include <cmath>
#include <numbers>

namespace tessera::sim {

namespace {

constexpr double inverse_root_pi = std::numbers::inv_sqrtpi;

/// sum_m (-z^2)^m / (m! (2m + first)): erf near zero, where its formula loses digits.
double near_zero(double z2, int first) {
  double power = 1.0, sum = 0.0;
  for (int m = 0; m < 40; ++m) {
    sum += power / (2 * m + first);
    power *= -z2 / (m + 1);
  }
  return sum;
}

/// erf(z)/z
double erf_over(double z2) {
  if (z2 < 1.0) return 2.0 * inverse_root_pi * near_zero(z2, 1);
  const double z = std::sqrt(z2);
  return std::erf(z) / z;
}

/// -(d/dz erf(z)/z)/z
double erf_slope_over(double z2) {
  if (z2 < 1.0) return 4.0 * inverse_root_pi * near_zero(z2, 3);
  const double z = std::sqrt(z2);
  return (std::erf(z) / z - 2.0 * inverse_root_pi * std::exp(-z2)) / z2;
}

struct AtCutoff {
  double energy, slope;  ///< erfc(alpha r)/r and minus its derivative
};
AtCutoff at_cutoff(const CoulombParams& p) {
  const double z = p.alpha * p.cutoff, screened = std::erfc(z) / p.cutoff;
  return {screened, screened / p.cutoff + 2.0 * p.alpha * inverse_root_pi * std::exp(-z * z) / p.cutoff};
}

bool shifts_force(const CoulombParams& p) {
  return p.truncation == Truncation::force || p.truncation == Truncation::smooth;
}

}  // namespace

PairCharges make_pair_charges(const CoulombParams& p) {
  PairCharges result{};
  const double a = p.alpha, limit = p.cutoff * p.cutoff;
  if (a > 0.0) {
    result.force =
        fit_radial_series([a](double r2) { return a * a * a * erf_slope_over(a * a * r2); }, limit, p.tolerance);
    result.energy = fit_radial_series([a](double r2) { return a * erf_over(a * a * r2); }, limit, p.tolerance);
  }
  const AtCutoff end = at_cutoff(p);
  result.cutoff = p.cutoff;
  result.cutoff2 = limit;
  result.shift = p.truncation == Truncation::none ? 0.0 : end.energy;
  result.slope = shifts_force(p) ? end.slope : 0.0;
  result.smoothing2 = p.truncation == Truncation::smooth ? p.smoothing * p.smoothing : -1.0;
  return result;
}

double self_energy(const CoulombParams& p) {
  const AtCutoff end = at_cutoff(p);
  const double shift = p.truncation == Truncation::none ? 0.0 : end.energy;
  const double slope = shifts_force(p) ? end.slope : 0.0;
  return -(p.alpha * inverse_root_pi + 0.5 * (shift + slope * p.cutoff));
}

void spread_charges(data::Particles& particles, const data::Neighbourhood& near, double strength) {
  if (!particles.has_column("pair_charge")) particles.add<double>("pair_charge", 1, data::Column::halo);
  const auto own = particles.get<double>("charge"), scaled = particles.get<double>("pair_charge");
  const double factor = std::sqrt(strength);
  Kokkos::parallel_for(
      "sim/spread_charges", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i) { scaled(i, 0) = factor * own(i, 0); });
  near.halo().forward(scaled);
}

ExactSum charge_self_energy(const data::Particles& particles, const CoulombParams& params) {
  const auto charge = particles.get<double>("pair_charge");
  const double factor = self_energy(params);
  ExactSum total;
  Kokkos::parallel_reduce(
      "sim/charge_self_energy", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSum& sum) { sum.add(factor * charge(i, 0) * charge(i, 0)); },
      Kokkos::Sum<ExactSum>(total));
  return total;
}

}  // namespace tessera::sim
