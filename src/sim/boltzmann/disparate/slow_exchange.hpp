// The slow exchange of energy between light and heavy particles.
#pragma once

#include <span>
#include <vector>

#include "sim/boltzmann/disparate/model.hpp"
#include "sim/boltzmann/disparate/separable_map.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::sim::boltzmann::disparate {

/// dT_L/dt = -(2 n_H/n_L) k R2 (d D_M(T_L) - T_H al A_M(T_L)), with T_H from the energy of both; d and al say how the
/// moments D and A of f differ from those of a Maxwellian. f changes by the difference of two Maxwellians, h by the
/// propagator of Ornstein and Uhlenbeck with the friction int k R2 al A_M dt, whose noise follows from the balance of
/// energy. Order 2: d and al are those of the middle of the step.
class SlowExchange {
 public:
  SlowExchange(const MixtureModel& model, const VelocityGrid& light, const VelocityGrid& heavy, int order);

  /// Local. One cell; `duration` is the time step times EpochFactors::slow. Throws Error (numeric) if the heavy gas
  /// would have to be cooled by noise.
  void advance(double duration, std::span<double> f, std::span<double> h);

 private:
  struct Shape {
    double diffusion, friction;  ///< d, al
  };
  struct Change {
    double temperature, friction;  ///< T_L' and int k R2 al A_M
  };
  struct Gases {
    double light_density, heavy_density, light_temperature, thermal;  ///< thermal: (3/2)(n_L T_L + n_H T_H)
  };

  Shape shape_of(std::span<const double> f, const double (&centre)[3]) const;
  Change integrate(const Gases& gases, const Shape& shape, double duration) const;

  MixtureModel model_;
  VelocityGrid light_, heavy_;
  int order_;
  SeparableMap map_;
  std::vector<double> maxwellian_, other_, weight_;
};

}  // namespace tessera::sim::boltzmann::disparate
