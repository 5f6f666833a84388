// Single precision: functions, products of matrices, and a loss with its gradient, against double.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "catch.hpp"
#include "data/io/hash.hpp"
#include "data/table.hpp"
#include "diff/functions.hpp"
#include "diff/gradients.hpp"
#include "diff/mlp.hpp"
#include "diff/objective.hpp"
#include "diff/product.hpp"
#include "diff/tangents.hpp"

using namespace tessera;
using namespace tessera::diff;
using namespace tessera::test;

namespace {

/// Largest relative error of f in single precision, in units of the last place.
template <class F>
double worst_single(const F& f, double from, double to) {
  double most = 0.0;
  for (int n = 0; n <= 20000; ++n) {
    const auto x = static_cast<float>(from + (to - from) * n / 20000.0);
    const double exact = f(static_cast<double>(x));
    most = std::max(most, std::fabs(static_cast<double>(f(x)) - exact) / (std::fabs(exact) + 1e-37));
  }
  return most / static_cast<double>(std::numeric_limits<float>::epsilon());
}

double draw(std::int64_t row, std::int64_t n) {
  return Random(2, RandomPurpose::test).normal(static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(n)).first;
}

/// The loss of entropic action matching of 44 rows, in blocks, and its gradient.
template <class Real>
struct Entropic {
  static constexpr std::int64_t block_rows = 8, num_rows = 44, dim = 3;

  explicit Entropic(const Comm& comm)
      : comm_(comm), objective_([&] {
          mlp_.draw(parameters_, 4);
          const Node t = slice(point_, 0, 1), x = slice(point_, 1, dim), probe = slice(point_, 1 + dim, dim);
          const Node s = mlp_(parameters_, join(t, x));
          const Node gradient = gradients(sum(s), {point_})[0];
          const Node flow = hold(slice(gradient, 1, dim));
          const Node drift = pad(join(graph_.fill(1.0, 1), flow), 0, point_.width());
          const Node rate = generator(s, {{point_, drift}}, {{{point_, pad(probe, 1, point_.width())}}});
          return BasicObjective<Real>(comm, parameters_, rate - 0.5 * row_sum(square(flow)) + 0.5 * square(s));
        }()) {
    const data::RowArray<double> points("points", num_rows, point_.width());
    for (std::int64_t row = 0; row < num_rows; ++row)
      for (std::int64_t n = 0; n < point_.width(); ++n) points(row, n) = draw(row, n);
    for (std::int64_t first = 0; first < num_rows; first += block_rows) {
      if (first / block_rows % comm.size() != comm.rank()) continue;
      const auto count = std::min(block_rows, num_rows - first);
      objective_.program().load(point_, points, first, count);
      objective_.add(parameters_.values(), count);
    }
    objective_.reduce();
  }

  std::uint64_t hash() const {
    const auto& gradient = objective_.gradient();
    return data::hash_values(gradient.data(), gradient.extent(0), 0);
  }

  Comm comm_;
  Graph graph_{block_rows};
  Node point_ = graph_.input(1 + 2 * dim);
  Parameters parameters_;
  Mlp mlp_{parameters_, "s", {1 + dim, 18, 18, 1}, Function::silu};
  BasicObjective<Real> objective_;
};

}  // namespace

TEST_CASE("functions in single precision", "[diff]") {
  CHECK(worst_single(functions::Exp(), -86.0, 87.0) < 2.0);
  CHECK(worst_single(functions::Exp(), -1.0, 1.0) < 2.0);
  CHECK(worst_single(functions::Sigmoid<0>(), -80.0, 20.0) < 4.0);
  CHECK(worst_single(functions::Sigmoid<1>(), -40.0, 40.0) < 6.0);
  CHECK(worst_single(functions::Tanh<0>(), -1e-3, 1.003e-3) < 4.0);
  CHECK(worst_single(functions::Tanh<0>(), -20.0, 20.001) < 4.0);
  CHECK(worst_single(functions::Silu<0>(), -80.0, 20.0) < 6.0);
  CHECK(worst_single(functions::Softplus<0>(), -80.0, 20.0) < 4.0);
  CHECK(functions::Exp()(0.0F) == 1.0F);
  CHECK(functions::Exp()(1e4F) == std::numeric_limits<float>::infinity());
  CHECK(functions::Exp()(-1e4F) == 0.0F);
  CHECK(functions::Tanh<0>()(1e30F) == 1.0F);
  CHECK(functions::Tanh<0>()(-1e30F) == -1.0F);
}

TEST_CASE("products in single precision are the sums that they stand for", "[diff]") {
  if (!device_is_host) return;
  for (const std::int64_t length : {8, 16, 24, 40, 64})
    for (const std::int64_t columns : {1, 5, 6, 13})
      for (const std::int64_t inner : {1, 10}) {
        INFO(length << " x " << columns << " over " << inner);
        const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
        HostArray1<float> a("a", size(length * inner + 16)), w("w", size(columns * inner)),
            c("c", size(length * columns + 1));
        for (std::int64_t n = 0; n < length * inner; ++n) a(n) = static_cast<float>(draw(n, 1));
        for (std::int64_t n = 0; n < columns * inner; ++n) w(n) = static_cast<float>(draw(n, 2));
        c(length * columns) = -7.0F;
        multiply<float>({.a = a.data(),
                         .w = w.data(),
                         .bias = nullptr,
                         .c = c.data(),
                         .length = length,
                         .columns = columns,
                         .inner = inner,
                         .a_stride = length,
                         .c_stride = length,
                         .w_column = inner,
                         .w_inner = 1});
        double worst = 0.0;
        for (std::int64_t v = 0; v < length; ++v)
          for (std::int64_t n = 0; n < columns; ++n) {
            double sum = 0.0;
            for (std::int64_t k = 0; k < inner; ++k)
              sum += static_cast<double>(a(v + k * length)) * static_cast<double>(w(n * inner + k));
            worst = std::max(worst, std::fabs(static_cast<double>(c(v + n * length)) - sum));
          }
        CHECK(worst < 1e-5);
        CHECK(c(length * columns) == -7.0F);
      }
}

TEST_CASE("a loss and its gradient in single precision, the same on any number of ranks", "[diff]") {
  const Entropic<double> exact(comm());
  const Entropic<float> rounded(comm());
  CHECK_THAT(rounded.objective_.loss(), WithinRel(exact.objective_.loss(), 1e-5));
  CHECK(rounded.objective_.loss() != exact.objective_.loss());
  double largest = 0.0, worst = 0.0;
  for (std::int64_t n = 0; n < exact.parameters_.size(); ++n) {
    largest = std::max(largest, std::fabs(exact.objective_.gradient()(n)));
    worst = std::max(worst, std::fabs(exact.objective_.gradient()(n) - rounded.objective_.gradient()(n)));
  }
  CHECK(worst < 1e-5 * largest);
  const Comm alone = comm().split(comm().rank());
  CHECK(Entropic<float>(alone).hash() == rounded.hash());
  CHECK(Entropic<double>(alone).hash() == exact.hash());
}
