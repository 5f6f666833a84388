// Collisions of several species that share one velocity grid, many cells at a time.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/comm.hpp"
#include "sim/boltzmann/collision_operator.hpp"
#include "sim/boltzmann/collisions/conservation.hpp"
#include "sim/boltzmann/collisions/pair_operator.hpp"
#include "sim/boltzmann/collisions/spectral_params.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// Q_i = sum_j Q_ij(f_i, f_j). Species of masses up to some ten times each other; the lightest one's speeds decide the
/// width of the grid, the heaviest one's its spacing.
class MixtureOperator {
 public:
  /// Collective. `params` says how fine; its own grid is not read. Throws Error (input) where kernels, grid, rules and
  /// method do not go together.
  MixtureOperator(const Comm& comm, const Gas& gas, const VelocityGrid& grid, const SpectralParams& params);
  ~MixtureOperator();

  const VelocityGrid& grid() const { return spectrum_->grid(); }
  int num_species() const { return static_cast<int>(masses_.size()); }
  double support() const { return support_; }

  /// Local; allocates nothing. f, rate and frequency [cells x species x grid().size()], which begin at multiples of 16
  /// bytes. `rate` becomes Q, `frequency` the loss frequency. Every species keeps its mass, all together momentum and
  /// energy to rounding, unless the parameters say otherwise. Cells are shared by the threads of the host.
  /// Throws Error (numeric) if a density or temperature is negative.
  void evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency);

 private:
  struct Worker;
  struct Pair {
    std::size_t a, b;
    std::unique_ptr<const PairOperator> collisions;
  };
  void evaluate_cell(Worker& worker, std::span<const double> f, std::span<double> rate,
                     std::span<double> frequency) const;

  std::vector<double> masses_;
  double support_;
  bool conserves_;
  std::shared_ptr<const Spectrum> spectrum_;
  std::vector<Pair> pairs_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace tessera::sim::boltzmann
