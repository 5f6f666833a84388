#include "learn/comparison/distances.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/agree.hpp"
#include "base/region.hpp"
#include "math/discrepancy.hpp"
#include "math/gaussian.hpp"
#include "math/sliced.hpp"

namespace tessera::learn::comparison {

namespace {

bool is_transport(Metric metric) { return metric == Metric::w1 || metric == Metric::w2; }

/// In units of a scale, if there is one.
double relative(double value, double scale) { return scale > 0.0 ? value / scale : value; }

double mean_error(const math::Gaussian& expected, const math::Gaussian& found) {
  double squared = 0.0, trace = 0.0;
  for (std::size_t c = 0; c < expected.mean.size(); ++c) {
    squared += (found.mean[c] - expected.mean[c]) * (found.mean[c] - expected.mean[c]);
    trace += expected.covariance(static_cast<int>(c), static_cast<int>(c));
  }
  return relative(std::sqrt(squared), std::sqrt(trace));
}

double covariance_error(const math::Gaussian& expected, const math::Gaussian& found) {
  return relative(frobenius_norm(found.covariance + (-1.0) * expected.covariance), frobenius_norm(expected.covariance));
}

}  // namespace

Selection Selection::at_most(std::int64_t limit) const {
  return {source, snapshot, order, first, std::min(count, limit)};
}

math::Points Selection::points() const {
  const Comm& comm = source->comm();
  const auto begin = [&](int rank) { return data::first_of_share(count, math::Points::block, rank, comm.size()); };
  std::vector<std::int64_t> numbers;
  for (std::int64_t place = begin(comm.rank()); place < begin(comm.rank() + 1); ++place)
    numbers.push_back(order[first + place]);
  return source->points(snapshot, numbers);
}

std::vector<std::string> distance_names(const CompareParams& params) {
  auto names = params.metrics;
  names.insert(names.end(), {"mean error", "covariance error"});
  return names;
}

Distances::Distances(const CompareParams& params, std::uint32_t seed, int dimension)
    : params_(params),
      metrics_(params.chosen()),
      directions_(math::draw_directions(seed, params.directions, dimension)) {}

double Distances::metric(Metric metric, const math::Points& x, const math::Points& y) const {
  const auto& kernel = params_.kernel;
  const auto kernels = math::GaussianKernels::of(kernel.exponents, kernel.offset, kernel.is_mean);
  if (metric == Metric::mmd)
    return kernel.is_unbiased ? math::mmd2_unbiased(x, y, kernels) : math::mmd2_biased(x, y, kernels);
  if (metric == Metric::energy) return math::energy_distance(x, y);
  if (metric == Metric::sliced_w2) return math::sliced_w2(x, y, directions_);
  return std::sqrt(math::sinkhorn(x, y, params_.sinkhorn).cost);
}

/// Collective. All but exact transports, whose values are 0.
std::vector<double> Distances::measure_spread(const Selection& reference, const Selection& other) const {
  const Region region("comparison/distances");
  const auto x = reference.points(), y = other.points();
  const auto of_x = math::moments(x), of_y = math::moments(y);
  std::vector<double> values;
  for (const auto kind : metrics_) {
    if (is_transport(kind))
      values.push_back(0.0);
    else if (kind == Metric::bures)
      values.push_back(math::bures_w2(of_x, of_y));
    else if (kind == Metric::sinkhorn)
      values.push_back(metric(kind, reference.at_most(params_.sinkhorn.rows).points(),
                              other.at_most(params_.sinkhorn.rows).points()));
    else
      values.push_back(metric(kind, x, y));
  }
  values.insert(values.end(), {mean_error(of_x, of_y), covariance_error(of_x, of_y)});
  return values;
}

std::vector<std::vector<double>> Distances::measure(const Comm& comm, const Selection& reference,
                                                    const std::vector<Selection>& others) const {
  std::vector<std::vector<double>> values;
  for (const auto& other : others) values.push_back(measure_spread(reference, other));

  struct Transport {
    int order;
    math::Cloud x, y;
  };
  std::vector<std::pair<std::size_t, std::size_t>> places;  // (other, metric)
  std::vector<Transport> mine;
  const auto is_mine = [&] {
    return static_cast<int>(places.size() % static_cast<std::size_t>(comm.size())) == comm.rank();
  };
  const auto gather = [&](const Selection& selection, std::int64_t count) {
    std::vector<std::int64_t> numbers;
    for (std::int64_t n = 0; is_mine() && n < count; ++n) numbers.push_back(selection.order[selection.first + n]);
    return selection.source->cloud(selection.snapshot, numbers);
  };
  for (std::size_t n = 0; n < others.size(); ++n)
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      if (!is_transport(metrics_[m])) continue;
      const auto count = std::min({reference.count, others[n].count, params_.transport_rows});
      Transport transport{metrics_[m] == Metric::w1 ? 1 : 2, gather(reference, count), gather(others[n], count)};
      if (is_mine()) mine.push_back(std::move(transport));
      places.emplace_back(n, m);
    }
  if (places.empty()) return values;
  const Region region("comparison/transport");
  std::vector<double> found(places.size(), 0.0);
  agree(comm, [&] {
    for (std::size_t n = 0; n < mine.size(); ++n)
      found[static_cast<std::size_t>(comm.rank()) + n * static_cast<std::size_t>(comm.size())] =
          math::wasserstein(mine[n].x, mine[n].y, mine[n].order);
  });
  comm.all_reduce(found.data(), static_cast<int>(found.size()), Op::sum);
  for (std::size_t n = 0; n < places.size(); ++n) values[places[n].first][places[n].second] = found[n];
  return values;
}

}  // namespace tessera::learn::comparison
