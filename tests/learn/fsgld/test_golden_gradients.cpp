// Likelihoods, gradients, surrogates and modes of models, of those that NumPy, SciPy and PyTorch computed.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "client_table.hpp"
#include "learn/fsgld/full_gradient.hpp"
#include "learn/fsgld/model_params.hpp"
#include "learn/fsgld/surrogate_fit.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

namespace {

void check_close(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  double scale = 0.0;
  for (const double x : b) scale = std::max(scale, std::fabs(x));
  for (std::size_t n = 0; n < a.size(); ++n) CHECK(std::fabs(a[n] - b[n]) <= tolerance * scale);
}

}  // namespace

TEST_CASE("gradients and surrogates of a logistic regression are those of SciPy", "[fsgld]") {
  const std::string path = fsgld_data("logistic_grid");
  const Clients clients(client_table(comm(), 2, stored_shards(path, "X_", "y_")), {}, "the shards");
  const auto model = make_model({.kind = ModelKind::logistic}, 2);
  model->check(clients);
  const Stored theta = read_stored(path, "theta");
  const auto gradients = read_stored(path, "grad_loglik_shards").numbers,
             logs = read_stored(path, "loglik_shards").numbers;
  const auto rows = as_rows(theta.numbers, 2);
  for (std::int64_t s = 0; s < clients.size(); ++s) {
    if (!clients.is_here(s)) continue;
    const auto here = data::host_copy(client_gradients(clients, *model, s, rows), 0, theta.rows);
    for (std::int64_t n = 0; n < theta.rows; ++n) {
      const auto place = static_cast<std::size_t>((n * clients.size() + s) * 2);
      CHECK(here[static_cast<std::size_t>(2 * n)] == Approx(gradients[place]).epsilon(1e-12));
      CHECK(here[static_cast<std::size_t>(2 * n + 1)] == Approx(gradients[place + 1]).epsilon(1e-12));
      CHECK(client_log_likelihood(clients, *model, s, rows, static_cast<int>(n)) ==
            Approx(logs[place / 2]).epsilon(1e-12));
    }
  }

  const FitContext context{.start = {0.0, 0.0}, .prior_mean = {0.0, 0.0}, .prior_precision = {0.25, 0.25}};
  // The stored mode is 1.4e-8 of a Newton step away from where the gradient vanishes.
  check_close(find_mode(clients, *model, context, 10000), read_stored(path, "map").numbers, 1e-7);
  const auto surrogates = fit_by_laplace(
      clients, *model, {.kind = SurrogateKind::laplace, .structure = Structure::full, .tempering = 0.0}, context);
  const auto precision = read_stored(path, "surrogate_laplace_precision").numbers,
             mean = read_stored(path, "surrogate_laplace_mean").numbers;
  const int rank = comm().rank();
  for (std::int64_t s = clients.first_client(rank); s < clients.first_client(rank + 1); ++s) {
    const auto& q = surrogates.here[static_cast<std::size_t>(s - clients.first_client(rank))];
    const auto p = precision.begin() + s * 4;
    check_close(q.precision, std::vector<double>(p, p + 4), 1e-6);
    const double m0 = mean[static_cast<std::size_t>(2 * s)], m1 = mean[static_cast<std::size_t>(2 * s + 1)];
    check_close(q.shift, {p[0] * m0 + p[1] * m1, p[2] * m0 + p[3] * m1}, 1e-6);
  }
}

TEST_CASE("the affine correction is the difference of gradients at the mode", "[fsgld]") {
  const std::string path = fsgld_data("logistic_grid"), runs = fsgld_data("reference_runs");
  const Clients clients(client_table(comm(), 2, stored_shards(path, "X_", "y_")), {}, "the shards");
  const auto model = make_model({.kind = ModelKind::logistic}, 2);
  const Schedule schedule(1, clients, {});
  const auto anchor = read_stored(runs, "logistic/fsgld_affine/anchor").numbers,
             golden = read_stored(runs, "logistic/fsgld_affine/shift_per_shard").numbers;
  const auto correction = affine_correction(clients, schedule, *model, anchor);
  for (std::int64_t s = 0; s < clients.size(); ++s)
    for (std::int64_t k = 0; k < 2 && clients.is_here(s); ++k)
      CHECK(correction.shift(s - clients.first_client(comm().rank()), k) ==
            Approx(golden[static_cast<std::size_t>(2 * s + k)]).epsilon(1e-9).margin(1e-9));
}

