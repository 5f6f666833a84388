// SAGA-LD beside a plain loop over one chain, rows and gradients that are kept.
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "chain_moments.hpp"
#include "client_table.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

namespace {

constexpr std::int64_t width = 2, batch = 7, local_updates = 4, updates = 60;
constexpr double h = 2e-3, prior_precision = 1.5;
constexpr std::uint32_t seed = 21;

double residual(const Shard& shard, std::int64_t row, const std::vector<double>& theta) {
  double eta = 0.0;
  for (std::int64_t k = 0; k < width; ++k)
    eta += shard.x[static_cast<std::size_t>(row * width + k)] * theta[static_cast<std::size_t>(k)];
  return shard.y[static_cast<std::size_t>(row)] - 1.0 / (1.0 + std::exp(-eta));
}

/// Of a chain from `theta` on.
std::vector<double> run_plainly(const std::vector<Shard>& shards, const Schedule& schedule, std::int64_t chain,
                                std::vector<double> theta) {
  // Residuals are kept: the gradient of a row is that times its features.
  std::vector<std::vector<double>> kept;
  std::vector<double> total(static_cast<std::size_t>(width), 0.0);
  const auto add = [](std::vector<double>& sum, const Shard& shard, std::int64_t row, double factor) {
    for (std::int64_t k = 0; k < width; ++k)
      sum[static_cast<std::size_t>(k)] += factor * shard.x[static_cast<std::size_t>(row * width + k)];
  };
  for (const auto& shard : shards) {
    kept.emplace_back();
    for (std::int64_t row = 0; row < static_cast<std::int64_t>(shard.y.size()); ++row) {
      kept.back().push_back(residual(shard, row, theta));
      add(total, shard, row, kept.back().back());
    }
  }
  const Random batches(seed, RandomPurpose::fsgld_batch), noise(seed, RandomPurpose::fsgld_noise);
  for (std::int64_t u = 0; u < updates; ++u) {
    const auto s = static_cast<std::size_t>(schedule.client(chain, u / local_updates));
    const auto rows = static_cast<std::int64_t>(shards[s].y.size());
    std::vector<std::int64_t> drawn;
    for (std::int64_t n = 0; n < batch; ++n) {
      const auto words = batches.block(static_cast<std::uint64_t>(chain), static_cast<std::uint64_t>(u),
                                       static_cast<std::uint32_t>(n / 4));
      const std::uint64_t word = words.v[static_cast<std::size_t>(n % 4)];
      drawn.push_back(static_cast<std::int64_t>((word * static_cast<std::uint64_t>(rows)) >> 32));
    }
    std::vector<double> differences(static_cast<std::size_t>(width), 0.0), latest;
    for (const auto row : drawn) {
      latest.push_back(residual(shards[s], row, theta));
      add(differences, shards[s], row, latest.back() - kept[s][static_cast<std::size_t>(row)]);
    }
    const double scale = static_cast<double>(rows) / (schedule.visited(static_cast<std::int64_t>(s)) * batch);
    const auto words = noise.block(static_cast<std::uint64_t>(chain), static_cast<std::uint64_t>(u), 0);
    const double radius = std::sqrt(-2.0 * std::log((words.v[0] + 0.5) / 0x1p32));
    const double turn = 2.0 * M_PI * ((words.v[1] + 0.5) / 0x1p32);
    const double xi[2] = {radius * std::cos(turn), radius * std::sin(turn)};
    for (std::size_t k = 0; k < 2; ++k) {
      const double drift = -prior_precision * theta[k] + scale * differences[k] + total[k];
      theta[k] += 0.5 * h * drift + std::sqrt(h) * xi[k];
    }
    for (std::size_t n = 0; n < drawn.size(); ++n) {
      double& old = kept[s][static_cast<std::size_t>(drawn[n])];
      add(total, shards[s], drawn[n], latest[n] - old);
      old = latest[n];
    }
  }
  return theta;
}

}  // namespace

TEST_CASE("SAGA-LD is what a plain loop does", "[fsgld]") {
  const auto shards = two_classes(width, {9, 40, 23}, 5);
  SamplerParams params;
  params.chains = 5;
  params.local_updates = local_updates;
  params.batch = batch;
  params.step.size = h;
  params.prior.precision = {prior_precision};
  params.control = Control::saga;
  params.model.kind = ModelKind::logistic;
  params.schedule.visits = {Visits::given, {0.2, 0.5, 0.3}};
  Sampling sampling(seed, params, client_table(comm(), width, shards), width);
  const auto start = sampling.sampler().all_parameters();
  Records records;
  sampling.sampler().advance(25, records);
  sampling.sampler().advance(updates - 25, records);
  const auto states = sampling.sampler().all_parameters();
  for (std::int64_t chain = 0; chain < params.chains; ++chain) {
    const auto begin = start.begin() + chain * width;
    const auto plain = run_plainly(shards, sampling.schedule(), chain, {begin, begin + width});
    for (std::int64_t k = 0; k < width; ++k)
      CHECK(states[static_cast<std::size_t>(chain * width + k)] ==
            Approx(plain[static_cast<std::size_t>(k)]).epsilon(1e-11).margin(1e-12));
  }
}

TEST_CASE("gradients of rows that do not fit are refused", "[fsgld]") {
  const auto shards = two_classes(width, {40, 40}, 5);
  SamplerParams params;
  params.chains = 1 << 28;
  params.control = Control::saga;
  const Clients clients(client_table(comm(), width, shards), {}, "the rows");
  CHECK_THROWS_WITH(GradientTable(clients, params.chains, width, 10), Catch::Contains("svrg"));
}
