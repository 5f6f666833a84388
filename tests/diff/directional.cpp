#include "directional.hpp"

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "diff/gradients.hpp"
#include "diff/program.hpp"
#include "diff/tangents.hpp"

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
  Setting(const Sample& sample, std::int64_t num_directions) : sample_(sample), graph_(block) {
    x_ = graph_.input(sample.width);
    if (sample.num_parameters > 0) {
      parameters_.add("p", 1, sample.num_parameters);
      p_ = graph_.parameter(parameters_.slices().front());
    }
    const Node y = sample.function(x_, p_);
    weights_ = graph_.input(y.width());
    value_ = diff::sum(row_sum(weights_ * (y.is_per_row() ? y : diff::spread(y))));
    for (std::int64_t n = 0; n < num_directions; ++n) {
      directions_.push_back(graph_.input(sample.width));
      directions_p_.push_back(graph_.input(std::max<std::int64_t>(1, sample.num_parameters)));
    }
  }

  Node value() const { return value_; }

  /// The derivative of shared s along a direction, in reverse: that of x row by row, that of p from the first row.
  Node along(Node s, std::size_t direction) {
    std::vector<Node> wrt{x_};
    if (sample_.num_parameters > 0) wrt.push_back(p_);
    const auto found = gradients(s, wrt);
    const Node result = diff::sum(row_sum(found[0] * directions_[direction]));
    if (sample_.num_parameters == 0) return result;
    return result + mean(row_sum(diff::spread(found[1]) * directions_p_[direction]));
  }

  diff::Motions motions(std::size_t direction) {
    diff::Motions result{{x_, directions_[direction]}};
    if (sample_.num_parameters > 0) result.push_back({p_, mean(directions_p_[direction])});
    return result;
  }

  void prepare(const std::vector<Node>& outputs) { program_.emplace(graph_, outputs); }

  /// The outputs, moved along direction number `direction`.
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
    for (std::size_t n = 0; n < program_->num_outputs(); ++n) results.push_back(program_->output(n)(0, 0));
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

  static Node mean(Node x) { return (1.0 / num_rows) * diff::sum(x); }

  const Sample& sample_;
  Graph graph_;
  Parameters parameters_;
  Node x_, p_, weights_, value_;
  std::vector<Node> directions_, directions_p_;
  std::optional<Program> program_;
};

}  // namespace

std::vector<Comparison> compare(const Sample& sample) {
  const auto orders = static_cast<std::size_t>(sample.max_order);
  Setting setting(sample, sample.max_order);
  std::vector<Node> reverse{setting.value()}, mixed;
  Node forward = setting.value();
  std::vector<Node> forwards;
  for (std::size_t n = 0; n < orders; ++n) {
    reverse.push_back(setting.along(reverse.back(), n));
    mixed.push_back(setting.along(forward, n));
    forward = tangent(forward, setting.motions(n));
    forwards.push_back(forward);
  }
  std::vector<Node> outputs = reverse;
  outputs.insert(outputs.end(), forwards.begin(), forwards.end());
  outputs.insert(outputs.end(), mixed.begin(), mixed.end());
  setting.prepare(outputs);
  const auto exact = setting.values(0, 0.0);
  std::vector<Comparison> comparisons;
  for (std::size_t order = 1; order <= orders; ++order) {
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
    comparisons.push_back({exact[order], row.back(), exact[orders + order], exact[2 * orders + order]});
  }
  return comparisons;
}

GeneratorComparison compare_generator(const Sample& sample) {
  Setting setting(sample, 3);
  const auto along = [&](Node y, std::size_t n) { return tangent(y, setting.motions(n)); };
  const Node s = setting.value();
  const Node value = generator(s, setting.motions(0), {setting.motions(1), setting.motions(2)});
  const Node expected = along(s, 0) + 0.5 * (along(along(s, 1), 1) + along(along(s, 2), 2));
  const auto slope = [&](Node y) { return sample.has_third ? setting.along(y, 0) : y; };
  setting.prepare({value, expected, slope(value), slope(expected)});
  const auto found = setting.values(0, 0.0);
  return {found[0], found[1], found[2], found[3]};
}

}  // namespace tessera::test
