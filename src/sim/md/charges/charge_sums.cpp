#include "sim/md/charges/charge_sums.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "base/sum.hpp"

namespace tessera::sim::md {

ChargeSums charge_sums(const data::Particles& particles) {
  if (!particles.has_column("charge"))
    throw Error::input("the particles have no charges; expected a column \"charge\" in the file that they come from");
  const auto charge = particles.get<double>("charge");
  ExactSums<2> sums;
  Kokkos::parallel_reduce(
      "md/charge_sums", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSums<2>& total) {
        const double q = charge(i, 0);
        total.part[0].add(q);
        total.part[1].add(q * q);
      },
      Kokkos::Sum<ExactSums<2>>(sums));
  all_reduce(particles.comm(), sums.part, 2);
  return {sums.part[0].value(), sums.part[1].value(), particles.num_global()};
}

bool is_neutral(const ChargeSums& charges) {
  // Files give charges to six digits or so, whose errors may add up.
  constexpr double digits = 1e-7;
  return std::abs(charges.sum) <= digits * std::sqrt(static_cast<double>(charges.count) * charges.sum_of_squares);
}

void check_neutral(const ChargeSums& charges) {
  if (is_neutral(charges)) return;
  throw Error::input(fmt::format(
      "the charges add up to {:.6g}: the energy of periodic charges is infinite unless they cancel; expected "
      "counter-ions, other charges, or background = true for an even one that neutralises the box",
      charges.sum));
}

}  // namespace tessera::sim::md
