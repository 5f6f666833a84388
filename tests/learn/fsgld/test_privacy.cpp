// What is reported of privacy, where it is known, and what clipping and noise do to chains.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "chain_moments.hpp"
#include "client_table.hpp"
#include "learn/fsgld/privacy_report.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

TEST_CASE("the divergence of all rows is that of two normal distributions", "[fsgld]") {
  const double noise = 3.0;
  const auto all = renyi_of_batch(10, 10, noise), some = renyi_of_batch(1, 1000, noise);
  for (std::size_t n = 0; n < all.size(); ++n) {
    // Of means 2 clip apart and deviation noise * clip: alpha (2/noise)^2 / 2.
    CHECK(all[n] == Approx(renyi_orders()[n] * 2.0 / (noise * noise)).epsilon(1e-9));
    CHECK(some[n] < all[n]);
    CHECK(some[n] > 0.0);
  }
  // By integration over p^2/p' = (1 - q)^2 ...: at alpha = 2 the bound is 1 - q + q exp(4/noise^2).
  const std::size_t two =
      static_cast<std::size_t>(std::find(renyi_orders().begin(), renyi_orders().end(), 2.0) - renyi_orders().begin());
  CHECK(some[two] == Approx(std::log1p(1e-3 * std::expm1(4.0 / 9.0))).epsilon(1e-12));
  // Huge numbers do not overflow.
  CHECK(std::isfinite(renyi_of_batch(1, 1000, 0.01).back()));
}

TEST_CASE("epsilon grows with updates and falls with noise", "[fsgld]") {
  const Clients clients(client_table(comm(), 2, two_classes(2, {300, 100}, 5)), {}, "the shards");
  const Schedule schedule(1, clients, {});
  SamplerParams params;
  params.model.kind = ModelKind::logistic;
  params.local_updates = 5;
  params.privacy = PrivacyParams{.clip = 0.5, .noise = 4.0, .delta = 1e-5};
  const auto of = [&](double noise, std::int64_t updates) {
    params.privacy->noise = noise;
    return exposure_of(clients, schedule, params, updates);
  };
  params.step.size = 1.0;           // whose own noise is nothing next to the other
  CHECK(of(4.0, 100).client == 1);  // of fewer rows
  CHECK(of(4.0, 200).epsilon > of(4.0, 100).epsilon);
  CHECK(of(8.0, 100).epsilon < of(4.0, 100).epsilon);
  // Small steps are mostly noise, and say less of a row.
  params.step.size = 1e-8;
  CHECK(of(4.0, 100).epsilon < 0.5);
}

TEST_CASE("noise on sums widens chains as its variance says", "[fsgld]") {
  // One client, rows all alike and gradients never clipped: precision 2 + 48, variance (48/4)^2 (clip noise)^2.
  SamplerParams params;
  params.chains = 512;
  params.batch = 4;
  params.prior.precision = {2.0};
  params.step.size = 2e-3;
  params.spread = 0.0;
  params.privacy = PrivacyParams{.clip = 100.0, .noise = 0.02, .delta = 1e-5};
  Shard shard;
  shard.x.assign(48, 0.0);
  Sampling sampling(5, params, client_table(comm(), 1, {shard}), 1);
  const auto moments = moments_of(sampling.sampler(), params.chains, 400, 400, {0.0});
  const double a = 50.0, h = 2e-3, s = 12.0 * 12.0 * 4.0;
  const double variance = (1.0 + h * s / 4.0) / (a * (1.0 - h * a / 4.0));
  CHECK(std::fabs(moments.second[0].mean - variance) < 3.5 * moments.second[0].error);
}

TEST_CASE("clipped gradients are no longer than they may be", "[fsgld]") {
  const auto shards = two_classes(3, {40, 30}, 5);
  const Clients clients(client_table(comm(), 3, shards), {}, "the shards");
  if (clients.rows().size() == 0) return;
  for (const auto kind : {ModelKind::gaussian_mean, ModelKind::logistic, ModelKind::softmax, ModelKind::network}) {
    ModelParams params;
    params.kind = kind;
    params.hidden = {4};
    const auto model = make_model(params, 3);
    const auto d = static_cast<std::size_t>(model->dimensions());
    RowChoice choice{Array1<std::int64_t>("first", 1), Array1<std::int64_t>("count", 1),
                     data::RowArray<std::int32_t>("batch", 1, 1), false};
    Kokkos::deep_copy(choice.count, clients.rows().size());
    const data::RowArray<double> theta("theta", 1, d), sums("sums", 1, d), plain("sums", 1, d);
    for (std::size_t k = 0; k < d; ++k) theta(0, k) = 0.3 * std::cos(static_cast<double>(k));
    for (int row = 0; row < 10; ++row) {
      choice.drawn(0, 0) = row;
      model->sum_gradients(clients.rows(), theta, choice, 0.3, sums);
      model->sum_gradients(clients.rows(), theta, choice, {}, plain);
      double norm = 0.0, plain_norm = 0.0;
      for (std::size_t k = 0; k < d; ++k) {
        norm += sums(0, k) * sums(0, k);
        plain_norm += plain(0, k) * plain(0, k);
      }
      CHECK(std::sqrt(norm) == Approx(std::min(0.3, std::sqrt(plain_norm))).epsilon(1e-12));
    }
  }
}
