#include "sim/md/charges/make_charges.hpp"

namespace tessera::sim::md {

namespace {

std::unique_ptr<LongRange> make_waves(const ChargeParams& params, const Comm& comm, const data::Box& box,
                                      const Units& units, const ChargeSums& sums, double skin, double& alpha) {
  const double accuracy = params.accuracy.value();
  if (params.method == ChargeMethod::ewald) {
    auto ewald = choose_ewald(accuracy, params.cutoff, sums, box);
    ewald.allow_background = params.background;
    if (params.alpha) {
      ewald.alpha = *params.alpha;
      ewald.k_cutoff = choose_k_cutoff(accuracy, ewald.alpha, sums, box);
    }
    alpha = ewald.alpha;
    return make_ewald(box, units, sums, ewald);
  }
  const int order = static_cast<int>(params.order.value());
  auto mesh = choose_pppm(accuracy, params.cutoff, order, sums, box);
  mesh.allow_background = params.background;
  mesh.drift = 0.5 * skin;
  alpha = mesh.alpha;
  return make_pppm(comm, box, units, sums, mesh);
}

}  // namespace

CoulombParts make_charges(const ChargeParams& params, const Comm& comm, const data::Box& box, const Units& units,
                          const ChargeSums& sums, double skin) {
  CoulombParts parts;
  double alpha = params.alpha.value_or(0.0);
  if (is_long_range(params.method)) parts.waves = make_waves(params, comm, box, units, sums, skin, alpha);
  parts.pairs = pair_part(params, units, alpha);
  return parts;
}

}  // namespace tessera::sim::md
