#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "learn/fsgld/batch_sums.hpp"
#include "learn/fsgld/full_gradient.hpp"
#include "learn/fsgld/growing.hpp"
#include "learn/fsgld/surrogate_fit.hpp"
#include "math/linear.hpp"

namespace tessera::learn::fsgld {

namespace {

/// Sums over the draws of the chain at each client.
class DrawMoments {
 public:
  DrawMoments(std::size_t clients, std::size_t d, Structure structure)
      : d_(d),
        is_full_(structure == Structure::full),
        first_(clients * d),
        sum_(clients * d),
        squares_(clients * (is_full_ ? d * d : d)),
        last_(clients * d),
        products_(clients * d) {}

  /// Deviations from the first draws are summed: of the size of what is sought.
  void add(const std::vector<double>& theta) {
    if (count_ == 0.0) first_ = theta;
    count_ += 1.0;
    const std::size_t clients = theta.size() / d_;
    std::vector<double> off(d_);
    for (std::size_t n = 0; n < clients; ++n) {
      for (std::size_t k = 0; k < d_; ++k) {
        off[k] = theta[n * d_ + k] - first_[n * d_ + k];
        sum_[n * d_ + k] += off[k];
        products_[n * d_ + k] += off[k] * last_[n * d_ + k];
        last_[n * d_ + k] = off[k];
      }
      if (!is_full_)
        for (std::size_t k = 0; k < d_; ++k) squares_[n * d_ + k] += off[k] * off[k];
      else
        for (std::size_t a = 0; a < d_; ++a)
          for (std::size_t b = 0; b < d_; ++b) squares_[(n * d_ + a) * d_ + b] += off[a] * off[b];
    }
  }
  double mean(std::size_t n, std::size_t k) const { return first_[n * d_ + k] + sum_[n * d_ + k] / count_; }
  /// Divided by the number of draws less one.
  double covariance(std::size_t n, std::size_t a, std::size_t b) const {
    const double squares = is_full_ ? squares_[(n * d_ + a) * d_ + b] : squares_[n * d_ + a];
    return (squares - sum_[n * d_ + a] * sum_[n * d_ + b] / count_) / (count_ - 1.0);
  }
  /// Independent draws that would tell as much of the mean, were the chain one of first order.
  double effective(std::size_t n, std::size_t k) const {
    const double mean = sum_[n * d_ + k] / count_;
    const double next = products_[n * d_ + k] / (count_ - 1.0) - mean * mean;
    const double correlation = std::clamp(next / covariance(n, k, k), 0.0, 1.0);
    return count_ * (1.0 - correlation) / (1.0 + correlation);
  }

