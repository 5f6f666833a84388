// What DSGLD and FSGLD really sample where that is known: stationary laws to three Monte Carlo errors.
#include <cmath>

#include "catch.hpp"
#include "chain_moments.hpp"
#include "client_table.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

namespace {

/// Of many comparisons one in 370 is farther off than three errors.
class LawCheck {
 public:
  void compare(const Estimate& estimate, double golden) {
    const double errors = std::fabs(estimate.mean - golden) / estimate.error;
    CHECK(errors < 4.5);
    ++count_;
    far_ += errors < 3.0 ? 0 : 1;
  }
  void compare(const ChainMoments& moments, const std::vector<double>& mean, const std::vector<double>& covariance) {
    const std::size_t d = mean.size();
    std::size_t place = 0;
    for (std::size_t a = 0; a < d; ++a) {
      compare(moments.first[a], mean[a]);
      for (std::size_t b = a; b < d; ++b) compare(moments.second[place++], covariance[a * d + b]);
    }
  }
  ~LawCheck() { CHECK(far_ <= 1 + count_ / 100); }

 private:
  int count_ = 0, far_ = 0;
};

struct Method {
  const char* group;
  bool is_federated = false;
  const char *precision = "", *mean = "";  ///< of given surrogates
  double alpha = 1.0;
};

/// Laws of one case of the Gaussian mean, those of all methods and lengths of visits.
void check_case(const std::string& name, const std::vector<std::int64_t>& lengths, std::int64_t batch, double prior,
                std::uint32_t seed, LawCheck& law) {
  const std::string path = fsgld_data("gauss_mean");
  const std::vector<Method> methods{
      {"dsgld"},
      {"fsgld_exact", true},
      {"fsgld_exact_alpha0p5", true, "", "", 0.5},
      {"fsgld_perturbed", true, "surrogate_perturbed_precision", "surrogate_perturbed_mean"}};
  for (const auto& method : methods)
    for (const auto length : lengths) {
      INFO(name << " " << method.group << " L = " << length);
      const std::string group = name + "/" + method.group + "/L" + std::to_string(length);
      SamplerParams params;
      params.chains = 256;
      params.local_updates = length;
      params.batch = batch;
      params.prior.precision = {prior};
      params.step.rule.alpha = method.alpha;
      params.schedule.visits = {Visits::given, read_stored(path, name + "/f").numbers};
      const bool is_given = std::string(method.precision) != "";
      if (method.is_federated && !is_given) params.surrogates.emplace();
      std::vector<Quadratic> given;
      if (is_given) {
        const auto precision = read_stored(path, name + "/" + method.precision).numbers,
                   mean = read_stored(path, name + "/" + method.mean).numbers;
        for (std::size_t s = 0; s < precision.size(); ++s)
          given.push_back({{precision[s], precision[s]}, {precision[s] * mean[2 * s], precision[s] * mean[2 * s + 1]}});
      }
      const auto table = [&] { return client_table(comm(), 2, stored_shards(path, name + "/shard_", "")); };
      Sampling sampling = is_given ? Sampling(seed, params, table(), 2, given) : Sampling(seed, params, table(), 2);
      // Ten visits or a hundred updates to forget the start.
      const std::int64_t burn_in = std::max<std::int64_t>(10 * length, 100),
                         updates = std::max<std::int64_t>(2 * length, 200);
      const auto mean = read_stored(path, group + "/time_avg_mean").numbers;
      const auto moments = moments_of(sampling.sampler(), params.chains, burn_in, updates, mean);
      law.compare(moments, mean, read_stored(path, group + "/time_avg_cov").numbers);
    }
}

/// One client with rows +-spread around 0, of one dimension: SGLD.
std::vector<Shard> pairs(std::int64_t rows, double spread) {
  Shard shard;
  for (std::int64_t n = 0; n < rows; ++n) shard.x.push_back(n % 2 == 0 ? spread : -spread);
  return {shard};
}

}  // namespace

TEST_CASE("blobs: laws of all methods", "[fsgld]") {
  LawCheck law;
  check_case("blobs_notebook", {1, 20, 200}, 10, 0.2, 1, law);
}

TEST_CASE("unequal shards: laws of all methods", "[fsgld]") {
  LawCheck law;
  check_case("unequal_uniform_f", {1, 10, 50}, 8, 1.0, 2, law);
  check_case("unequal_proportional_f", {1, 10, 50}, 8, 1.0, 3, law);
  check_case("unequal_custom_f", {1, 10, 50}, 8, 1.0, 4, law);
}

