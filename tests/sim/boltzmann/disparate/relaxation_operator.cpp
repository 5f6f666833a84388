#include "sim/boltzmann/disparate/relaxation_operator.hpp"

namespace tessera::test {

using namespace sim::boltzmann;

RelaxationOperator::RelaxationOperator(const VelocityGrid& grid, double rate)
    : grid_(grid), rate_(rate), maxwellian_(static_cast<std::size_t>(grid.size())) {}

void RelaxationOperator::evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency) {
  for (std::size_t first = 0; first < f.size(); first += maxwellian_.size()) {
    const auto cell = f.subspan(first, maxwellian_.size());
    discrete_maxwellian(grid_, 1.0, moments(grid_, 1.0, cell), maxwellian_);
    for (std::size_t n = 0; n < cell.size(); ++n) {
      rate[first + n] = rate_ * (maxwellian_[n] - cell[n]);
      frequency[first + n] = rate_;
    }
  }
}

std::vector<double> beams(const VelocityGrid& grid, const Moments& m, double b) {
  std::vector<double> f(static_cast<std::size_t>(grid.size())), other(f.size()), weight(f.size());
  Moments half = m;
  half.density *= 0.5;
  half.temperature -= b * b / 3.0;
  half.velocity[0] = m.velocity[0] + b;
  sample_maxwellian(grid, 1.0, half, f);
  half.velocity[0] = m.velocity[0] - b;
  sample_maxwellian(grid, 1.0, half, other);
  for (std::size_t n = 0; n < f.size(); ++n) f[n] += other[n];
  sample_maxwellian(grid, 1.0, m, weight);
  correct_moments(grid, 1.0, m, weight, invariants_of(grid, 1.0, m), f);
  return f;
}

std::vector<double> bobylev(const VelocityGrid& grid, const Moments& m, double q) {
  std::vector<double> f(static_cast<std::size_t>(grid.size())), weight(f.size());
  Moments narrow = m;
  narrow.temperature /= 1.0 + 2.0 * q;
  sample_maxwellian(grid, 1.0, narrow, f);
  for (int n = 0; n < grid.size(); ++n) {
    double v[3], square = 0.0;
    grid.velocity(n, v);
    for (int d = 0; d < 3; ++d) square += (v[d] - m.velocity[d]) * (v[d] - m.velocity[d]);
    f[static_cast<std::size_t>(n)] *= 1.0 - 3.0 * q + q * square / narrow.temperature;
  }
  sample_maxwellian(grid, 1.0, m, weight);
  correct_moments(grid, 1.0, m, weight, invariants_of(grid, 1.0, m), f);
  return f;
}

}  // namespace tessera::test
