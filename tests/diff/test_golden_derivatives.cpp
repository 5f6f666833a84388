// Derivatives of networks with respect to time and position, of those that PyTorch computed.
#include <algorithm>
#include <cmath>

#include "action_networks.hpp"
#include "catch.hpp"
#include "diff/gradients.hpp"
#include "diff/program.hpp"
#include "diff/tangents.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

namespace {

constexpr std::int64_t golden_block = 8;

/// Derivatives of a network at the points of a group: each a dataset with a row of numbers a point.
class Derivatives {
 public:
  Derivatives(const ActionNetwork& network, const std::string& path)
      : path_(path), group_(network.name), action_(network, path, group_ + "/net") {}

  const Action& action() const { return action_; }
  Graph& graph() { return graph_; }
  Node t() const { return t_; }
  Node x() const { return x_; }
  Node probe() const { return probe_; }
  Node along_axis(Node y, std::int64_t n) { return tangent(y, {{x_, axis(graph_, x_.width(), n)}}); }
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
      program.run(action_.parameters().values(), count);
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
  Action action_;
  Graph graph_{golden_block};
  Node t_ = graph_.input(1), x_ = graph_.input(action_.network().dim), probe_ = graph_.input(action_.network().dim);
  std::vector<Expected> expected_;
};

void expect_action(Derivatives& of) {
  const Node s = of.action()(of.t(), of.x());
  const Node gradient = gradients(s, {of.x()})[0];
  const std::int64_t dim = of.x().width();
  of.expect(s, "s", 0, 1e-12);
  of.expect(gradient, "grad_s", 0, 1e-11);
  of.expect(of.along_time(s), "dt_s", 0, 1e-11);
  of.expect(gradients(s, {of.t()})[0], "dt_s", 0, 1e-11);
  of.expect(of.along_time(gradient), "dt_grad_s", 0, 1e-11);
  std::vector<Motions> axes;
  for (std::int64_t n = 0; n < dim; ++n) {
    of.expect(of.along_axis(s, n), "grad_s", n, 1e-11);
    of.expect(of.along_axis(gradient, n), "hess_s", dim * n, 1e-11);
    axes.push_back({{of.x(), axis(of.graph(), dim, n)}});
  }
  of.expect(2.0 * generator(s, {}, axes), "lap_s", 0, 1e-11);
  of.expect(2.0 * generator(s, {}, {{{of.x(), of.probe()}}}), "probe_quadratic_form", 0, 1e-11);
  of.expect(tangent(gradient, {{of.x(), of.probe()}}), "hess_vec", 0, 1e-11);
}

void expect_vector(Derivatives& of) {
  const Node v = of.action()(of.t(), of.x());
  of.expect(v, "v", 0, 1e-12);
  Node divergence;
  for (std::int64_t n = 0; n < v.width(); ++n) {
    const Node column = of.along_axis(v, n), row = gradients(slice(v, n, 1), {of.x()})[0];
    of.expect(row, "jac_v", v.width() * n, 1e-11);
    divergence = n == 0 ? slice(column, n, 1) : divergence + slice(column, n, 1);
  }
  of.expect(divergence, "div_v", 0, 1e-11);
}

}  // namespace

TEST_CASE("derivatives of action networks are those of PyTorch", "[diff]") {
  for (const auto& network : action_networks()) {
    Derivatives derivatives(network, action_data("mlp_derivatives"));
    if (network.form == ActionForm::vector)
      expect_vector(derivatives);
    else
      expect_action(derivatives);
    derivatives.check();
  }
}
