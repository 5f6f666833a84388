// Gradients of the objectives, by finite differences of the loss; and ways to have the same terms, with integrals over
// time by quadrature and all samples of two snapshots: what is then left to tell them apart is rounding.
#include <array>
#include <cmath>
#include <utility>

#include "base/random.hpp"
#include "catch.hpp"
#include "row_objective.hpp"

using namespace tessera;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

constexpr std::int64_t plane = 2;

Network make_network(Form form) {
  NetworkParams params{.form = form, .hidden = {7, 6}};
  Network network({.params = params, .dimensions = plane, .mean = {0.2, -0.1}, .deviation = {0.8, 1.3}});
  network.draw(3);
  return network;
}

double number_of(std::uint64_t id, std::uint64_t kind) {
  return Random(11, RandomPurpose::test).normal(id, kind).first;
}

/// Rows of no meaning, but of the right signs.
std::vector<double> random_rows(const RowLayout& layout, std::int64_t count) {
  std::vector<double> rows(static_cast<std::size_t>(count * layout.width()));
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto place = static_cast<std::int64_t>(n) % layout.width();
    rows[n] = number_of(n, 0);
    if (place == RowLayout::time || place == RowLayout::sigma || place == RowLayout::weight)
      rows[n] = 0.1 + 0.8 * Random(11, RandomPurpose::test).uniform(n, 1).first;
  }
  return rows;
}

struct Slopes {
  double exact, differences;
};

/// Of the loss along a direction of the weights. What is held while differentiating makes up for what is left out: it
/// must be the slope of the loss itself.
Slopes compare_slopes(Form form, const RowLayout& layout, const DynamicsParams& dynamics) {
  const auto network = make_network(form);
  RowObjective objective(comm(), network, layout, dynamics);
  const auto rows = random_rows(layout, 19);
  const auto& weights = network.parameters().values();
  std::vector<double> middle(weights.extent(0)), direction;
  for (std::size_t n = 0; n < middle.size(); ++n) {
    middle[n] = weights(n);
    direction.push_back(number_of(n, 2));
  }
  const auto loss_at = [&](double distance) {
    for (std::size_t n = 0; n < middle.size(); ++n) weights(n) = middle[n] + distance * direction[n];
    objective.evaluate(rows, weights);
    return objective.loss();
  };
  std::vector<double> row;
  for (double h = 0.004; h > 0.0002; h /= 2.0) {  // Richardson's extrapolation
    std::vector<double> next{(loss_at(h) - loss_at(-h)) / (2.0 * h)};
    double power = 4.0;
    for (const double previous : row) {
      next.push_back((power * next.back() - previous) / (power - 1.0));
      power *= 4.0;
    }
    row = next;
  }
  loss_at(0.0);
  return {objective.gradient_along(direction), row.back()};
}

}  // namespace

TEST_CASE("gradients of all objectives are slopes of their losses", "[action]") {
  for (const auto form : {Form::scalar, Form::quad, Form::inner})
    for (const auto estimator : {Estimator::standard, Estimator::difference, Estimator::path_velocity})
      for (const double cost : {2.0, 1.5, 3.0})
        for (const int noise : {0, 1, 2, 3}) {  // none, exact, one direction, two
          if (cost != 2.0 && noise > 1) continue;
          INFO("form " << static_cast<int>(form) << ", estimator " << static_cast<int>(estimator) << ", |v|^" << cost
                       << ", noise " << noise);
          RowLayout layout{.dimensions = plane, .estimator = estimator};
          layout.has_noise = noise > 0;
          layout.probes = noise > 1 ? noise - 1 : 0;
          DynamicsParams dynamics;
          dynamics.sigma = noise > 0 ? "1" : "";
          dynamics.growth = noise == 1 ? 0.7 : 0.0;
          dynamics.cost_exponent = cost;
          const auto [exact, differences] = compare_slopes(form, layout, dynamics);
          CHECK(std::fabs(exact) > 1e-3);
          CHECK_THAT(differences, WithinRel(exact, 2e-7));
        }
}

TEST_CASE("gradients of objectives of fields are slopes of their losses", "[action]") {
  for (const auto method : {Method::score, Method::sliced_score, Method::flow})
    for (const std::int64_t probes : {0, 1, 3}) {
      if ((probes > 0) != (method == Method::sliced_score)) continue;
      INFO("method " << static_cast<int>(method) << ", " << probes << " probes");
      const RowLayout layout{.dimensions = plane, .method = method, .probes = probes};
      const auto [exact, differences] = compare_slopes(Form::vector, layout, {});
      CHECK(std::fabs(exact) > 1e-3);
      CHECK_THAT(differences, WithinRel(exact, 2e-7));
    }
}

