#include "sim/md/forces/tail.hpp"

namespace tessera::sim::md {

Tail tail_corrections(const PairTable& table, const std::vector<std::int64_t>& counts, double volume) {
  constexpr double pi = 3.14159265358979323846;
  Tail tail;
  for (int a = 0; a < table.num_types; ++a)
    for (int b = 0; b < table.num_types; ++b) {
      const auto& pair = table(a, b);
      const double sigma3 = pair.sigma * pair.sigma * pair.sigma;
      const double s3 = sigma3 / (pair.cutoff * pair.cutoff * pair.cutoff), s9 = s3 * s3 * s3;
      const double pairs = static_cast<double>(counts[static_cast<std::size_t>(a)]) *
                           static_cast<double>(counts[static_cast<std::size_t>(b)]) / volume;
      const double scale = pi * pair.epsilon * sigma3 * pairs;
      tail.energy += 8.0 / 3.0 * scale * (s9 / 3.0 - s3);
      tail.pressure += 16.0 / 3.0 * scale * (2.0 / 3.0 * s9 - s3) / volume;
    }
  return tail;
}

}  // namespace tessera::sim::md
