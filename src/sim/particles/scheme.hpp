// Integrators of Langevin's equation as short lists of moves, with evaluations of the force between them.
#pragma once

#include "base/kokkos.hpp"
#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

/// x: position, v: velocity, f: force on a particle, n: a standard normal number for each coordinate.
enum class Move : int {
  turn,     ///< v <- a v + b f + c n: kicks, friction and noise
  drift,    ///< x <- x + a v
  shift,    ///< x <- x + b f + c n
  average,  ///< x <- x + b f + v + c n, v <- c n: v keeps the noise for the next step
  predict,  ///< v <- x + b/2 f + c n, x <- x + b f + c n: v keeps what the corrector begins with
  correct,  ///< x <- v + b/2 f
};

struct Part {
  Move move = Move::drift;
  double a = 1.0, b = 0.0, c = 0.0;
  int ahead = 0;  ///< the noise is that of so many steps later
  int noise = 0;  ///< which one of the step's noises
};

/// Parts between evaluations of the force; f is at first what the last step ended with.
struct Segment {
  static constexpr int max_parts = 4;
  int num_parts = 0;
  Part part[max_parts];
};

/// One step: segments, with an evaluation of the force between each two of them. After the last one the force at hand
/// is either that at the end of the step, or not needed by the next.
struct Steps {
  static constexpr int max_segments = 3;
  int num_segments = 0;
  Segment segment[max_segments];
  double force_time[max_segments - 1] = {};  ///< since the begin of the step
  bool has_velocity = false;                 ///< v is part of the state
  bool has_noise = false;                    ///< v is noise that the next step needs, too
  bool has_predictor = false;                ///< v is what a predictor keeps within a step

  /// Positions change after the last force.
  bool ends_with_motion() const;
  /// Something is kept beside positions and forces.
  KOKKOS_INLINE_FUNCTION bool has_more() const { return has_velocity || has_noise || has_predictor; }
};

/// Leimkuhler and Matthews, Molecular Dynamics (Springer 2015), chapter 7, for the splittings, their limit of large
/// friction (Appl. Math. Res. Express 2013, 34) and BBK (Brunger, Brooks, Karplus, Chem. Phys. Lett. 105, 495 (1984));
/// the noise of a BBK step is that of its second and of the next one's first half.
Steps make_steps(const LangevinParams& params);

}  // namespace tessera::sim::particles
