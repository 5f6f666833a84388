// A collision operator that is cheap: relaxation to the Maxwellian of the same moments at a constant rate.
#pragma once

#include <vector>

#include "sim/boltzmann/collision_operator.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::test {

class RelaxationOperator final : public sim::boltzmann::CollisionOperator {
 public:
  RelaxationOperator(const sim::boltzmann::VelocityGrid& grid, double rate);
  const sim::boltzmann::VelocityGrid& grid() const override { return grid_; }
  void evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency) override;

 private:
  sim::boltzmann::VelocityGrid grid_;
  double rate_;
  std::vector<double> maxwellian_;
};

/// Two equal Maxwellians at u +- (b, 0, 0), of these moments all together.
std::vector<double> beams(const sim::boltzmann::VelocityGrid& grid, const sim::boltzmann::Moments& moments, double b);

/// n M_K (1 - 3q + q c^2/K), K = T/(1 + 2q), about the mean velocity; sums are those moments to rounding.
std::vector<double> bobylev(const sim::boltzmann::VelocityGrid& grid, const sim::boltzmann::Moments& moments, double q);

}  // namespace tessera::test
