// What happens at the sides of the box that are not periodic.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/phase_grid.hpp"
#include "sim/boltzmann/transport/reconstruction.hpp"

namespace tessera::sim::boltzmann {

/// specular: as a mirror; diffuse: Maxwell's wall, of which a share `accommodation` re-emits with its own temperature
/// and velocity; inflow: a Maxwellian comes in; outflow: nothing changes across.
enum class SideKind { periodic, specular, diffuse, inflow, outflow };

struct SideParams {
  SideKind kind = SideKind::periodic;
  double temperature = 1.0;  ///< energy
  std::vector<double> velocity{0.0, 0.0, 0.0};
  std::vector<double> density{1.0};  ///< of inflow: of each species, or one for all
  double accommodation = 1.0;
};
void bind(deck::Binder& binder, SideParams& params);

/// Names and order of sides, everywhere: x_low, x_high, y_low...
inline constexpr std::array<const char*, 6> side_names{"x_low", "x_high", "y_low", "y_high", "z_low", "z_high"};
constexpr bool is_wall(SideKind kind) { return kind == SideKind::specular || kind == SideKind::diffuse; }

/// Values on the faces of diffuse walls, of what flies into the gas: (face cell, component). Face cells count along the
/// first direction beside the side's, then the second.
struct WallFaces {
  Array2<double> values[3][2];
  bool is_here[3][2] = {};  ///< this rank has cells there, and the side is a diffuse wall
};

/// Flux through one side along its axis, summed over all its faces and divided by their number.
struct SideFlux {
  double mass = 0.0, momentum[3] = {0.0, 0.0, 0.0}, energy = 0.0;
};

/// The sides of one species.
class Sides {
 public:
  /// Local. `sides`: six, in the order of side_names. Throws Error (input) if a side asks for what the grid cannot
  /// have.
  Sides(const PhaseGrid& phase, double mass, const data::Mesh& mesh, const std::vector<SideParams>& sides,
        std::size_t species, Reconstruction reconstruction);

  /// Local. Ghosts beyond all sides, once the exchange has filled the others, and the walls' faces. What comes from a
  /// diffuse wall is such that no mass passes, to rounding.
  void fill(const data::Field& field);
  const WallFaces& walls() const { return walls_; }
  /// Collective. Of a field just filled, along the side's axis: what the next step takes through it.
  SideFlux flux(const data::Field& field, int direction, int end) const;

 private:
  struct Side {
    SideParams params;
    Array1<double> incoming;      // of a Maxwellian: of density 1 for walls, whole for inflow
    double inverse_influx = 0.0;  // of that of density 1
    Array1<double> density;       // of what a wall emits, a face cell
  };
  void fill_side(const data::Field& field, int direction, int end);

  PhaseGrid phase_;
  double mass_;
  Reconstruction reconstruction_;
  Side sides_[3][2];
  WallFaces walls_;
};

}  // namespace tessera::sim::boltzmann
