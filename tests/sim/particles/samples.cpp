#include "samples.hpp"

#include <cmath>

namespace tessera::test {

LangevinParams langevin_params(const std::string& keys) { return read_stage<LangevinParams>(keys); }

std::unique_ptr<Ensemble> started(const Comm& comm, const LangevinParams& params, std::uint32_t seed) {
  auto ensemble = std::make_unique<Ensemble>(comm, params, seed);
  ensemble->start();
  return ensemble;
}

void advance(Ensemble& ensemble, int steps) {
  std::int64_t lost = 0;
  for (int n = 0; n < steps; ++n) lost = std::max(lost, ensemble.step());
  if (lost > 0) throw Error::numeric("particle " + std::to_string(lost) + " is lost");
}

Moments moments_of_run(const std::string& keys) {
  const auto params = langevin_params(keys);
  const auto ensemble = started(comm(), params);
  advance(*ensemble, static_cast<int>(params.steps));
  return ensemble->moments();
}

std::vector<double> numbers(const Ensemble& ensemble, const std::string& column, int component) {
  const auto all = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), ensemble.particles().get<double>(column));
  std::vector<double> values;
  for (int row = 0; row < ensemble.particles().num_owned(); ++row) values.push_back(all(row, component));
  return values;
}

double variance_error(double variance, double count) { return 5.0 * variance * std::sqrt(2.0 / count); }

}  // namespace tessera::test