TEST_CASE("linear regressions have exact surrogates and posteriors", "[fsgld]") {
  const std::string path = fsgld_data("linear_regression");
  const Clients clients(client_table(comm(), 5, stored_shards(path, "X_", "y_")), {}, "the shards");
  const auto model = make_model({.kind = ModelKind::linear, .precision = 2.0}, 5);
  const auto surrogates = exact_surrogates(clients, *model, Structure::full);
  const auto precision = read_stored(path, "surrogate_precision").numbers;
  const int rank = comm().rank();
  for (std::int64_t s = clients.first_client(rank); s < clients.first_client(rank + 1); ++s) {
    const auto p = precision.begin() + s * 25;
    check_close(surrogates.here[static_cast<std::size_t>(s - clients.first_client(rank))].precision,
                std::vector<double>(p, p + 25), 1e-12);
  }
  const auto posterior = gaussian_posterior(surrogates, std::vector<double>(5, 1.0), std::vector<double>(5, 0.0));
  check_close(posterior.mean, read_stored(path, "posterior_mean").numbers, 1e-11);
  check_close(posterior.covariance, read_stored(path, "posterior_cov").numbers, 1e-11);
}

TEST_CASE("metric learning is a logistic regression in weights and threshold", "[fsgld]") {
  const std::string path = fsgld_data("metric_learning");
  Shard shard{read_stored(path, "squared_projections").numbers, {}};
  for (const double y : read_stored(path, "y").numbers) shard.y.push_back(y > 0.0 ? 1.0 : 0.0);
  const Clients clients(client_table(comm(), 3, {shard}), {}, "the pairs");
  const auto model = make_model({.kind = ModelKind::metric}, 3);
  auto theta = read_stored(path, "gamma").numbers;
  theta.push_back(read_stored(path, "mu").numbers.front());
  std::vector<double> logs;
  const auto gradient = full_gradients(clients, *model, as_rows(theta, 4), &logs);
  auto golden = read_stored(path, "dgamma").numbers;
  golden.push_back(read_stored(path, "dmu").numbers.front());
  check_close(gradient, golden, 1e-12);
  CHECK(logs.front() == Approx(read_stored(path, "loglik").numbers.front()).epsilon(1e-12));
}

TEST_CASE("gradients of a Bayesian neural network are those of PyTorch", "[fsgld]") {
  const std::string path = fsgld_data("bnn");
  const Shard shard{read_stored(path, "x").numbers, read_stored(path, "y").numbers};
  const Clients clients(client_table(comm(), 18, {shard}), {}, "the rows");
  std::vector<double> theta, golden;
  for (int n = 0; n < 4; ++n)
    for (const char* kind : {"W", "b"}) {
      const auto name = kind + std::to_string(n);
      for (const double x : read_stored(path, name).numbers) theta.push_back(x);
      for (const double x : read_stored(path, "d" + name).numbers) golden.push_back(x);
    }
  for (const bool is_single : {false, true}) {
    const auto model = make_model({.kind = ModelKind::network, .is_single = is_single}, 18);
    REQUIRE(model->dimensions() == 854);
    std::vector<double> logs;
    check_close(full_gradients(clients, *model, as_rows(theta, 854), &logs), golden, is_single ? 1e-5 : 1e-12);
    CHECK(logs.front() == Approx(read_stored(path, "loglik_sum").numbers.front()).epsilon(is_single ? 1e-5 : 1e-12));
  }
}

TEST_CASE("a likelihood that is written down is the one that is built in", "[fsgld]") {
  const auto shards = two_classes(2, {300, 40}, 5);
  const Clients clients(client_table(comm(), 2, shards), {}, "the shards");
  ModelParams params;
  params.kind = ModelKind::formula;
  params.parameters = {"a", "b"};
  params.features = {"u", "v"};
  params.log_likelihood = "y*(a*u + b*v) - log(1 + exp(a*u + b*v))";
  const auto formula = make_model(params, 2), logistic = make_model({.kind = ModelKind::logistic}, 2);
  formula->check(clients);
  const auto theta = as_rows({0.3, -0.2, 1.5, 0.7}, 2);
  std::vector<double> logs, golden_logs;
  check_close(full_gradients(clients, *formula, theta, &logs), full_gradients(clients, *logistic, theta, &golden_logs),
              1e-12);
  check_close(logs, golden_logs, 1e-12);
  RowChoice choice{Array1<std::int64_t>("first", 2), Array1<std::int64_t>("count", 2),
                   data::RowArray<std::int32_t>("batch", 2, 3), false};
  if (clients.rows().size() == 0) return;
  Kokkos::deep_copy(choice.count, clients.rows().size());
  for (int n = 0; n < 3; ++n) choice.drawn(0, n) = choice.drawn(1, n) = 2 * n;
  const data::RowArray<double> sums("sums", 2, 2), golden("sums", 2, 2);
  for (const auto clip : {std::optional<double>(), std::optional<double>(0.2)}) {
    formula->sum_gradients(clients.rows(), theta, choice, clip, sums);
    logistic->sum_gradients(clients.rows(), theta, choice, clip, golden);
    check_close(data::host_copy(sums, 0, 2), data::host_copy(golden, 0, 2), 1e-12);
  }
}
