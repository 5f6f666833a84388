#include "sim/density/branching_cells.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/random.hpp"

namespace tessera::sim::density {

namespace {

using Point = std::vector<double>;

/// Mean of a leaf at the times 0, 1/(generations + 1)... 1, its share of all cells, and its spread at the end.
struct Leaf {
  double share = 1.0;
  std::vector<Point> nodes;
  Point variance;  ///< grows to this one
};

class Tree {
 public:
  explicit Tree(const BranchingCellsParams& params)
      : params_(params),
        random_(static_cast<std::uint32_t>(params.shape_seed), RandomPurpose::density_shape),
        leaves_(std::size_t{1} << params.generations) {
    const auto dimensions = static_cast<std::size_t>(params.dimensions);
    for (auto& leaf : leaves_) leaf.nodes = {Point(dimensions, 0.0)};
    for (int generation = 0; generation <= params.generations; ++generation) {
      const std::size_t branches = std::size_t{1} << generation, each = leaves_.size() / branches;
      for (std::size_t branch = 0; branch < branches; ++branch) {
        const auto id = static_cast<std::uint64_t>(branches + branch);
        const Point direction = direction_of(id);
        // The first of two sisters gets between three and seven tenths of the cells.
        const double part = 0.3 + 0.4 * random_.uniform(id / 2, 1).first;
        for (std::size_t n = branch * each; n < (branch + 1) * each; ++n) {
          Leaf& leaf = leaves_[n];
          if (generation > 0) leaf.share *= branch % 2 == 0 ? part : 1.0 - part;
          Point node = leaf.nodes.back();
          for (std::size_t c = 0; c < dimensions; ++c) node[c] += params.step * direction[c];
          leaf.nodes.push_back(node);
        }
      }
    }
    for (std::size_t n = 0; n < leaves_.size(); ++n)
      for (std::size_t c = 0; c < dimensions; ++c)
        leaves_[n].variance.push_back(width_squared() *
                                      (0.5 + random_.uniform(n, 2, static_cast<std::uint32_t>(c)).first));
  }

  double width_squared() const { return params_.width * params_.width; }
  std::vector<Leaf>& leaves() { return leaves_; }
  const std::vector<Leaf>& leaves() const { return leaves_; }

  double mean(const Leaf& leaf, std::size_t c, double t) const {
    const double place = t * static_cast<double>(leaf.nodes.size() - 1);
    const auto n = std::min(static_cast<std::size_t>(place), leaf.nodes.size() - 2);
    const double part = place - static_cast<double>(n);
    return (1.0 - part) * leaf.nodes[n][c] + part * leaf.nodes[n + 1][c];
  }
  double variance(const Leaf& leaf, std::size_t c, double t) const {
    return (1.0 - t) * width_squared() + t * leaf.variance[c];
  }

 private:
  Point direction_of(std::uint64_t branch) const {
    Point direction;
    double square = 0.0;
    for (int c = 0; c < params_.dimensions; ++c) {
      direction.push_back(random_.normal(branch, 0, static_cast<std::uint32_t>(c)).first);
      square += direction.back() * direction.back();
    }
    for (double& x : direction) x /= std::sqrt(square);
    return direction;
  }

  BranchingCellsParams params_;
  Random random_;
  std::vector<Leaf> leaves_;
};

/// Of one coordinate of all cells of all snapshots.
struct Pooled {
  double mean = 0.0, variance = 0.0;
};

Pooled pooled(const Tree& tree, std::size_t c) {
  double cells = 0.0, sum = 0.0, squares = 0.0;
  for (int k = 0; k < num_snapshots; ++k) {
    const double t = static_cast<double>(k) / (num_snapshots - 1);
    for (const auto& leaf : tree.leaves()) {
      const double count = cells_of_snapshot[k] * leaf.share, mean = tree.mean(leaf, c, t);
      cells += count;
      sum += count * mean;
      squares += count * (mean * mean + tree.variance(leaf, c, t));
    }
  }
  const double mean = sum / cells;
  return {mean, squares / cells - mean * mean};
}

/// A piecewise linear function of t with equally spaced nodes.
std::string through(const std::vector<double>& nodes) {
  const auto last = static_cast<double>(nodes.size() - 1);
  std::string text = fmt::format("({:.17g})", nodes[0]);
  double before = 0.0;
  for (std::size_t n = 0; n + 1 < nodes.size(); ++n) {
    const double slope = (nodes[n + 1] - nodes[n]) * last;
    text += fmt::format(" + ({:.17g})*max(t - ({:.17g}), 0)", slope - before, static_cast<double>(n) / last);
    before = slope;
  }
  return text;
}

}  // namespace

MixtureParams branching_mixture(const BranchingCellsParams& params) {
  const Tree tree(params);
  MixtureParams mixture;
  for (const auto& leaf : tree.leaves()) {
    ComponentParams component;
    component.weight = fmt::format("{:.17g}", leaf.share);
    for (std::size_t c = 0; c < leaf.variance.size(); ++c) {
      const Pooled all = pooled(tree, c);
      std::vector<double> nodes;
      for (const auto& node : leaf.nodes) nodes.push_back((node[c] - all.mean) / std::sqrt(all.variance));
      component.mean.push_back(through(nodes));
      component.variance.push_back(
          through({tree.variance(leaf, c, 0.0) / all.variance, tree.variance(leaf, c, 1.0) / all.variance}));
    }
    mixture.components.push_back(component);
  }
  return mixture;
}

void bind_branching_cells(deck::Binder& b, BranchingCellsParams& p) {
  b.value("dimensions", p.dimensions, {.low = 1, .high = 16}, {"coordinates"});
  b.value("generations", p.generations, {.low = 0, .high = 4},
          {"times at which every branch splits in two, equally spaced between 0 and 1"});
  b.value("step", p.step, deck::non_negative, {"length of a branch, before coordinates are standardised"});
  b.value("width", p.width, deck::positive, {"standard deviation about a branch, likewise"});
  b.value("shape_seed", p.shape_seed, {.low = 0, .high = 4294967295.0}, {"another one, another tree"});
}

}  // namespace tessera::sim::density
