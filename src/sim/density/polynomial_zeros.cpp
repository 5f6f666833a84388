#include "sim/density/polynomial_zeros.hpp"

namespace tessera::sim::density {

std::vector<double> find_zeros(const std::function<double(int, double)>& value, int degree, double low, double high) {
  std::vector<double> ends{low, high};
  for (int d = 1; d <= degree; ++d) {
    std::vector<double> zeros{low};
    for (std::size_t n = 0; n + 1 < ends.size(); ++n) {
      double left = ends[n], right = ends[n + 1];
      const bool is_left_positive = value(d, left) > 0.0;
      for (int k = 0; k < 100; ++k) {
        const double middle = 0.5 * (left + right);
        ((value(d, middle) > 0.0) == is_left_positive ? left : right) = middle;
      }
      zeros.push_back(0.5 * (left + right));
    }
    zeros.push_back(high);
    ends = zeros;
  }
  return {ends.begin() + 1, ends.end() - 1};
}

}  // namespace tessera::sim::density
