#include "pair_samples.hpp"

namespace tessera::test {

std::vector<double> by_id(const Ensemble& ensemble, const std::string& column) {
  const auto& particles = ensemble.particles();
  const auto values = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>(column));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  const auto d = static_cast<std::size_t>(ensemble.space().dimensions);
  std::vector<double> all(static_cast<std::size_t>(ensemble.num_global()) * d, 0.0);
  for (int row = 0; row < particles.num_owned(); ++row)
    for (std::size_t c = 0; c < d; ++c) all[static_cast<std::size_t>(id(row, 0) - 1) * d + c] = values(row, c);
  particles.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

}  // namespace tessera::test
