// Products of matrices of all shapes against plain sums.
#include <cmath>
#include <vector>

#include "base/kokkos.hpp"
#include "catch.hpp"
#include "diff/product.hpp"

using namespace tessera;
using namespace tessera::diff;

namespace {

HostArray1<double> numbers(std::int64_t count, double phase) {
  HostArray1<double> values("numbers", static_cast<std::size_t>(count));
  for (std::int64_t n = 0; n < count; ++n) values(n) = std::sin(phase + 1.7 * static_cast<double>(n));
  return values;
}

}  // namespace

TEST_CASE("products are the sums that they stand for", "[diff]") {
  if (!device_is_host) return;
  for (const std::int64_t length : {8, 16, 24, 40, 64})
    for (const std::int64_t columns : {1, 2, 5, 6, 7, 13})
      for (const std::int64_t inner : {1, 3, 10})
        for (const bool is_transposed : {false, true})
          for (const std::int64_t missing : {0, 3, 4}) {  // 4: added to what is there
            INFO(length << " x " << columns << " over " << inner << (is_transposed ? ", transposed" : ""));
            const auto a = numbers(length * inner, 0.1), w = numbers(columns * inner, 0.2),
                       bias = numbers(columns, 0.3);
            const std::int64_t rows = length - missing;
            HostArray1<double> c("c", static_cast<std::size_t>(rows * columns + 8));
            Kokkos::deep_copy(c, -7.0);
            const bool is_added = missing == 4;
            multiply<double>({.a = a.data(),
                              .w = w.data(),
                              .bias = missing == 0 ? bias.data() : nullptr,
                              .addend = is_added ? c.data() : nullptr,
                              .c = c.data(),
                              .length = rows,
                              .columns = columns,
                              .inner = inner,
                              .a_stride = length,
                              .c_stride = rows,
                              .w_column = is_transposed ? 1 : inner,
                              .w_inner = is_transposed ? columns : 1});
            double worst = 0.0;
            for (std::int64_t v = 0; v < rows; ++v)
              for (std::int64_t n = 0; n < columns; ++n) {
                double sum = is_added ? -7.0 : missing == 0 ? bias(n) : 0.0;
                for (std::int64_t k = 0; k < inner; ++k)
                  sum += a(v + k * length) * w(is_transposed ? n + k * columns : n * inner + k);
                worst = std::max(worst, std::fabs(c(v + n * rows) - sum));
              }
            CHECK(worst < 1e-14);
            CHECK(c(rows * columns) == -7.0);
          }
}
