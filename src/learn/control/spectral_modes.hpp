// Which Fourier modes the actuators of a partial differential equation reach.
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/linear_model.hpp"

namespace tessera::learn::control {

/// A mode that does not die out by itself, of which no actuator reaches anything, or which they reach in one phase
/// only: cos and sin of it are not moved independently.
struct UnreachedMode {
  std::int64_t mode = 0;
  bool in_one_phase = false;
};

/// The test of Popov, Belevitch and Hautus mode by mode, for eigenvalues of a modulus above 1 - 1e-7: the rank of the
/// actuators' projections on the left eigenvectors of a mode and its mirror image that share one. Different modes that
/// happen to share an eigenvalue are not looked for. Error (input) for shapes that do not go together or other than one
/// or two fields.
std::vector<UnreachedMode> unreached_modes(const sim::SpectralModel& model);

/// Error (input) that names them, if there are any.
void require_reached(const sim::SpectralModel& model);

/// Eigenvalues of a mode of one field, m = 0..n-1: above n/2 the conjugate ones.
std::vector<std::complex<double>> values_of_modes(const sim::SpectralModel& model);

}  // namespace tessera::learn::control
