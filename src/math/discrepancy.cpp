#include "math/discrepancy.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "math/exponential.hpp"
#include "math/pair_sums.hpp"

namespace tessera::math {

namespace {

struct GaussianTerms {
  Columns others;
  int weight_column;
  int count = 0;
  double exponent[GaussianKernels::max_terms] = {}, factor[GaussianKernels::max_terms] = {};
  double offset = 0.0;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int, int j, const double (&r2)[pair_lanes],
                                              double (&sum)[pair_lanes]) const {
    for (int n = 0; n < count; ++n) {
      const double a = exponent[n], w = others(weight_column, j) * factor[n], shift = offset;
      TESSERA_IVDEP
      for (int lane = 0; lane < pair_lanes; ++lane) sum[lane] += w * Exp()(-a * (r2[lane] + shift));
    }
  }
};

struct Distance {
  Columns others;
  int weight_column;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int, int j, const double (&r2)[pair_lanes],
                                              double (&sum)[pair_lanes]) const {
    const double w = others(weight_column, j);
    TESSERA_IVDEP
    for (int lane = 0; lane < pair_lanes; ++lane) sum[lane] += w * kmath::sqrt(r2[lane]);
  }
};

void require_alike(const Points& x, const Points& y) {
  if (x.dimension() != y.dimension())
    throw Error::input(
        fmt::format("samples in {} and in {} dimensions cannot be compared", x.dimension(), y.dimension()));
}

struct Means {
  double xx, yy, xy;
};

template <class Make>
Means means_of_pairs(const Points& x, const Points& y, const Make& make) {
  require_alike(x, y);
  return {sum_of_pairs(x, x, make), sum_of_pairs(y, y, make), sum_of_pairs(x, y, make)};
}

Means gaussian_means(const Points& x, const Points& y, const GaussianKernels& kernels) {
  return means_of_pairs(x, y, [&](const Columns& others, int weight_column) {
    GaussianTerms terms{others, weight_column};
    for (const auto& [exponent, factor] : kernels.terms) {
      terms.exponent[terms.count] = exponent;
      terms.factor[terms.count++] = factor;
    }
    terms.offset = kernels.offset;
    return terms;
  });
}

}  // namespace

GaussianKernels GaussianKernels::of(const std::vector<double>& exponents, double offset, bool is_mean) {
  GaussianKernels kernels{{}, offset};
  for (const double exponent : exponents) {
    const auto same = std::find_if(kernels.terms.begin(), kernels.terms.end(),
                                   [&](const auto& term) { return term.first == exponent; });
    const double factor = is_mean ? 1.0 / static_cast<double>(exponents.size()) : 1.0;
    if (same != kernels.terms.end())
      same->second += factor;
    else
      kernels.terms.emplace_back(exponent, factor);
  }
  if (kernels.terms.empty() || kernels.terms.size() > max_terms)
    throw Error::input(
        fmt::format("{} different exponents of kernels; expected 1 to {}", kernels.terms.size(), int{max_terms}));
  return kernels;
}

double mmd2_unbiased(const Points& x, const Points& y, const GaussianKernels& kernels) {
  if (x.num_global() < 2 || y.num_global() < 2)
    throw Error::input("the unbiased discrepancy needs two samples or more of both distributions");
  const auto means = gaussian_means(x, y, kernels);
  double alone = 0.0;  // of a sample and itself
  for (const auto& [exponent, factor] : kernels.terms) alone += factor * Exp()(-exponent * kernels.offset);
  const auto of_pairs = [&](double mean, const Points& points) {
    const double with_itself = points.squared_weights();
    if (!(with_itself < 1.0)) throw Error::input("all of the weight lies on one sample: there are no pairs");
    return (mean - with_itself * alone) / (1.0 - with_itself);
  };
  return of_pairs(means.xx, x) + of_pairs(means.yy, y) - 2.0 * means.xy;
}

double mmd2_biased(const Points& x, const Points& y, const GaussianKernels& kernels) {
  const auto means = gaussian_means(x, y, kernels);
  return means.xx + means.yy - 2.0 * means.xy;
}

double energy_distance(const Points& x, const Points& y) {
  const auto means = means_of_pairs(x, y, [](const Columns& others, int weight_column) {
    return Distance{others, weight_column};
  });
  return 2.0 * means.xy - means.xx - means.yy;
}

}  // namespace tessera::math
