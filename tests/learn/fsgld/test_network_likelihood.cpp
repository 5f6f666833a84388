// Networks whose likelihood a deck writes down as a formula of their outputs.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "chain_moments.hpp"
#include "client_table.hpp"
#include "deck/deck.hpp"
#include "learn/fsgld/full_gradient.hpp"
#include "learn/fsgld/predictive.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

namespace {

constexpr std::int64_t num_features = 3;

ModelParams network(std::int64_t outputs, const std::string& log_likelihood, const std::string& prediction = "") {
  ModelParams params{.kind = ModelKind::network, .hidden = {5, 4}, .activation = diff::Function::tanh};
  params.outputs = outputs;
  params.log_likelihood = log_likelihood;
  params.prediction = prediction;
  return params;
}

const std::string heteroscedastic = "-(y - o1)^2/(2*exp(2*o2)) - o2";

/// Responses that are whole numbers, 0, 1..., with features of two_classes.
std::vector<Shard> counts(const std::vector<std::int64_t>& sizes) {
  auto shards = two_classes(num_features, sizes, 7);
  for (auto& shard : shards)
    for (std::size_t n = 0; n < shard.y.size(); ++n)
      shard.y[n] = std::floor(2.0 * std::fabs(shard.x[num_features * n]));
  return shards;
}

std::vector<double> some_parameters(std::int64_t d, double size = 0.7) {
  std::vector<double> theta;
  for (std::int64_t k = 0; k < d; ++k) theta.push_back(size * std::cos(1.7 * static_cast<double>(k) + 0.4));
  return theta;
}

void check_alike(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  double scale = 0.0, worst = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    scale = std::max(scale, std::fabs(b[n]));
    worst = std::max(worst, std::fabs(a[n] - b[n]));
  }
  CHECK(worst <= tolerance * scale);
}

/// Some rows, each several times, for one chain.
RowChoice choice_of(std::int64_t rows, int size) {
  RowChoice choice{Array1<std::int64_t>("first", 1), Array1<std::int64_t>("count", 1),
                   data::RowArray<std::int32_t>("batch", 1, static_cast<std::size_t>(size)), false};
  Kokkos::deep_copy(choice.count, rows);
  std::vector<std::int32_t> drawn;
  for (int n = 0; n < size; ++n) drawn.push_back(static_cast<std::int32_t>(7 * n % rows));
  data::set_rows(choice.drawn, 0, drawn);
  return choice;
}

std::vector<double> sum_of(Model& model, const Rows& rows, const data::RowArray<double>& theta, const RowChoice& choice,
                           std::optional<double> clip) {
  const data::RowArray<double> sums("sums", 1, theta.extent(1));
  model.sum_gradients(rows, theta, choice, clip, sums);
  return data::host_copy(sums, 0, 1);
}

