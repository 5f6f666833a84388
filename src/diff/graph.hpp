// What is computed of the rows of a block, recorded once: a graph whose nodes are arrays. Derivatives are nodes of the
// same graph (diff/gradients.hpp), so that they can be differentiated again; a Program (diff/program.hpp) evaluates it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "diff/parameters.hpp"

namespace tessera::diff {

/// Functions of one number. Those of smooth activations can be differentiated three times, relu once (it is then a
/// step, 0 at 0), the others for ever.
enum class Function { relu, sigmoid, tanh, silu, softplus, exp, log, sin, cos, reciprocal, sqrt };

enum class Operation {
  input,
  parameter,
  fill,
  constants,
  combine,      ///< a x + b y
  scale_shift,  ///< a x + b
  product,
  function,
  minimum,
  below,   ///< 1 where x < y, 1/2 where x = y, 0 elsewhere
  clip,    ///< to [a, b]
  inside,  ///< 1 where x is in [a, b], 0 elsewhere
  row_sum,
  repeat,
  sum,
  spread,
  keep,
  hold,
  slice,
  pad,
  join,
  dense,
  dense_back,
  outer,
};

/// One array: (row, number) with so many numbers a row, or the same for all rows of the block ("shared").
struct Entry {
  Operation op = Operation::fill;
  Function function = Function::relu;
  std::int64_t order = 0;  ///< of the derivative
  std::array<std::int64_t, 3> args{-1, -1, -1};
  bool per_row = true;
  std::int64_t width = 0, first = 0;
  double a = 0.0, b = 0.0;

  bool operator<(const Entry& other) const {
    const auto key = [](const Entry& e) {
      return std::tie(e.op, e.function, e.order, e.args, e.per_row, e.width, e.first, e.a, e.b);
    };
    return key(*this) < key(other);
  }
};

class Graph;

/// A handle; the graph must outlive it.
class Node {
 public:
  Node() = default;
  Node(Graph& graph, std::int64_t id) : graph_(&graph), id_(id) {}
  Graph& graph() const { return *graph_; }
  std::int64_t id() const { return id_; }
  const Entry& entry() const;
  std::int64_t width() const { return entry().width; }
  bool is_per_row() const { return entry().per_row; }

 private:
  Graph* graph_ = nullptr;
  std::int64_t id_ = -1;
};

/// Entries only refer to earlier ones; what is recorded twice is the same node. Errors are Error (internal): shapes are
/// matters of the caller.
class Graph {
 public:
  /// Rows of a block: results are sums over blocks, and do not depend on who has which. A multiple of row_multiple.
  static constexpr std::int64_t row_multiple = 8;
  explicit Graph(std::int64_t block_rows);
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  std::int64_t block_rows() const { return block_rows_; }
  const std::vector<Entry>& entries() const { return entries_; }

  /// What is set before an evaluation, another array at each call.
  Node input(std::int64_t width);
  Node parameter(const Slice& slice);
  /// The same number everywhere.
  Node fill(double value, std::int64_t width, bool per_row = true);
  /// These numbers: shared.
  Node constants(const std::vector<double>& numbers);
  /// Those of all of them, one behind the other: `first` of an entry is a place among them.
  const std::vector<double>& constants() const { return constants_; }
  Node record(const Entry& entry);

 private:
  std::int64_t block_rows_, num_inputs_ = 0;
  std::vector<Entry> entries_;
  std::map<Entry, std::int64_t> places_;
  std::vector<double> constants_;
  std::map<std::vector<double>, std::int64_t> constant_places_;
};

// Numbers one by one. A shared array next to one of rows counts for every row, and one number a row for all of its row.
Node combine(double a, Node x, double b, Node y);  ///< a x + b y
Node scale_shift(Node x, double scale, double shift);
Node operator*(Node x, Node y);
Node minimum(Node x, Node y);  ///< the gradient is halved where both are equal
Node maximum(Node x, Node y);
Node below(Node x, Node y);
Node clip(Node x, double low, double high);
Node inside(Node x, double low, double high);
Node apply(Function function, Node x, std::int64_t order = 0);

inline Node operator+(Node x, Node y) { return combine(1.0, x, 1.0, y); }
inline Node operator-(Node x, Node y) { return combine(1.0, x, -1.0, y); }
inline Node operator-(Node x) { return scale_shift(x, -1.0, 0.0); }
inline Node operator*(double a, Node x) { return scale_shift(x, a, 0.0); }
inline Node operator+(Node x, double b) { return scale_shift(x, 1.0, b); }
inline Node operator-(Node x, double b) { return scale_shift(x, 1.0, -b); }
inline Node operator/(Node x, Node y) { return x * apply(Function::reciprocal, y); }
inline Node square(Node x) { return x * x; }

// Shapes.
Node row_sum(Node x);                     ///< over the numbers of each row: one number a row
Node repeat(Node x, std::int64_t width);  ///< one number a row, `width` times
Node sum(Node x);                         ///< over the rows that count: shared
Node spread(Node x);                      ///< of a shared array, to all rows
Node keep(Node x);                        ///< zero in rows that do not count
Node hold(Node x);                        ///< x, taken for a constant by whoever differentiates
Node slice(Node x, std::int64_t first, std::int64_t width);
Node pad(Node x, std::int64_t first, std::int64_t width);  ///< slice the other way round: zeros around x
Node join(Node x, Node y);                                 ///< numbers of x, then of y

// Products with a shared matrix w, (out, in) row by row.
Node dense(Node x, Node w);          ///< x w': (row, in) to (row, out)
Node dense(Node x, Node w, Node b);  ///< the same and shared (out) b
Node dense_back(Node g, Node w);     ///< g w: (row, out) to (row, in)
Node outer(Node g, Node x);          ///< g' x over the rows that count: shared, (out, in) row by row

}  // namespace tessera::diff