 private:
  std::size_t d_;
  bool is_full_;
  double count_ = 0.0;
  std::vector<double> first_, sum_, squares_;
  std::vector<double> last_, products_;  // the draw before, and its products with the next one
};

/// Surrogates of fewer say little.
constexpr double fewest_effective = 30.0;

/// Collective. Of clients first, first + 1... here.
void warn_of_correlation(const Comm& comm, const DrawMoments& moments, std::int64_t first, std::size_t clients,
                         std::size_t d, const SurrogateParams& params) {
  struct Least {
    double size;
    std::int64_t client;
  };
  Least least{std::numeric_limits<double>::max(), 0};
  for (std::size_t n = 0; n < clients; ++n)
    for (std::size_t k = 0; k < d; ++k)
      if (const double size = moments.effective(n, k); size < least.size)
        least = {size, first + static_cast<std::int64_t>(n)};
  for (const auto& other : comm.all_gather(least))
    if (other.size < least.size) least = other;
  if (least.size < fewest_effective)
    log::warning(
        fmt::format("the {} draws that the surrogate of client {} is made of are worth about {:.0f} independent ones: "
                    "it can do more harm than good\na larger surrogates.thin ({}) or surrogates.step_size helps",
                    params.draws, least.client, least.size, params.thin));
}

/// Without the weak normal that the draws were tempered with.
Quadratic quadratic_of(const DrawMoments& moments, std::size_t n, int d, const SurrogateParams& params) {
  Quadratic q;
  const auto size = static_cast<std::size_t>(d);
  if (params.structure == Structure::diagonal) {
    for (std::size_t k = 0; k < size; ++k) {
      const double precision = 1.0 / moments.covariance(n, k, k);
      q.precision.push_back(precision - params.tempering);
      q.shift.push_back(precision * moments.mean(n, k));
    }
    return q;
  }
  math::Matrix covariance(d, d), right(d, d + 1);
  for (int a = 0; a < d; ++a) {
    for (int b = 0; b < d; ++b)
      covariance(a, b) = moments.covariance(n, static_cast<std::size_t>(a), static_cast<std::size_t>(b));
    right(a, 0) = moments.mean(n, static_cast<std::size_t>(a));
    right(a, a + 1) = 1.0;
  }
  const math::Matrix solved = math::solve(covariance, right, "the covariance of its draws");
  for (int a = 0; a < d; ++a) {
    q.shift.push_back(solved(a, 0));
    for (int b = 0; b < d; ++b)
      q.precision.push_back(0.5 * (solved(a, b + 1) + solved(b, a + 1)) - (a == b ? params.tempering : 0.0));
  }
  return q;
}

}  // namespace

Surrogates fit_by_sgld(const Clients& clients, Model& model, const SurrogateParams& params, const FitContext& context) {
  const Region region("fsgld/surrogates");
  const auto& comm = clients.comm();
  const std::int64_t first = clients.first_client(comm.rank());
  const std::int64_t count = clients.first_client(comm.rank() + 1) - first, d = model.dimensions();
  const auto n_clients = static_cast<std::size_t>(count), width = static_cast<std::size_t>(d);
  const std::int64_t batch = params.batch > 0 ? params.batch : context.batch;
  const bool takes_all = batch == 0;

  std::vector<double> start;
  std::vector<std::int64_t> ids, first_row, rows;
  std::vector<double> scale;
  for (std::int64_t s = first; s < first + count; ++s) {
    start.insert(start.end(), context.start.begin(), context.start.end());
    ids.push_back(s);
    first_row.push_back(clients.first_row(s));
    rows.push_back(clients.num_rows(s));
    scale.push_back(takes_all ? 1.0 : static_cast<double>(rows.back()) / static_cast<double>(batch));
  }
  UpdateKeys keys{device_copy("ids", ids), Array1<std::int64_t>("updates", n_clients)};
  RowChoice choice{device_copy("first", first_row), device_copy("count", rows),
                   data::RowArray<std::int32_t>("batch", takes_all ? 0 : n_clients, static_cast<std::size_t>(batch)),
                   takes_all};
  StepArrays arrays;
  arrays.theta = as_rows(start, d);
  arrays.sums = data::RowArray<double>("sums", n_clients, width);
  arrays.normals = data::RowArray<double>("normals", n_clients, width);
  arrays.count = choice.count;
  arrays.scale = device_copy("scale", scale);
  arrays.prior_mean = Array1<double>("mean", width);
  arrays.prior_precision = Array1<double>("precision", width);
  Kokkos::deep_copy(arrays.prior_precision, params.tempering);

  const BatchSums gradients(context.seed, 1, context.privacy);
  const Random noise(context.seed, RandomPurpose::fsgld_noise, 1);
  const double h = params.step_size.value_or(context.step_size);
  DrawMoments moments(n_clients, width, params.structure);
  const std::int64_t updates = params.burn_in + params.draws * params.thin;
  for (std::int64_t u = 1; u <= updates && count > 0; ++u) {
    keys.later = u;
    gradients.draw(keys, choice);
    gradients.sum(model, clients.rows(), keys, choice, arrays.theta, arrays.normals, arrays.sums);
    draw_normals(noise, keys, arrays.normals);
    step({}, {}, {}, {h}, batch, arrays);
    if (u > params.burn_in && (u - params.burn_in) % params.thin == 0)
      moments.add(data::host_copy(arrays.theta, 0, count));
  }

  Surrogates surrogates{.structure = params.structure, .here = {}, .total = {}};
  agree(comm, [&] {
    for (std::size_t n = 0; n < n_clients; ++n) {
      for (std::size_t k = 0; k < width; ++k)
        if (!(moments.covariance(n, k, k) > 0.0) || !std::isfinite(moments.covariance(n, k, k)))
          throw Error::numeric(fmt::format(
              "the surrogate of client {} cannot be found: the draws of its likelihood have the variance {} "
              "in parameter {}\nexpected a smaller surrogates.step_size ({}), or more tempering",
              first + static_cast<std::int64_t>(n), moments.covariance(n, k, k), k + 1, h));
      try {
        surrogates.here.push_back(quadratic_of(moments, n, static_cast<int>(d), params));
      } catch (const Error& error) {
        throw Error::numeric(
            fmt::format("the surrogate of client {} cannot be found: {}\nexpected more draws, or "
                        "structure = \"diagonal\"",
                        first + static_cast<std::int64_t>(n), error.what()));
      }
    }
  });
  warn_of_correlation(comm, moments, first, n_clients, width, params);
  sum_surrogates(clients, d, surrogates);
  return surrogates;
}

}  // namespace tessera::learn::fsgld
