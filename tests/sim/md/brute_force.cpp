#include "brute_force.hpp"

#include <cmath>

namespace tessera::test {

using sim::md::PairCoefficients;
using sim::md::Truncation;

namespace {

struct Value {
  double energy, slope;
};

Value plain(const PairCoefficients& pair, double r) {
  const double s6 = std::pow(pair.sigma / r, 6);
  return {4.0 * pair.epsilon * (s6 * s6 - s6), -24.0 * pair.epsilon * (2.0 * s6 * s6 - s6) / r};
}

Value truncated(const PairCoefficients& pair, Truncation truncation, double r) {
  Value value = plain(pair, r);
  const Value end = plain(pair, pair.cutoff);
  if (truncation != Truncation::none) value.energy -= end.energy;
  if (truncation == Truncation::force) {
    value.energy -= (r - pair.cutoff) * end.slope;
    value.slope -= end.slope;
  }
  return value;
}

}  // namespace

void for_all_images(const Sample& sample, double range,
                    const std::function<void(std::size_t, std::size_t, const data::Vec3&, double)>& visit) {
  int reach[3];  // cells on each side that may come near
  for (int d = 0; d < 3; ++d)
    reach[d] = sample.box.is_periodic[d] ? static_cast<int>(std::ceil(range / sample.box.height(d))) : 0;
  for (int a = -reach[0]; a <= reach[0]; ++a)
    for (int b = -reach[1]; b <= reach[1]; ++b)
      for (int c = -reach[2]; c <= reach[2]; ++c) {
        const data::Vec3 shift = sample.box.shift({a, b, c});
        for (std::size_t i = 0; i < sample.size(); ++i)
          for (std::size_t j = 0; j < sample.size(); ++j) {
            if (i == j && a == 0 && b == 0 && c == 0) continue;
            data::Vec3 dx{};
            for (int k = 0; k < 3; ++k)
              dx[k] = sample.x[3 * i + static_cast<std::size_t>(k)] - sample.x[3 * j + static_cast<std::size_t>(k)] -
                      shift[k];
            const double r = std::sqrt(dx[0] * dx[0] + dx[1] * dx[1] + dx[2] * dx[2]);
            if (r < range) visit(i, j, dx, r);
          }
      }
}

BruteForce brute_force(const Sample& sample, const sim::md::PairTable& table) {
  BruteForce result;
  result.force.assign(sample.x.size(), 0.0);
  const auto type = [&](std::size_t i) { return sample.type.empty() ? 0 : sample.type[i]; };
  const int first[] = {0, 1, 2, 0, 0, 1}, second[] = {0, 1, 2, 1, 2, 2};
  for_all_images(sample, table.largest_cutoff(), [&](std::size_t i, std::size_t j, const data::Vec3& dx, double r) {
    const auto& pair = table(type(i), type(j));
    if (r >= pair.cutoff) return;
    const Value value = truncated(pair, table.truncation, r);
    result.energy += 0.5 * value.energy;
    for (std::size_t k = 0; k < 3; ++k) result.force[3 * i + k] -= value.slope / r * dx[static_cast<int>(k)];
    for (int n = 0; n < 6; ++n) result.virial[n] -= 0.5 * value.slope / r * dx[first[n]] * dx[second[n]];
  });
  return result;
}

}  // namespace tessera::test