TEST_CASE("one client: laws of SGLD, SGHMC and of anchored gradients", "[fsgld]") {
  const std::string path = fsgld_data("extensions");
  // Precision 2 + 48 = 50, variance of the gradient (48 spread)^2 / 4 = 400.
  const auto table = [] { return client_table(comm(), 1, pairs(48, 2.0 * 20.0 / 48.0)); };
  SamplerParams params;
  params.chains = 512;
  params.batch = 4;
  params.prior.precision = {2.0};
  params.step.size = 2e-3;
  LawCheck law;
  const auto variance_is = [&](double variance) {
    Sampling sampling(5, params, table(), 1);
    law.compare(moments_of(sampling.sampler(), params.chains, 400, 400, {0.0}), {0.0}, {variance});
  };
  variance_is(read_stored(path, "sgld_var").numbers.front());
  const double without_noise = 1.0 / (50.0 * (1.0 - 2e-3 * 50.0 / 4.0));
  for (const auto control : {Control::svrg, Control::saga, Control::anchor}) {
    params.control = control;
    variance_is(without_noise);
  }
  params.control = Control::none;
  params.batch = 0;
  variance_is(without_noise);
  params.batch = 4;
  params.step.rule = {.rule = Rule::hamiltonian, .friction = 0.1};
  variance_is(read_stored(path, "sghmc_cov_theta_v").numbers.front());
}

TEST_CASE("linear regression: laws with all rows of a client", "[fsgld]") {
  const std::string path = fsgld_data("linear_regression");
  LawCheck law;
  for (const bool is_federated : {false, true})
    for (const std::int64_t length : {1, 10, 50}) {
      INFO((is_federated ? "FSGLD" : "DSGLD") << " L = " << length);
      SamplerParams params;
      params.chains = 256;
      params.local_updates = length;
      params.batch = 0;
      params.model = {.kind = ModelKind::linear, .precision = 2.0};
      if (is_federated) params.surrogates = SurrogateParams{.structure = Structure::full};
      params.schedule.visits = {Visits::given, read_stored(path, "f").numbers};
      params.spread = 0.1;
      Sampling sampling(6, params, client_table(comm(), 5, stored_shards(path, "X_", "y_")), 5);
      const std::string group =
          std::string(is_federated ? "fsgld_exact" : "dsgld_full_gradient") + "/L" + std::to_string(length);
      const auto mean = read_stored(path, group + "/mean").numbers;
      // The stored laws are those of rounds' ends.
      const auto covariance = read_stored(path, group + "/cov").numbers;
      Records records;
      sampling.sampler().advance(std::max<std::int64_t>(600, 10 * length), records);
      const auto at_end = moments_of(sampling.sampler(), params.chains, length - 1, 1, mean);
      law.compare(at_end, mean, covariance);
    }
}

TEST_CASE("clients that are not always there are visited as often as their drift expects", "[fsgld]") {
  const std::string path = fsgld_data("gauss_mean");
  SamplerParams params;
  params.chains = 256;
  params.local_updates = 1;
  params.batch = 8;
  params.schedule.availability = {0.9, 0.5, 0.8, 0.6, 0.4};
  Sampling sampling(7, params, client_table(comm(), 2, stored_shards(path, "unequal_uniform_f/shard_", "")), 2);
  const auto mean = read_stored(path, "unequal_uniform_f/posterior_mean").numbers;
  // All chains of a round find the same clients away: they are not independent, so that their mean over time is looked
  // at, with the error of 20 parts of it.
  Records records;
  sampling.sampler().advance(400, records);
  std::vector<double> parts[2];
  for (int part = 0; part < 20; ++part) {
    const auto moments = moments_of(sampling.sampler(), params.chains, 0, 400, mean);
    for (std::size_t k = 0; k < 2; ++k) parts[k].push_back(moments.first[k].mean - mean[k]);
  }
  LawCheck law;
  for (const auto& of_time : parts) {
    double sum = 0.0, squares = 0.0;
    for (const double x : of_time) sum += x / 20.0;
    for (const double x : of_time) squares += (x - sum) * (x - sum) / 19.0;
    law.compare({sum, std::sqrt(squares / 20.0)}, 0.0);
  }
}

TEST_CASE("clients where long visits have no bound are found", "[fsgld]") {
  // One client that is more informative than the others, with surrogates at the largest likelihood.
  const auto shards = two_classes(2, {400, 20, 20, 20}, 3);
  SamplerParams params;
  params.local_updates = 10;
  params.model.kind = ModelKind::logistic;
  params.surrogates = SurrogateParams{.kind = SurrogateKind::laplace};
  Sampling improper(1, params, client_table(comm(), 2, shards), 2);
  CHECK(improper.preparation().improper.count == 1);
  CHECK(improper.preparation().improper.worst.client == 0);
  CHECK(improper.preparation().improper.worst.eigenvalue < 0.0);
  params.schedule.visits.kind = Visits::by_rows;
  params.surrogates->inflation = 4.0;
  params.prior.precision = {20.0};
  Sampling proper(1, params, client_table(comm(), 2, shards), 2);
  CHECK(proper.preparation().improper.count == 0);
  // A Gaussian likelihood keeps its chains by itself.
  params = {};
  params.local_updates = 10;
  params.surrogates.emplace();
  Sampling gaussian(1, params, client_table(comm(), 2, shards), 2);
  CHECK(gaussian.preparation().improper.count == 0);
}
