// A linear kinetic equation in the diffusive scaling on a line, by a micro-macro scheme that no eps makes stiff.
#pragma once

#include <optional>
#include <vector>

#include "data/field.hpp"
#include "sim/boltzmann/diffusive/line_medium.hpp"
#include "sim/boltzmann/diffusive/line_solver.hpp"
#include "sim/boltzmann/diffusive/params.hpp"
#include "sim/boltzmann/diffusive/velocity_modes.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// Throws Error (input) if a rank would have less than a cell, or between walls less than two.
void check_ranks(const LinearKineticParams& params, int ranks);

/// Where kernels run: nodes, weights and polynomials, polynomial n at node m in (m, n).
struct LineVelocities {
  Array1<double> node, weight;
  Array2<double> polynomial;
  int count = 0;
};

/// f = M (rho + eps g), <g> = 0, where <.> is the mean over M; rho in the middle of cells, g on faces (face n is the
/// low side of cell n). With E rho = rho_x + rho phi' / T and the orthonormal polynomials p_n of M, whose collision
/// rates are l_n = 1 (isotropic) or n (fokker_planck), for n > 0,
///
///   d_t rho = - d_x <v g>
///   d_t g   = - (1/eps) { (1 - <>) v d_x g + phi' sum_n <p_n g> sqrt((n + 1) / T) p_{n+1} }
///             - (1/eps^2) { v E rho + sigma sum_n l_n <p_n g> p_n }
///
/// (Lemou and Mieussens 2008 for the decomposition and the staggered grid). Transport is explicit, upwind of order 1
/// or, biased, 3; collisions are implicit; v E rho is either: implicit, g of the new time is put into the first
/// equation, which leaves a tridiagonal system for rho. E is Scharfetter and Gummel's, for which exp(-phi / T) is at
/// rest. Euler's steps (order 1) or ARS(2,2,2) of Ascher, Ruuth and Spiteri 1997 (order 2). In the limit eps -> 0 these
/// are steps of d_t rho = d_x ( (<v^2> / sigma) E rho ) of the same order; nothing depends on which eps it is.
class KineticLine {
 public:
  /// Collective. Throws Error (input) as make_line_medium and check_ranks do.
  KineticLine(const Comm& comm, const LinearKineticParams& params, double dt);

  /// Collective. To t = 0. Throws Error (input) if formulas are not finite.
  void start();
  /// Collective.
  void step();

  const LinearKineticParams& params() const { return params_; }
  const VelocityModes& modes() const { return modes_; }
  const LineVelocities& velocities() const { return velocities_; }
  /// g on this rank's faces, at index + ghost layers; on the last rank of a line with walls one face more.
  data::Field& deviation() { return deviation_; }
  const data::Field& deviation() const { return deviation_; }
  data::Field& density() { return density_; }
  const data::Field& density() const { return density_; }
  int num_faces() const { return num_faces_; }
  int layers() const { return deviation_.layers()[0]; }
  /// e^(phi / T) in the middle of cells, and the root of its product of both cells on faces: what entropies weigh with.
  const Array1<double>& cell_weight() const { return cell_weight_; }
  const Array1<double>& face_weight() const { return face_weight_; }

  /// Collective. Values of g on the wall at the high end, the same on all ranks; empty if there is none.
  std::vector<double> high_wall() const;
  void set_high_wall(const std::vector<double>& values);
  /// Local. Whether this rank's densities are.
  bool is_finite() const;
  /// Collective. Ghosts of g as its owners, or reflection, have it.
  void fill_ghosts();

 private:
  struct Walls {  // faces of this rank; -1: none
    int low = -1, high = -1;
  };
  Walls walls() const;
  void set_medium(const LineMedium& medium);
  LineRows diffusion_rows() const;
  /// What is explicit in d_t g, into rate_.
  void find_rates();
  /// Collisions over a time a of the values in rate_, into g; then diffusion, and density_ = before - a d_x flux.
  void settle(double a, const Array1<double>& before);
  void diffuse(double a, const Array1<double>& before);
  void step_once();
  void step_twice();
  int num_cells() const { return density_.mesh().count()[0]; }
  Array1<double> owned_density() const;

  LinearKineticParams params_;
  VelocityModes modes_;
  LineVelocities velocities_;
  double dt_;
  data::Field density_, flux_, deviation_;  // flux: <v g> on faces
  int num_faces_ = 0;
  Array1<double> sigma_, above_, below_, force_;  // of faces: E rho = above rho_n - below rho_{n-1}; phi'
  Array1<double> cell_weight_, face_weight_;
  Array2<double> rate_, base_;  // (face, velocity)
  Array1<double> before_, density_base_;
  std::optional<LineSolver> solver_;  // where diffusion is implicit
  std::vector<double> line_;          // what it solves for
};

}  // namespace tessera::sim::boltzmann::diffusive
