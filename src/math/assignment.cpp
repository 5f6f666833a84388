#include "math/assignment.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/error.hpp"
#include "base/ivdep.hpp"

namespace tessera::math {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr int nobody = -1;

/// Smallest of n numbers: lanes side by side, so that the loop vectorises.
double smallest(const double* values, int n) {
  constexpr int lanes = 16;
  double least[lanes];
  std::fill_n(least, lanes, never);
  int i = 0;
  for (; i + lanes <= n; i += lanes)
    for (int lane = 0; lane < lanes; ++lane)
      least[lane] = values[i + lane] < least[lane] ? values[i + lane] : least[lane];
  for (; i < n; ++i) least[0] = std::min(least[0], values[i]);
  return *std::min_element(least, least + lanes);
}

/// Columns bid for rows; what a row costs is cost - price, and every pair is always the cheapest of its column.
class Market {
 public:
  explicit Market(const Matrix& cost)
      : cost_(cost), n_(cost.rows()), price_(size(), never), row_of_(size(), nobody), column_of_(size(), nobody) {}

  std::vector<int> settle() {
    reduce_rows();
    std::vector<int> waiting;
    for (int j = 0; j < n_; ++j)
      if (row_of_[static_cast<std::size_t>(j)] == nobody) waiting.push_back(j);
    for (int round = 0; round < 2; ++round) waiting = bid(waiting);
    for (const int j : waiting) augment(j);
    return row_of_;
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(n_); }
  double& price(int i) { return price_[static_cast<std::size_t>(i)]; }
  int& row_of(int j) { return row_of_[static_cast<std::size_t>(j)]; }
  int& column_of(int i) { return column_of_[static_cast<std::size_t>(i)]; }
  void pair(int i, int j) {
    row_of(j) = i;
    column_of(i) = j;
  }

  /// Each row at its least cost goes to the column that has it, if that has none yet.
  void reduce_rows() {
    std::vector<int> cheapest(size(), 0);
    for (int j = 0; j < n_; ++j) {
      const double* cost = cost_.column(j);
      for (int i = 0; i < n_; ++i)
        if (cost[i] < price(i)) {
          price(i) = cost[i];
          cheapest[static_cast<std::size_t>(i)] = j;
        }
    }
    for (int i = n_ - 1; i >= 0; --i)
      if (const int j = cheapest[static_cast<std::size_t>(i)]; row_of(j) == nobody) pair(i, j);
  }

  /// Each takes its best row, whose price falls until the second best is as good. Returns who is without one after
  /// that.
  std::vector<int> bid(std::vector<int> waiting) {
    std::vector<int> left;
    std::int64_t turns = 16 * static_cast<std::int64_t>(n_);  // whoever is left is served by augment()
    while (!waiting.empty()) {
      const int j = waiting.back();
      waiting.pop_back();
      if (--turns < 0) {
        left.push_back(j);
        continue;
      }
      const double* cost = cost_.column(j);
      double best = never, second = never;
      int i = 0, other = 0;
      for (int k = 0; k < n_; ++k) {
        const double value = cost[k] - price(k);
        if (value >= second) continue;
        if (value < best) {
          second = best;
          other = i;
          best = value;
          i = k;
        } else {
          second = value;
          other = k;
        }
      }
      const double lower = n_ > 1 ? price(i) - (second - best) : price(i);
      const bool falls = lower < price(i);  // by more than rounding
      if (falls)
        price(i) = lower;
      else if (column_of(i) != nobody && n_ > 1)
        i = other;
      const int displaced = column_of(i);
      pair(i, j);
      if (displaced == nobody) continue;
      row_of(displaced) = nobody;
      (falls ? waiting : left).push_back(displaced);
    }
    return left;
  }

  /// The shortest way to a free row, over columns that give theirs up (Dijkstra).
  void augment(int start) {
    std::vector<double> way(size(), never), open(size(), 0.0), candidate(size());
    std::vector<int> from(size(), start), done;
    int column = start, end = nobody;
    double length = 0.0, base = 0.0;  // of the way here; of the pair that is given up
    while (end == nobody) {
      const double* cost = cost_.column(column);
      const double shift = length - base;
      TESSERA_IVDEP
      for (int i = 0; i < n_; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const double value = cost[i] - price_[k] + shift + open[k];
        const bool shorter = value < way[k];
        way[k] = shorter ? value : way[k];
        from[k] = shorter ? column : from[k];
        candidate[k] = way[k] + open[k];
      }
      length = smallest(candidate.data(), n_);
      const auto next = static_cast<int>(std::find(candidate.begin(), candidate.end(), length) - candidate.begin());
      if (column_of(next) == nobody) {
        end = next;
      } else {
        done.push_back(next);
        open[static_cast<std::size_t>(next)] = never;
        column = column_of(next);
        base = cost_(next, column) - price(next);
      }
    }
    for (const int i : done) price(i) += way[static_cast<std::size_t>(i)] - length;
    for (int i = end; i != nobody;) {
      const int j = from[static_cast<std::size_t>(i)], given_up = row_of(j);
      pair(i, j);
      i = j == start ? nobody : given_up;
    }
  }

  const Matrix& cost_;
  int n_;
  std::vector<double> price_;
  std::vector<int> row_of_, column_of_;
};

}  // namespace

std::vector<int> assignment(const Matrix& cost) {
  if (!cost.is_square()) throw Error::internal(fmt::format("pairs of a matrix of {}", shape(cost)));
  if (!is_finite(cost)) throw Error::numeric("costs of pairs that are not finite");
  return Market(cost).settle();
}

}  // namespace tessera::math
