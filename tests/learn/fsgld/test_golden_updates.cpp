// Local updates with prescribed clients, batches and normal numbers, of those that NumPy computed.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "client_table.hpp"
#include "learn/fsgld/full_gradient.hpp"
#include "learn/fsgld/model_params.hpp"
#include "learn/fsgld/surrogates.hpp"

using namespace tessera;
using namespace tessera::learn::fsgld;
using namespace tessera::test;

namespace {

constexpr double tolerance = 1e-12;
constexpr std::int64_t d = 3;

/// A single chain on one rank.
class Replay {
 public:
  explicit Replay(const std::string& path)
      : clients_(client_table(comm(), d, stored_shards(path, "shard_", "")),
                 {Visits::given, read_stored(path, "f").numbers}, "the shards"),
        model_(make_gaussian_mean(1.0, d)),
        schedule_(1, clients_, {}),
        sequence_(read_stored(path, "shard_sequence").numbers),
        rows_(read_stored(path, "minibatch_indices").numbers),
        normals_(read_stored(path, "normals").numbers),
        start_(read_stored(path, "theta0").numbers) {
    const Stored precision = read_stored(path, "surrogate_precision"), mean = read_stored(path, "surrogate_mean");
    surrogates_.structure = Structure::full;
    for (std::int64_t s = 0; s < clients_.size(); ++s) {
      Quadratic q;
      const auto begin = precision.numbers.begin() + s * d * d;
      q.precision.assign(begin, begin + d * d);
      for (std::int64_t a = 0; a < d; ++a) {
        double sum = 0.0;
        for (std::int64_t b = 0; b < d; ++b)
          sum += q.precision[static_cast<std::size_t>(a * d + b)] * mean.numbers[static_cast<std::size_t>(s * d + b)];
        q.shift.push_back(sum);
      }
      surrogates_.here.push_back(q);
    }
    sum_surrogates(clients_, d, surrogates_);
  }

  const Clients& clients() const { return clients_; }
  const Schedule& schedule() const { return schedule_; }
  const Surrogates& surrogates() const { return surrogates_; }

  /// All states, one behind the other.
  std::vector<double> run(const RuleParams& rule, bool is_federated, bool is_reduced) {
    const Correction correction = is_federated ? conducive_correction(clients_, schedule_, surrogates_) : Correction{};
    StepArrays arrays;
    arrays.theta = as_rows(start_, d);
    arrays.extra = data::RowArray<double>("extra", 1, static_cast<std::size_t>(d));
    arrays.sums = data::RowArray<double>("sums", 1, static_cast<std::size_t>(d));
    arrays.client = Array1<std::int32_t>("client", 1);
    arrays.count = Array1<std::int64_t>("count", 1);
    arrays.scale = Array1<double>("scale", 1);
    arrays.prior_mean = Array1<double>("mean", static_cast<std::size_t>(d));
    arrays.prior_precision = Array1<double>("precision", static_cast<std::size_t>(d));
    Kokkos::deep_copy(arrays.prior_precision, 0.2);
    if (is_reduced) arrays.steady = data::RowArray<double>("steady", 1, static_cast<std::size_t>(d));
    RowChoice choice{Array1<std::int64_t>("first", 1), arrays.count,
                     data::RowArray<std::int32_t>("batch", 1, static_cast<std::size_t>(batch)), false};
    data::RowArray<double> anchor("anchor", 1, static_cast<std::size_t>(d)),
        anchor_sums("sums", 1, static_cast<std::size_t>(d));
    std::vector<double> states;
    for (std::size_t u = 0; u < sequence_.size() * local_updates; ++u) {
      const auto client = static_cast<std::int64_t>(sequence_[u / local_updates]);
      choice.first(0) = clients_.first_row(client);
      arrays.count(0) = clients_.num_rows(client);
      arrays.client(0) = static_cast<std::int32_t>(client);
      arrays.scale(0) = static_cast<double>(clients_.num_rows(client)) / (schedule_.visited(client) * batch);
      if (is_reduced && u % local_updates == 0) {
        Kokkos::deep_copy(anchor, arrays.theta);
        data::set_rows(arrays.steady, 0, full_gradients(clients_, *model_, anchor));
      }
      for (std::size_t n = 0; n < batch; ++n) choice.drawn(0, n) = static_cast<std::int32_t>(rows_[u * batch + n]);
      const auto normal = normals_.begin() + static_cast<std::ptrdiff_t>(u) * d;
      arrays.normals = as_rows(std::vector<double>(normal, normal + d), d);
      model_->sum_gradients(clients_.rows(), arrays.theta, choice, {}, arrays.sums);
      if (is_reduced) {
        model_->sum_gradients(clients_.rows(), anchor, choice, {}, anchor_sums);
        for (std::int64_t k = 0; k < d; ++k) arrays.sums(0, k) -= anchor_sums(0, k);
      }
      step(rule, correction, {}, {1e-3}, batch, arrays);
      const auto now = data::host_copy(arrays.theta, 0, 1);
      states.insert(states.end(), now.begin(), now.end());
    }
    return states;
  }

 private:
  static constexpr std::size_t batch = 5, local_updates = 4;
  Clients clients_;
  std::unique_ptr<Model> model_;
  Schedule schedule_;
  std::vector<double> sequence_, rows_, normals_, start_;
  Surrogates surrogates_;
};

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) largest = std::max(largest, std::fabs(a[n] - b[n]));
  return largest;
}

}  // namespace

TEST_CASE("updates of all rules are those of NumPy", "[fsgld]") {
  const std::string path = fsgld_data("trajectory");
  Replay replay(path);
  const auto stored = [&](const char* name) { return read_stored(path, name).numbers; };
  CHECK(largest_difference(replay.run({}, false, false), stored("theta_dsgld")) < tolerance);
  CHECK(largest_difference(replay.run({}, true, false), stored("theta_fsgld")) < tolerance);
  CHECK(largest_difference(replay.run({.alpha = 0.5}, true, false), stored("theta_fsgld_alpha0p5")) < tolerance);
  CHECK(largest_difference(replay.run({.rule = Rule::rmsprop}, true, false), stored("theta_psgld_rmsprop")) <
        tolerance);
  CHECK(largest_difference(replay.run({.rule = Rule::hamiltonian}, true, false), stored("theta_sghmc")) < tolerance);
  CHECK(largest_difference(replay.run({}, false, true), stored("theta_svrg_ld")) < tolerance);
}

TEST_CASE("the mean of conducive gradients over visits is nothing", "[fsgld]") {
  const std::string path = fsgld_data("trajectory");
  const Replay replay(path);
  const auto correction = conducive_correction(replay.clients(), replay.schedule(), replay.surrogates());
  const auto theta = read_stored(path, "theta0").numbers, golden = read_stored(path, "conducive_at_theta0").numbers;
  std::vector<double> mean(static_cast<std::size_t>(d), 0.0);
  for (std::int64_t s = 0; s < replay.clients().size(); ++s)
    for (std::int64_t a = 0; a < d; ++a) {
      double g = correction.shift(s, a);
      for (std::int64_t b = 0; b < d; ++b) g -= correction.full(s, a * d + b) * theta[static_cast<std::size_t>(b)];
      CHECK(g == Approx(golden[static_cast<std::size_t>(s * d + a)]).epsilon(1e-12).margin(1e-10));
      mean[static_cast<std::size_t>(a)] += replay.schedule().visited(s) * g;
    }
  for (const double g : mean) CHECK(std::fabs(g) < 1e-11);
}
