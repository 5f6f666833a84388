#include "directional.hpp"

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "diff/gradients.hpp"
#include "diff/program.hpp"

namespace tessera::test {

namespace {

using diff::Graph;
using diff::Node;
using diff::Parameters;
using diff::Program;

constexpr std::int64_t block = 8, num_rows = 5;

/// Between 0.4 and 1.6 in magnitude, of both signs.
double number(std::uint64_t id, std::uint64_t kind, bool positive) {
  const auto u = Random(5, RandomPurpose::test).uniform(id, kind);
  return (positive || u.second > 0.4 ? 1.0 : -1.0) * (0.4 + 1.2 * u.first);
}

/// A point, and directions from it, as one list of numbers: rows of x, then p.
class Setting {
 public:
  explicit Setting(const Sample& sample) : sample_(sample), graph_(block) {
    x_ = graph_.input(sample.width);
    if (sample.num_parameters > 0) {
      parameters_.add("p", 1, sample.num_parameters);
      p_ = graph_.parameter(parameters_.slices().front());
    }
    const Node y = sample.function(x_, p_);
    weights_ = graph_.input(y.width());
    Node s = y.is_per_row() ? diff::sum(row_sum(weights_ * y)) : diff::sum(row_sum(weights_ * diff::spread(y)));
    std::vector<Node> outputs{s};
    for (std::int64_t order = 1; order <= sample.max_order; ++order) {
      directions_.push_back(graph_.input(sample.width));
      directions_p_.push_back(graph_.input(std::max<std::int64_t>(1, sample.num_parameters)));
      s = along(s);
      outputs.push_back(s);
    }
    program_.emplace(graph_, outputs);
  }

  /// All orders, moved along direction number `direction`.
  std::vector<double> values(std::size_t direction, double distance) {
    place(x_, [&](std::int64_t row, std::int64_t n) {
      const double u = number(at(row, n), 1, sample_.positive);
      return u + distance * number(at(row, n), 10 + direction, false);
    });
    place(weights_, [&](std::int64_t row, std::int64_t n) { return number(at(row, n), 2, false); });
    for (std::size_t d = 0; d < directions_.size(); ++d) {
      place(directions_[d], [&](std::int64_t row, std::int64_t n) { return number(at(row, n), 10 + d, false); });
      place(directions_p_[d], [&](std::int64_t, std::int64_t n) { return number(at(0, n), 30 + d, false); });
    }
    for (std::int64_t n = 0; n < sample_.num_parameters; ++n)
      parameters_.values()(n) =
          number(at(0, n), 3, sample_.positive) + distance * number(at(0, n), 30 + direction, false);
    program_->run(parameters_.values(), num_rows);
    std::vector<double> results;
    for (std::size_t n = 0; n <= directions_.size(); ++n) results.push_back(program_->output(n)(0, 0));
    return results;
  }

 private:
  static std::uint64_t at(std::int64_t row, std::int64_t n) { return static_cast<std::uint64_t>(100 * row + n); }

  template <class Value>
  void place(Node input, const Value& value) {
    const auto array = program_->input(input);
    for (std::int64_t n = 0; n < input.width(); ++n)
      for (std::int64_t row = 0; row < block; ++row)
        array(row, n) = row < num_rows ? value(row, n) : std::numeric_limits<double>::quiet_NaN();
  }

  /// The derivative of shared s along the last direction: that of x row by row, that of p from the first row.
  Node along(Node s) {
    std::vector<Node> wrt{x_};
    if (sample_.num_parameters > 0) wrt.push_back(p_);
    const auto found = gradients(s, wrt);
    Node result = diff::sum(row_sum(found[0] * directions_.back()));
    if (sample_.num_parameters == 0) return result;
    const Node mean = (1.0 / num_rows) * diff::sum(row_sum(diff::spread(found[1]) * directions_p_.back()));
    return result + mean;
  }

  const Sample& sample_;
  Graph graph_;
  Parameters parameters_;
  Node x_, p_, weights_;
  std::vector<Node> directions_, directions_p_;
  std::optional<Program> program_;
};

}  // namespace

std::vector<Comparison> compare(const Sample& sample) {
  Setting setting(sample);
  const auto exact = setting.values(0, 0.0);
  std::vector<Comparison> comparisons;
  for (std::size_t order = 1; order < exact.size(); ++order) {
    std::vector<double> row;
    for (double h = 0.04; h > 0.002; h /= 2.0) {  // central differences, then errors of h^2, h^4... are taken away
      const double ahead = setting.values(order - 1, h)[order - 1], behind = setting.values(order - 1, -h)[order - 1];
      std::vector<double> next{(ahead - behind) / (2.0 * h)};
      double power = 4.0;
      for (const double previous : row) {
        next.push_back((power * next.back() - previous) / (power - 1.0));
        power *= 4.0;
      }
      row = next;
    }
    comparisons.push_back({exact[order], row.back()});
  }
  return comparisons;
}

}  // namespace tessera::test