std::string fault_of(const std::string& model) {
  auto deck = deck::Deck::parse("[[stage]]\nname = \"a\"\ntype = \"sgld\"\nmodel." + model + "\n", "net.toml");
  struct Stage {
    ModelParams model;
  } stage;
  deck.read_stage(0, [&](deck::Binder& b) { b.table("model", stage.model, {"of a row"}); });
  try {
    deck.finish();
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

std::string of_network(const std::string& keys) { return "kind = \"network\"\nmodel." + keys; }

}  // namespace

TEST_CASE("gradients of a network with a formula are differences of its likelihood", "[fsgld]") {
  const Clients clients(client_table(comm(), num_features, counts({70, 30})), {}, "the shards");
  auto with_features = network(2, "y*(o1 + 0.1*b*o2) - exp(o1 + 0.1*b*o2) - 0.1*(o2 - a*c)^2");
  with_features.features = {"a", "b", "c"};
  for (const auto& params :
       {network(2, heteroscedastic), network(1, "y*o1 - exp(o1)"), with_features,
        network(3, "log(exp(o3)/(1 + exp(-o1)) + exp(-y^2)) - 2.5*log(1 + (y - o2)^2/4) - erf(o3)^2")}) {
    INFO(params.log_likelihood);
    const auto model = make_model(params, num_features);
    model->check(clients);
    const std::int64_t d = model->dimensions();
    const auto theta = some_parameters(d);
    const auto gradient = full_gradients(clients, *model, as_rows(theta, d));
    const double h = 1e-5;
    std::vector<double> steps, found;
    for (std::int64_t k = 0; k < d; ++k)
      for (const double side : {-h, h}) {
        steps.insert(steps.end(), theta.begin(), theta.end());
        steps[steps.size() - static_cast<std::size_t>(d - k)] += side;
      }
    std::vector<double> logs;
    full_gradients(clients, *model, as_rows(steps, d), &logs);
    for (std::size_t k = 0; k < static_cast<std::size_t>(d); ++k)
      found.push_back((logs[2 * k + 1] - logs[2 * k]) / (2.0 * h));
    check_alike(gradient, found, 1e-7);
    auto rounded = params;
    rounded.is_single = true;
    check_alike(full_gradients(clients, *make_model(rounded, num_features), as_rows(theta, d)), gradient, 1e-5);
  }
}

TEST_CASE("a formula for constant noise is the regression that is built in", "[fsgld]") {
  const auto shards = counts({90, 20});
  const Clients clients(client_table(comm(), num_features, shards), {}, "the shards");
  const double precision = 3.0;
  ModelParams params = network(1, "");
  params.outputs.reset();
  params.is_regression = true;
  params.precision = precision;
  const auto regression = make_model(params, num_features),
             formula = make_model(network(1, "-1.5*(y - o1)^2 + log(3/(2*pi))/2", "o1"), num_features),
             free = make_model(network(2, heteroscedastic, "o1"), num_features);
  const std::int64_t d = regression->dimensions();
  const auto theta = as_rows(some_parameters(d), d);
  std::vector<double> logs, golden_logs;
  const auto golden = full_gradients(clients, *regression, theta, &golden_logs);
  check_alike(full_gradients(clients, *formula, theta, &logs), golden, 1e-12);
  check_alike(logs, golden_logs, 1e-12);

  // With o2 = log of the deviation, whatever the weights of o1: those of the last layer are (o1, o2), then biases.
  auto numbers = data::host_copy(theta, 0, 1);
  numbers.insert(numbers.begin() + (d - 1), 4, 0.0);
  numbers.push_back(-0.5 * std::log(precision));
  auto gradient = full_gradients(clients, *free, as_rows(numbers, d + 5));
  gradient.pop_back();
  gradient.erase(gradient.begin() + (d - 1), gradient.begin() + (d + 3));
  check_alike(gradient, golden, 1e-12);

  // Errors and predictive likelihoods are found in the same way.
  const Rows& rows = clients.rows();
  const std::int64_t total = comm().all_reduce(rows.size(), Op::sum);
  Predictive known(comm(), *regression, rows, total), written(comm(), *formula, rows, total);
  for (const double size : {0.5, 0.7, 0.9}) {
    known.add(as_rows(some_parameters(d, size), d));
    written.add(as_rows(some_parameters(d, size), d));
  }
  CHECK(written.scores().error == Approx(known.scores().error).epsilon(1e-12));
  CHECK(written.scores().predictive == Approx(known.scores().predictive).epsilon(1e-12));
  CHECK(make_model(network(1, "y*o1 - exp(o1)"), num_features)->prediction() == Prediction::none);
}

TEST_CASE("gradients of rows are clipped one by one, in blocks of many", "[fsgld]") {
  const Clients clients(client_table(comm(), num_features, counts({90, 20})), {}, "the shards");
  if (clients.rows().size() == 0) return;
  ModelParams classes{.kind = ModelKind::network, .classes = 9, .hidden = {6}};
  for (const auto& params : {network(2, heteroscedastic), network(1, "y*o1 - exp(o1)"), classes}) {
    const auto model = make_model(params, num_features);
    const std::int64_t d = model->dimensions(), here = clients.rows().size();
    const auto theta = as_rows(some_parameters(d), d);
    const RowChoice all = choice_of(here, 131), one = choice_of(here, 1);
    std::vector<std::vector<double>> gradients;
    std::vector<double> norms;
    for (int n = 0; n < 131; ++n) {
      one.drawn(0, 0) = all.drawn(0, n);
      gradients.push_back(sum_of(*model, clients.rows(), theta, one, {}));
      double squares = 0.0;
      for (const double g : gradients.back()) squares += g * g;
      norms.push_back(std::sqrt(squares));
    }
    auto sorted = norms;
    std::nth_element(sorted.begin(), sorted.begin() + 65, sorted.end());
    const double clip = sorted[65];  // half of them are longer
    std::vector<double> expected(static_cast<std::size_t>(d), 0.0), plain = expected;
    for (std::size_t n = 0; n < norms.size(); ++n)
      for (std::size_t k = 0; k < plain.size(); ++k) {
        expected[k] += std::min(1.0, clip / norms[n]) * gradients[n][k];
        plain[k] += gradients[n][k];
      }
    check_alike(sum_of(*model, clients.rows(), theta, all, clip), expected, 1e-12);
    check_alike(sum_of(*model, clients.rows(), theta, all, {}), plain, 1e-12);
  }
}

TEST_CASE("chains with a formula are the same on any number of ranks", "[fsgld]") {
  SamplerParams params;
  params.chains = 5;
  params.updates = 40;
  params.local_updates = 4;
  params.batch = 6;
  params.step.size = 1e-3;
  params.model = network(2, heteroscedastic, "o1");
  for (const bool is_private : {false, true}) {
    if (is_private) params.privacy = PrivacyParams{.clip = 1.0, .noise = 1.0, .delta = 1e-5};
    const auto states = [&](const Comm& group) {
      Sampling sampling(11, params, client_table(group, num_features, counts({20, 33, 8, 41, 15})), num_features);
      Records records;
      sampling.sampler().advance(40, records);
      return sampling.sampler().all_parameters();
    };
    const auto together = states(comm());
    CHECK(together == states(comm().split(comm().rank())));
    CHECK(std::all_of(together.begin(), together.end(), [](double x) { return std::isfinite(x); }));
  }
}

TEST_CASE("what is wrong with a network's formula is said with its place", "[fsgld]") {
  CHECK(fault_of(of_network("outputs = 2\nmodel.log_likelihood = \"-(y - o1)^2*exp(o2) + o2/2\"")).empty());
  CHECK(fault_of(of_network("log_likelihood = \"y*o1 - exp(o1)\"")).empty());
  CHECK(fault_of(of_network("regression = true\nmodel.precision = 4.0")).empty());
  const auto missing = fault_of(of_network("outputs = 2\nmodel.log_likelihood = \"-(y - o1)^2 - o3\""));
  CHECK_THAT(missing, Contains("net.toml:6:24") && Contains("column 15") && Contains("unknown name 'o3'") &&
                          Contains("Did you mean 'o1'"));
  CHECK_THAT(fault_of(of_network("features = [\"dose\"]\nmodel.log_likelihood = \"-(y - o1*dosis)^2\"")),
             Contains("unknown name 'dosis'") && Contains("'dose'"));
  CHECK_THAT(fault_of(of_network("log_likelihood = \"-(y - o1)^2\"\nmodel.prediction = \"o1 + y\"")),
             Contains("net.toml:6:") && Contains("unknown name 'y'"));
  CHECK_THAT(fault_of(of_network("outputs = 2")), Contains("expected log_likelihood"));
  CHECK_THAT(fault_of(of_network("log_likelihood = \"-(y - o1)^2\"\nmodel.regression = true")),
             Contains("net.toml:6:") && Contains("regression"));
  CHECK_THAT(fault_of(of_network("outputs = 47\nmodel.features = [\"u\"]\nmodel.log_likelihood = \"y*o1\"")),
             Contains("expected at most 48"));
  // The effective deck says the same again.
  auto params = network(2, heteroscedastic, "o1");
  params.is_single = true;
  struct Stage {
    ModelParams model;
  } stage{params};
  const auto bind_all = [&](deck::Binder& b) { b.table("model", stage.model, {"of a row"}); };
  deck::EffectiveDeck text;
  text.write_stage("a", "sgld", bind_all);
  stage.model = {};
  auto deck = deck::Deck::parse(text.text(), "again.toml");
  deck.read_stage(0, bind_all);
  deck.finish();
  CHECK(stage.model.log_likelihood == heteroscedastic);
  CHECK(stage.model.outputs == 2);
  CHECK(stage.model.prediction == "o1");
}