namespace {

/// Three points of Gauss's rule in each of many intervals of [0, 1], and their weights.
std::vector<std::pair<double, double>> quadrature() {
  constexpr int intervals = 24;
  const double far = 0.5 * std::sqrt(0.6);
  const std::array<std::pair<double, double>, 3> rule{
      {{0.5 - far, 5.0 / 18.0}, {0.5, 8.0 / 18.0}, {0.5 + far, 5.0 / 18.0}}};
  std::vector<std::pair<double, double>> points;
  for (int n = 0; n < intervals; ++n)
    for (const auto& [place, weight] : rule) points.push_back({(n + place) / intervals, weight / intervals});
  return points;
}

constexpr std::size_t num_pairs = 3;

using Point = std::array<double, plane>;
Point point_of(std::size_t pair, bool is_late) {
  return {number_of(pair, is_late ? 4 : 3), number_of(pair, is_late ? 6 : 5) + (is_late ? 1.0 : 0.0)};
}

/// Rows of one estimator: those of the integral, then one for each pair with the ends.
class PairRows {
 public:
  explicit PairRows(Estimator estimator) : layout_{.dimensions = plane, .estimator = estimator} {}
  const RowLayout& layout() const { return layout_; }
  const std::vector<double>& rows() const { return rows_; }

  void add_inner(double t, double weight, const Point& x, std::size_t pair) {
    const auto first = add(t, weight, x);
    const Point low = point_of(pair, false), high = point_of(pair, true);
    for (std::size_t c = 0; c < low.size(); ++c) {
      const auto extra = first + static_cast<std::size_t>(layout_.extra()) + c;
      if (layout_.estimator == Estimator::path_velocity) rows_[extra] = high[c] - low[c];
      if (layout_.estimator == Estimator::difference) rows_[extra] = low[c], rows_[extra + plane] = high[c];
    }
    if (layout_.estimator == Estimator::difference)
      rows_[first + static_cast<std::size_t>(layout_.extra() + 2 * plane)] = 1.0;
  }
  void add_ends() {
    if (layout_.estimator != Estimator::standard) return;
    for (std::size_t pair = 0; pair < num_pairs; ++pair) {
      const auto first = add(0.5, 0.0, point_of(pair, false));
      for (const bool is_late : {false, true}) {
        const auto place = first + static_cast<std::size_t>(is_late ? layout_.end() : layout_.start());
        const Point x = point_of(pair, is_late);
        rows_[place] = 1.0 / num_pairs;
        for (std::size_t c = 0; c < x.size(); ++c) rows_[place + 1 + c] = x[c];
      }
    }
  }

 private:
  std::size_t add(double t, double weight, const Point& x) {
    const std::size_t first = rows_.size();
    rows_.resize(first + static_cast<std::size_t>(layout_.width()));
    rows_[first + RowLayout::time] = t;
    rows_[first + RowLayout::weight] = weight;
    for (std::size_t c = 0; c < x.size(); ++c) rows_[first + RowLayout::position + c] = x[c];
    return first;
  }

  RowLayout layout_;
  std::vector<double> rows_;
};

/// With x in turn at both ends, with the probabilities of a mixture; or on the line between them.
PairRows rows_along(Estimator estimator, bool is_mixture) {
  PairRows rows(estimator);
  for (const auto& [t, share] : quadrature())
    for (std::size_t pair = 0; pair < num_pairs; ++pair) {
      const Point low = point_of(pair, false), high = point_of(pair, true);
      if (is_mixture) {
        rows.add_inner(t, share * (1.0 - t) / num_pairs, low, pair);
        rows.add_inner(t, share * t / num_pairs, high, pair);
      } else {
        rows.add_inner(t, share / num_pairs, {(1.0 - t) * low[0] + t * high[0], (1.0 - t) * low[1] + t * high[1]},
                       pair);
      }
    }
  rows.add_ends();
  return rows;
}

void expect_same(const PairRows& one, const PairRows& other) {
  for (const auto form : {Form::scalar, Form::quad, Form::inner})
    for (const double cost : {2.0, 3.0}) {
      INFO("form " << static_cast<int>(form) << ", |v|^" << cost);
      const auto network = make_network(form);
      DynamicsParams dynamics;
      dynamics.cost_exponent = cost;
      RowObjective first(comm(), network, one.layout(), dynamics), second(comm(), network, other.layout(), dynamics);
      first.evaluate(one.rows(), network.parameters().values());
      second.evaluate(other.rows(), network.parameters().values());
      CHECK_THAT(first.loss(), WithinRel(second.loss(), 1e-8));
      CHECK_THAT(first.cost(), WithinRel(second.cost(), 1e-12));
      double largest = 0.0, worst = 0.0;
      for (std::size_t n = 0; n < first.gradient().extent(0); ++n) {
        largest = std::max(largest, std::fabs(first.gradient()(n)));
        worst = std::max(worst, std::fabs(first.gradient()(n) - second.gradient()(n)));
      }
      CHECK(worst < 1e-8 * largest);
    }
}

}  // namespace

TEST_CASE("differences between neighbouring snapshots are the terms of a mixture", "[action]") {
  expect_same(rows_along(Estimator::standard, true), rows_along(Estimator::difference, true));
}

TEST_CASE("velocities along the path are the terms of an interpolation", "[action]") {
  expect_same(rows_along(Estimator::standard, false), rows_along(Estimator::path_velocity, false));
}
