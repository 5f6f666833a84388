// Two balanced classes that a plane separates in part and a network better: a stand-in for tables of particle physics.
#include <cmath>

#include "learn/client_data/normal_row.hpp"
#include "learn/client_data/synthetic.hpp"

namespace tessera::learn::client_data {

namespace {

/// Features are normal with variance 1. Of the first six the means are `separation` apart, which is all that a plane
/// sees; the next six are three pairs whose correlation has the sign of the class; others tell nothing.
class TwoClasses final : public SyntheticSource {
 public:
  TwoClasses(const SyntheticParams& params, std::uint32_t seed)
      : row_(seed, RandomPurpose::client_data_row),
        features_(params.features),
        shift_(0.5 * params.separation / std::sqrt(6.0)),
        correlation_(params.correlation),
        rest_(std::sqrt(1.0 - params.correlation * params.correlation)) {}
  void draw(std::uint64_t n, std::int64_t, double* x, double* y) const override {
    fill_normal(row_, n, 0, features_, x);
    *y = n % 2 == 0 ? 0.0 : 1.0;
    const double sign = 2.0 * *y - 1.0;
    for (int c = 0; c < 6; ++c) x[c] += sign * shift_;
    for (int c = 6; c < 12; c += 2) x[c + 1] = sign * correlation_ * x[c] + rest_ * x[c + 1];
  }

 private:
  Random row_;
  std::int64_t features_;
  double shift_, correlation_, rest_;
};

}  // namespace

std::unique_ptr<const SyntheticSource> make_two_classes(const SyntheticParams& params, std::uint32_t seed) {
  return std::make_unique<TwoClasses>(params, seed);
}

}  // namespace tessera::learn::client_data
