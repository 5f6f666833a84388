// Derivatives of networks with respect to time and position, of those that PyTorch computed.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "diff/gradients.hpp"
#include "diff/program.hpp"
#include "diff/tangents.hpp"
#include "golden_networks.hpp"
#include "learn/action/field.hpp"
#include "learn/action/terms.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::learn::action;
using namespace tessera::test;

namespace {

constexpr std::int64_t golden_block = 8;

/// Derivatives of a network at the points of a group: each a dataset with a row of numbers a point.
class Derivatives {
 public:
  Derivatives(const GoldenNetwork& golden, const std::string& path)
      : path_(path), group_(golden.name), network_(read_network(golden, path, group_ + "/net")) {}

  const Network& network() const { return network_; }
  const std::vector<Node>& axes() const { return axes_; }
  Node t() const { return t_; }
  Node x() const { return x_; }
  Node probe() const { return probe_; }
  Node along_axis(Node y, std::int64_t n) { return tangent(y, {{x_, axes_[static_cast<std::size_t>(n)]}}); }
  Node along_time(Node y) { return tangent(y, {{t_, graph_.fill(1.0, 1)}}); }

  /// To be compared with numbers [first, first + width) of each row of a dataset.
  void expect(Node node, const std::string& name, std::int64_t first, double tolerance) {
    expected_.push_back({node, name, first, tolerance});
  }

  void check() const {
    std::vector<Node> outputs;
    for (const auto& one : expected_) outputs.push_back(one.node);
    Program program(graph_, outputs);
    const auto rows = [&](const char* name) { return read_rows(path_, group_ + "/" + name); };
    const auto t = rows("t"), x = rows("x"), probe = rows("probe");
    const auto total = static_cast<std::int64_t>(t.extent(0));
    for (std::int64_t first = 0; first < total; first += golden_block) {
      const auto count = std::min(golden_block, total - first);
      program.load(t_, t, first, count);
      program.load(x_, x, first, count);
      program.load(probe_, probe, first, count);
      program.run(network_.parameters().values(), count);
      for (std::size_t n = 0; n < expected_.size(); ++n) compare(expected_[n], program.output(n), first, count);
    }
  }

 private:
  struct Expected {
    Node node;
    std::string name;
    std::int64_t first;
    double tolerance;
  };

  void compare(const Expected& one, const Array2<double>& found, std::int64_t first, std::int64_t count) const {
    const auto golden = read_stored(path_, group_ + "/" + one.name);
    INFO(group_ << ": " << one.name << ", from column " << one.first << " on");
    const auto at = [&](std::int64_t row, std::int64_t n) {
      return golden.numbers[static_cast<std::size_t>(row * golden.width + n)];
    };
    double largest = 0.0, worst = 0.0;
    for (const double number : golden.numbers) largest = std::max(largest, std::fabs(number));
    for (std::int64_t row = 0; row < count; ++row)
      for (std::int64_t n = 0; n < one.node.width(); ++n)
        worst = std::max(worst, std::fabs(found(row, n) - at(first + row, one.first + n)));
    CHECK(largest > 0.0);
    CHECK(worst <= one.tolerance * largest);
  }

