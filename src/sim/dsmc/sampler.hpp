// Means over time of what the gas is in each cell, and what it does to walls.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/field.hpp"
#include "sim/dsmc/simulation.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::dsmc {

/// Of a species in a cell: density, velocity (3), temperature, stress (xx yy zz xy xz yz), heat flux (3).
inline constexpr int num_quantities = 14;
using Quantities = std::array<double, num_quantities>;
extern const char* const quantity_names[num_quantities];

/// From sums over `samples` looks at a volume. Stress m n <c c> and heat flux m n <c^2 c>/2 are those about the
/// species' own mean velocity.
Quantities quantities_of(const double (&sums)[num_sums], double samples, double mass, double boltzmann,
                         double density_each);

/// Cells count twice in a step: before the collisions and after them. After them alone, stress and heat flux come out
/// too small by half of dt times their relaxation rate. Errors come from blocks of time.
class Sampler {
 public:
  /// Collective.
  explicit Sampler(const Simulation& simulation);

  /// The field that the coming step adds its moments to; nullptr if it does not count.
  const data::Field* sums_for_step() const;
  /// Collective. After each step.
  void add(const StepTally& tally);

  /// Collective. Of all samples until now, or of this instant if there are none: density, velocity, temperature, stress
  /// and heat flux of each species.
  std::vector<const data::Field*> fields();
  /// Collective. Along x, of a gas in one direction or none.
  Report profile() const;

  /// A mean over cells and time.
  struct Mean {
    double value = 0.0, error = 0.0;  ///< error: not a number until there are two blocks
  };
  /// Collective. Of all quantities of a species, over the whole blocks.
  std::array<Mean, num_quantities> means(int species) const;
  /// Of momentum (3) and energy that a side receives, an area and time, over the whole blocks.
  std::array<Mean, 4> wall_means(int side) const;
  /// Collective. Until now.
  std::vector<double> wall_fluxes() const;
  std::int64_t num_samples() const { return total_samples_ + block_samples_; }

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  void close_block();
  Quantities cell_quantities(const double* sums, int cell, int species, double samples) const;
  double area(int side) const;

  const Simulation& simulation_;
  std::int64_t block_steps_;
  std::int64_t block_samples_ = 0, total_samples_ = 0;
  std::int64_t block_time_ = 0, total_time_ = 0, num_blocks_ = 0;  // steps
  data::Field block_, total_;                                      // sums: (cell, species * num_sums + n)
  data::Field scatter_;  // over blocks: sum and sum of squares, (cell, 2 (species * num_quantities + n))
  std::vector<double> mean_sums_, mean_squares_;          // of means over cells, a block each
  std::vector<double> walls_, wall_sums_, wall_squares_;  // of whole blocks
  WallSums block_walls_;                                  // of this rank
  std::vector<data::Field> output_;
};

}  // namespace tessera::sim::dsmc
