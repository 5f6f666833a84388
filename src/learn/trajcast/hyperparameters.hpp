// The sizes and constants that make a forecasting network what it is (Thiemann et al., arXiv 2503.23794).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace tessera::learn::trajcast {

/// What the last layer holds constant: see conservation.hpp.
enum class Conservation { none, linear, angular };

struct Hyperparameters {
  int num_species = 1;
  int l_max = 2;               ///< highest rotation order of features, 1 to 4
  std::int64_t channels = 64;  ///< of every irrep
  int num_layers = 4;
  double cutoff = 5.0;  ///< of edges, A
  int num_radial = 8, envelope_power = 6;
  double speed_max = 0.1;  ///< of the last Gaussian but one beyond, A/fs
  int num_speed = 8;
  std::vector<std::int64_t> hidden{64, 64, 64};  ///< widths of the networks that make path weights
  double mean_neighbours = 1.0;                  ///< edges per atom in the training data: messages are divided by it
  double displacement_scale = 1.0;               ///< root mean square of displacements, A
  double velocity_scale = 1.0;                   ///< root mean square of new velocities, A/fs
  Conservation conservation = Conservation::linear;
  /// What is conserved; if there is none, what the input has. g/mol A/fs and g/mol A^2/fs.
  std::optional<std::array<double, 3>> momentum, angular_momentum;
  /// Leaves out what the readout does not read of the last layer. The output is the same.
  bool prunes_last_layer = true;

  /// Throws Error (input), naming what is out of range.
  void check() const;
};

}  // namespace tessera::learn::trajcast
