#include "learn/fsgld/privacy_report.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::learn::fsgld {

namespace {

/// Of sums of gradients, from what is added to them and what is added to the chain in a step of size h behind them:
/// h/2 scale sum + root(h) xi.
double noise_of_update(const SamplerParams& params, double scale) {
  const auto& privacy = *params.privacy;
  const double own = params.step.rule.rule == Rule::langevin
                         ? 4.0 / (params.step.size * scale * scale * privacy.clip * privacy.clip)
                         : 0.0;
  return std::sqrt(privacy.noise * privacy.noise + own);
}

}  // namespace

Exposure exposure_of(const Clients& clients, const Schedule& schedule, const SamplerParams& params,
                     std::int64_t updates) {
  std::vector<std::int64_t> made(static_cast<std::size_t>(clients.size()), 0);
  for (std::int64_t first = 0; first < updates; first += params.local_updates)
    for (std::int64_t chain = 0; chain < params.chains; ++chain) {
      const std::int64_t s = schedule.client(chain, first / params.local_updates);
      if (s != Schedule::nowhere) made[static_cast<std::size_t>(s)] += std::min(params.local_updates, updates - first);
    }
  Exposure worst;
  for (std::int64_t s = 0; s < clients.size(); ++s) {
    const std::int64_t rows = clients.num_rows(s), batch = params.batch > 0 ? params.batch : rows;
    const double scale = static_cast<double>(rows) / (schedule.visited(s) * static_cast<double>(batch));
    auto total = renyi_of_batch(batch, rows, noise_of_update(params, scale));
    for (double& divergence : total) divergence *= static_cast<double>(made[static_cast<std::size_t>(s)]);
    if (params.surrogates) {
      const auto& fit = *params.surrogates;
      const std::int64_t fit_batch = std::min(rows, fit.batch > 0 ? fit.batch : batch);
      const auto each = renyi_of_batch(fit_batch, rows, params.privacy->noise);
      const auto count = static_cast<double>(fit.burn_in + fit.draws * fit.thin);
      for (std::size_t n = 0; n < total.size(); ++n) total[n] += count * each[n];
    }
    const double epsilon = epsilon_of(total, params.privacy->delta);
    if (s == 0 || epsilon > worst.epsilon) worst = {s, epsilon};
  }
  return worst;
}

}  // namespace tessera::learn::fsgld