  std::string path_, group_;
  Network network_;
  Graph graph_{golden_block};
  std::int64_t dim_ = network_.shape().dimensions;
  Node t_ = graph_.input(1), x_ = graph_.input(dim_), probe_ = graph_.input(dim_);
  std::vector<Node> axes_ = learn::action::axes(graph_, dim_);
  std::vector<Expected> expected_;
};

void expect_action(Derivatives& of) {
  const Node s = of.network().action({of.t(), of.x()});
  const Node gradient = gradients(s, {of.x()})[0];
  const std::int64_t dim = of.x().width();
  of.expect(s, "s", 0, 1e-12);
  of.expect(gradient, "grad_s", 0, 1e-11);
  of.expect(of.along_time(s), "dt_s", 0, 1e-11);
  of.expect(gradients(s, {of.t()})[0], "dt_s", 0, 1e-11);
  of.expect(of.along_time(gradient), "dt_grad_s", 0, 1e-11);
  for (std::int64_t n = 0; n < dim; ++n) {
    of.expect(of.along_axis(s, n), "grad_s", n, 1e-11);
    of.expect(of.along_axis(gradient, n), "hess_s", dim * n, 1e-11);
  }
  std::vector<Motions> noises;
  for (const Node axis : of.axes()) noises.push_back({{of.x(), axis}});
  of.expect(2.0 * generator(s, {}, noises), "lap_s", 0, 1e-11);
  of.expect(2.0 * generator(s, {}, {{{of.x(), of.probe()}}}), "probe_quadratic_form", 0, 1e-11);
  of.expect(tangent(gradient, {{of.x(), of.probe()}}), "hess_vec", 0, 1e-11);
}

void expect_vector(Derivatives& of) {
  const Node v = of.network().field({of.t(), of.x()});
  of.expect(v, "v", 0, 1e-12);
  Node divergence;
  for (std::int64_t n = 0; n < v.width(); ++n) {
    const Node column = of.along_axis(v, n), row = gradients(slice(v, n, 1), {of.x()})[0];
    of.expect(row, "jac_v", v.width() * n, 1e-11);
    divergence = n == 0 ? slice(column, n, 1) : divergence + slice(column, n, 1);
  }
  of.expect(divergence, "div_v", 0, 1e-11);
}

/// Numbers [first, first + width) of rows that a field has given, against those of a dataset.
void check_rows(const data::RowArray<double>& rows, std::int64_t first, const std::string& path,
                const std::string& dataset, double tolerance) {
  INFO(dataset);
  const auto golden = read_stored(path, dataset);
  double largest = 0.0, worst = 0.0;
  for (std::int64_t row = 0; row < golden.rows; ++row)
    for (std::int64_t n = 0; n < golden.width; ++n) {
      const double expected = golden.numbers[static_cast<std::size_t>(row * golden.width + n)];
      largest = std::max(largest, std::fabs(expected));
      worst = std::max(worst, std::fabs(rows(row, first + n) - expected));
    }
  CHECK(worst <= tolerance * largest);
}

}  // namespace

TEST_CASE("derivatives of networks are those of PyTorch", "[action]") {
  for (const auto& golden : golden_networks()) {
    Derivatives derivatives(golden, action_data("mlp_derivatives"));
    if (golden.form == Form::vector)
      expect_vector(derivatives);
    else
      expect_action(derivatives);
    derivatives.check();
  }
}

TEST_CASE("fields of networks are those of PyTorch", "[action]") {
  const std::string path = action_data("mlp_derivatives");
  for (const auto& golden : golden_networks()) {
    const auto network = read_network(golden, path, golden.name + "/net");
    const auto t = read_rows(path, golden.name + "/t"), x = read_rows(path, golden.name + "/x");
    const std::size_t points = t.extent(0), copies = 300;  // more than a block of rows
    const data::RowArray<double> in("in", points * copies, x.extent(1) + 1),
        out("out", points * copies, x.extent(1) + 2);
    for (std::size_t row = 0; row < points * copies; ++row) {
      in(row, 0) = t(row % points, 0);
      for (std::size_t c = 0; c < x.extent(1); ++c) in(row, 1 + c) = x(row % points, c);
    }
    for (const auto precision : {Precision::double_, Precision::single_}) {
      Field field(network, true, precision);
      CHECK(field.input_width() == golden.dim + 1);
      CHECK(field.output_width() == golden.dim + 2);
      const auto count = static_cast<std::int64_t>(points * copies);
      field.evaluate(network.parameters().values(), in, count, out);
      const double tolerance = precision == Precision::double_ ? 1e-11 : 2e-5;
      const bool is_vector = golden.form == Form::vector;
      check_rows(out, 0, path, golden.name + (is_vector ? "/v" : "/grad_s"), tolerance);
      if (!is_vector) check_rows(out, golden.dim, path, golden.name + "/s", tolerance);
      check_rows(out, golden.dim + 1, path, golden.name + (is_vector ? "/div_v" : "/lap_s"), tolerance);
      bool is_same = true;
      for (std::size_t row = points; row < points * copies; ++row)
        for (std::size_t c = 0; c < out.extent(1); ++c) is_same = is_same && out(row, c) == out(row % points, c);
      CHECK(is_same);
    }
  }
}
