#include "chain_moments.hpp"

#include <cmath>

#include "base/sum.hpp"

namespace tessera::test {

using namespace learn::fsgld;

namespace {

Estimate estimate_of(const Comm& comm, const std::vector<double>& of_chains, std::int64_t chains) {
  ExactSum sums[2];
  for (const double x : of_chains) {
    sums[0].add(x);
    sums[1].add(x * x);
  }
  all_reduce(comm, sums, 2);
  const auto n = static_cast<double>(chains);
  const double mean = sums[0].value() / n, variance = (sums[1].value() / n - mean * mean) * n / (n - 1.0);
  return {mean, std::sqrt(std::max(0.0, variance) / n)};
}

}  // namespace

ChainMoments moments_of(Sampler& sampler, std::int64_t chains, std::int64_t burn_in, std::int64_t updates,
                        const std::vector<double>& centre) {
  const std::size_t d = centre.size(), width = d + d * (d + 1) / 2;
  Records records;
  sampler.advance(burn_in, records);
  records.clear();
  sampler.advance(updates, records);
  // Chains travel: their sums are added up wherever they were.
  std::vector<double> sums(static_cast<std::size_t>(chains) * width, 0.0);
  for (std::size_t n = 0; n < records.chain.size(); ++n) {
    double* sum = sums.data() + static_cast<std::size_t>(records.chain[n]) * width;
    const double* theta = records.theta.data() + n * d;
    for (std::size_t a = 0; a < d; ++a) *sum++ += theta[a];
    for (std::size_t a = 0; a < d; ++a)
      for (std::size_t b = a; b < d; ++b) *sum++ += (theta[a] - centre[a]) * (theta[b] - centre[b]);
  }
  const Comm& comm = tessera::test::comm();
  comm.all_reduce(sums.data(), static_cast<int>(sums.size()), Op::sum);
  ChainMoments moments;
  for (std::size_t k = 0; k < width; ++k) {
    std::vector<double> means;
    for (std::int64_t c = 0; c < chains && comm.is_root(); ++c)
      means.push_back(sums[static_cast<std::size_t>(c) * width + k] / static_cast<double>(updates));
    (k < d ? moments.first : moments.second).push_back(estimate_of(comm, means, chains));
  }
  return moments;
}

Sampling::Sampling(std::uint32_t seed, const SamplerParams& params, data::Table table, std::int64_t width)
    : clients_(std::move(table), params.schedule.visits, "the shards"),
      model_(make_model(params.model, width)),
      schedule_(seed, clients_, params.schedule),
      preparation_(prepare(clients_, *model_, schedule_, params, seed)),
      sampler_(std::make_unique<Sampler>(seed, params, clients_, *model_, schedule_, preparation_)) {}

Sampling::Sampling(std::uint32_t seed, const SamplerParams& params, data::Table table, std::int64_t width,
                   const std::vector<Quadratic>& surrogates)
    : clients_(std::move(table), params.schedule.visits, "the shards"),
      model_(make_model(params.model, width)),
      schedule_(seed, clients_, params.schedule) {
  const int rank = clients_.comm().rank();
  preparation_.surrogates.emplace();
  for (std::int64_t s = clients_.first_client(rank); s < clients_.first_client(rank + 1); ++s)
    preparation_.surrogates->here.push_back(surrogates[static_cast<std::size_t>(s)]);
  sum_surrogates(clients_, width, *preparation_.surrogates);
  preparation_.correction = conducive_correction(clients_, schedule_, *preparation_.surrogates);
  sampler_ = std::make_unique<Sampler>(seed, params, clients_, *model_, schedule_, preparation_);
}

}  // namespace tessera::test
