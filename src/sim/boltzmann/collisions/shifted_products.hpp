// Internal to collision operators: f(v + s_f r e) h(v - s_h r e) on the grid, for radii r and directions e.
#pragma once

#include <vector>

#include "math/direction_rule.hpp"
#include "sim/boltzmann/collisions/spectrum.hpp"

namespace tessera::sim::boltzmann {

/// f and h are shifted as sums of waves. Both being real, one complex transform serves both: it is that of
/// F_k exp(i t) + i H_k exp(-i t'), t = s_f r pi k.e / L. Where f = h and s_f = s_h that is (1 + i) F_k (cos t + sin
/// t), whose factor 1 + i is left out: with p + i q the transform of the rest the product is p^2 - q^2.
class ShiftedProducts {
 public:
  ShiftedProducts(const Spectrum& spectrum, double share_f, double share_h, bool is_same,
                  const std::vector<double>& radii, const std::vector<std::array<double, 3>>& directions);

  /// scratch.product = weight times the product, or increased by that. `h` is not read if f = h.
  void set(std::size_t radius, std::size_t direction, double weight, const Modes& f, const Modes& h,
           Scratch& scratch) const {
    work<false>(radius, direction, weight, f, h, scratch);
  }
  void add(std::size_t radius, std::size_t direction, double weight, const Modes& f, const Modes& h,
           Scratch& scratch) const {
    work<true>(radius, direction, weight, f, h, scratch);
  }

 private:
  /// Phases along each direction, [direction][place], cosines and sines.
  struct Phases {
    const double* cosine;
    const double* sine;
  };
  Phases phases(std::size_t which, std::size_t radius, std::size_t direction) const;
  template <bool adds>
  void work(std::size_t radius, std::size_t direction, double weight, const Modes& f, const Modes& h,
            Scratch& scratch) const;

  const Spectrum& spectrum_;
  bool is_same_;
  std::size_t num_directions_;
  std::vector<double> table_[2];  ///< of f, of h
};

}  // namespace tessera::sim::boltzmann
