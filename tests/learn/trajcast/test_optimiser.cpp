// The optimiser that networks are trained with against forty steps of another program's.
#include <numeric>

#include "catch.hpp"
#include "diff/adam.hpp"
#include "diff/equivariant/golden_layout.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("forty steps of AMSGrad with clipped gradients are the reference's", "[trajcast]") {
  const auto a = primitive("adam_amsgrad/A").numbers, b = primitive("adam_amsgrad/b").numbers,
             path = primitive("adam_amsgrad/parameters").numbers, losses = primitive("adam_amsgrad/loss").numbers,
             norms = primitive("adam_amsgrad/grad_norm_before_clip").numbers;
  const std::size_t size = b.size();
  std::vector<double> x(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)), gradient(size);
  diff::Adam adam(static_cast<std::int64_t>(size), {.amsgrad = true, .clip_norm = 0.5});
  Array1<double> values("values", size), slopes("gradient", size);
  Kokkos::deep_copy(values, HostArray1<const double>(x.data(), size));
  for (std::size_t step = 0; step < norms.size(); ++step) {
    double value = 0.0;  // x A x / 2 - b x
    for (std::size_t i = 0; i < size; ++i) {
      const double sum = std::inner_product(x.begin(), x.end(), a.begin() + static_cast<std::ptrdiff_t>(i * size), 0.0);
      gradient[i] = sum - b[i];
      value += x[i] * (0.5 * sum - b[i]);
    }
    CHECK_THAT(value, WithinAbs(losses[step], 1e-12));
    Kokkos::deep_copy(slopes, HostArray1<const double>(gradient.data(), size));
    adam.step(values, slopes, 1.0, 0.05);
    CHECK_THAT(adam.gradient_norm(), WithinAbs(norms[step], 1e-12));
    Kokkos::deep_copy(HostArray1<double>(x.data(), size), values);
    for (std::size_t i = 0; i < size; ++i) CHECK_THAT(x[i], WithinAbs(path[(step + 1) * size + i], 1e-13));
  }
}
