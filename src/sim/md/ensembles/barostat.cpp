#include "sim/md/ensembles/barostat.hpp"

namespace tessera::sim::md {

data::Matrix3 cell_force(const Engine& engine, const PressureTarget& target, const Kinetic& kinetic,
                         const std::array<double, 6>& virial) {
  const double volume = engine.system().box.volume();
  const double shift = target.tail / volume - target.pressure * volume;
  double stress[6];
  for (std::size_t n = 0; n < 6; ++n) stress[n] = kinetic.tensor[n] + virial[n] + (n < 3 ? shift : 0.0);
  const double mean = (stress[0] + stress[1] + stress[2]) / 3.0;
  if (target.coupling == BoxCoupling::isotropic) return data::Matrix3::diagonal(mean, mean, mean);
  auto force = data::Matrix3::diagonal(stress[0], stress[1], stress[2]);
  if (target.coupling == BoxCoupling::anisotropic) return force;
  force.m[0][1] = force.m[1][0] = stress[3];
  force.m[0][2] = force.m[2][0] = stress[4];
  force.m[1][2] = force.m[2][1] = stress[5];
  return force;
}

}  // namespace tessera::sim::md
