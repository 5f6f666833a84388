// Paths along the gradient of an action, step by step with the values that a field gives, against reference data.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "golden_networks.hpp"
#include "learn/action/field.hpp"

using namespace tessera;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

/// Points that a field is asked about.
class Points {
 public:
  using Numbers = std::vector<double>;

  Points(const GoldenNetwork& golden, const std::string& path)
      : path_(path),
        name_(golden.name),
        dim_(static_cast<std::size_t>(golden.dim)),
        network_(read_network(golden, path, name_ + "/net")),
        field_(network_, true),
        start_(of("x0")) {
    const std::size_t count = start_.size() / dim_;
    in_ = data::RowArray<double>("in", count, dim_ + 1);
    out_ = data::RowArray<double>("out", count, dim_ + 2);
  }

  Numbers of(const std::string& dataset) const { return read_stored(path_, name_ + "/" + dataset).numbers; }
  const Numbers& start() const { return start_; }
  std::size_t dim() const { return dim_; }

  Numbers velocity(double t, const Numbers& x) {
    const std::size_t count = x.size() / dim_;
    for (std::size_t n = 0; n < count; ++n) {
      in_(n, 0) = t;
      for (std::size_t c = 0; c < dim_; ++c) in_(n, 1 + c) = x[n * dim_ + c];
    }
    field_.evaluate(network_.parameters().values(), in_, static_cast<std::int64_t>(count), out_);
    return column(0, dim_);
  }
  /// Where the velocity was asked for last.
  Numbers action() const { return column(dim_, 1); }
  Numbers laplacian() const { return column(dim_ + 1, 1); }

 private:
  Numbers column(std::size_t first, std::size_t width) const {
    Numbers numbers;
    for (std::size_t n = 0; n < out_.extent(0); ++n)
      for (std::size_t c = first; c < first + width; ++c) numbers.push_back(out_(n, c));
    return numbers;
  }

  std::string path_, name_;
  std::size_t dim_;
  Network network_;
  Field field_;
  Numbers start_;
  data::RowArray<double> in_, out_;
};

using Numbers = Points::Numbers;

Numbers moved(Numbers x, double h, const Numbers& v) {
  for (std::size_t n = 0; n < x.size(); ++n) x[n] += h * v[n];
  return x;
}

Numbers euler(Points& points, double t, double h, const Numbers& x) { return moved(x, h, points.velocity(t, x)); }

Numbers heun(Points& points, double t, double h, const Numbers& x) {
  const auto first = points.velocity(t, x), second = points.velocity(t + h, moved(x, h, first));
  return moved(moved(x, 0.5 * h, first), 0.5 * h, second);
}

/// Also adds up s and its Laplacian by the same rule.
Numbers rk4(Points& points, double t, double h, const Numbers& x, Numbers& actions, Numbers& laplacians) {
  const auto add = [&](double share) {
    actions = moved(actions, share * h, points.action());
    laplacians = moved(laplacians, share * h, points.laplacian());
  };
  const auto a = points.velocity(t, x);
  add(1.0 / 6.0);
  const auto b = points.velocity(t + 0.5 * h, moved(x, 0.5 * h, a));
  add(1.0 / 3.0);
  const auto c = points.velocity(t + 0.5 * h, moved(x, 0.5 * h, b));
  add(1.0 / 3.0);
  const auto d = points.velocity(t + h, moved(x, h, c));
  add(1.0 / 6.0);
  return moved(moved(moved(moved(x, h / 6.0, a), h / 3.0, b), h / 3.0, c), h / 6.0, d);
}

/// Frame number n of a dataset of frames, of which each has as many numbers as x.
double frame_distance(const Numbers& x, const Numbers& frames, std::size_t n) {
  double worst = 0.0, largest = 1.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, std::fabs(x[i] - frames.at(n * x.size() + i)));
    largest = std::max(largest, std::fabs(frames.at(n * x.size() + i)));
  }
  return worst / largest;
}

}  // namespace

TEST_CASE("steps along the gradient of an action are those of the reference", "[action]") {
  for (const auto& golden : golden_networks()) {
    if (golden.form == Form::vector) continue;
    INFO(golden.name);
    Points points(golden, action_data("integrators"));
    const auto by_euler = points.of("euler20"), by_heun = points.of("heun20"), by_rk4 = points.of("rk4_20");
    constexpr double h = 1.0 / 20.0;
    Numbers x = points.start(), y = x, z = x, unused(x.size() / points.dim()), ignored = unused;
    double worst = 0.0;
    for (std::size_t n = 0; n < 20; ++n) {
      const double t = h * static_cast<double>(n);
      x = euler(points, t, h, x);
      y = heun(points, t, h, y);
      z = rk4(points, t, h, z, unused, ignored);
      worst = std::max({worst, frame_distance(x, by_euler, n + 1), frame_distance(y, by_heun, n + 1),
                        frame_distance(z, by_rk4, n + 1)});
    }
    CHECK(worst < 1e-11);
  }
}

TEST_CASE("ends of paths, and integrals along them, are those of the reference", "[action]") {
  for (const auto& golden : golden_networks()) {
    if (golden.form == Form::vector) continue;
    INFO(golden.name);
    Points points(golden, action_data("integrators"));
    constexpr int steps = 1000;  // network b is stiff
    Numbers x = points.start(), action(x.size() / points.dim()), laplacian = action;
    for (int n = 0; n < steps; ++n) x = rk4(points, n / double{steps}, 1.0 / steps, x, action, laplacian);
    CHECK(frame_distance(x, points.of("x1_reference"), 0) < 1e-8);
    CHECK(frame_distance(action, points.of("int_s"), 0) < 1e-8);
    CHECK(frame_distance(laplacian, points.of("int_lap_s"), 0) < 1e-8);
  }
}

TEST_CASE("noisy steps with given normal numbers, and weights, are those of the reference", "[action]") {
  constexpr double sigma = 0.4, h = 1.0 / 16.0;
  for (const auto& golden : golden_networks()) {
    if (golden.form == Form::vector) continue;
    INFO(golden.name);
    Points points(golden, action_data("integrators"));
    const auto normals = points.of("sde_normals"), frames = points.of("sde_euler_maruyama"),
               weights = points.of("sde_log_weights");
    Numbers x = points.start(), weight(x.size() / points.dim());
    double worst = 0.0;
    for (std::size_t n = 0; n < 16; ++n) {
      const auto v = points.velocity(h * static_cast<double>(n), x);
      weight = moved(weight, h, points.action());
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += h * v[i] + sigma * std::sqrt(h) * normals[n * x.size() + i];
      worst = std::max({worst, frame_distance(x, frames, n + 1), frame_distance(weight, weights, n + 1)});
    }
    CHECK(worst < 1e-11);
  }
}
