// Gaussian clusters in many dimensions, one a class: a stand-in for recorded letters.
#include <cmath>

#include "learn/client_data/normal_row.hpp"
#include "learn/client_data/synthetic.hpp"

namespace tessera::learn::client_data {

namespace {

/// Centre of the class, plus common factors (as speakers are to letters), plus noise.
class Clusters final : public SyntheticSource {
 public:
  Clusters(const SyntheticParams& params, std::uint32_t seed)
      : row_(seed, RandomPurpose::client_data_row),
        features_(params.features),
        classes_(static_cast<std::uint64_t>(params.classes)),
        factors_(params.factors),
        deviation_(std::sqrt(params.variance)),
        centres_(static_cast<std::size_t>(params.classes * params.features)),
        loadings_(static_cast<std::size_t>(params.factors * params.features)) {
    const Random truth(seed, RandomPurpose::client_data_truth);
    for (std::int64_t k = 0; k < params.classes; ++k)
      fill_normal(truth, static_cast<std::uint64_t>(k), 0, features_, centres_.data() + k * features_);
    for (std::int64_t f = 0; f < factors_; ++f)
      fill_normal(truth, static_cast<std::uint64_t>(f), 3, features_, loadings_.data() + f * features_);
    for (double& value : centres_) value *= params.separation;
    for (double& value : loadings_) value *= params.factor_deviation;
  }
  void draw(std::uint64_t n, std::int64_t, double* x, double* y) const override {
    const auto k = static_cast<std::int64_t>(n % classes_);
    *y = static_cast<double>(k);
    fill_normal(row_, n, 0, features_, x);
    const double* centre = centres_.data() + k * features_;
    for (std::int64_t c = 0; c < features_; ++c) x[c] = centre[c] + deviation_ * x[c];
    std::vector<double> strength(static_cast<std::size_t>(factors_));
    fill_normal(row_, n, 1, factors_, strength.data());
    for (std::int64_t f = 0; f < factors_; ++f)
      for (std::int64_t c = 0; c < features_; ++c)
        x[c] += strength[static_cast<std::size_t>(f)] * loadings_[static_cast<std::size_t>(f * features_ + c)];
  }

 private:
  Random row_;
  std::int64_t features_;
  std::uint64_t classes_;
  std::int64_t factors_;
  double deviation_;
  std::vector<double> centres_, loadings_;  // row after row
};

}  // namespace

std::unique_ptr<const SyntheticSource> make_clusters(const SyntheticParams& params, std::uint32_t seed) {
  return std::make_unique<Clusters>(params, seed);
}

}  // namespace tessera::learn::client_data
