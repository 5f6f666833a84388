// Linear and logistic regression, whose clients may differ in the mean of their features.
#include <cmath>

#include "learn/client_data/normal_row.hpp"
#include "learn/client_data/synthetic.hpp"

namespace tessera::learn::client_data {

namespace {

class Regression final : public SyntheticSource {
 public:
  Regression(const SyntheticParams& params, std::uint32_t seed)
      : row_(seed, RandomPurpose::client_data_row),
        truth_(seed, RandomPurpose::client_data_truth),
        params_(params),
        theta_(static_cast<std::size_t>(params.features)) {
    fill_normal(truth_, 0, 1, params.features, theta_.data());
  }
  /// y = theta.x + noise, or 1 with probability 1/(1 + exp(-theta.x)).
  void draw(std::uint64_t n, std::int64_t client, double* x, double* y) const override {
    fill_normal(row_, n, 0, params_.features, x);
    if (params_.heterogeneity > 0.0) {
      std::vector<double> mean(theta_.size());
      fill_normal(truth_, static_cast<std::uint64_t>(client), 2, params_.features, mean.data());
      for (std::size_t c = 0; c < mean.size(); ++c) x[c] += params_.heterogeneity * mean[c];
    }
    double product = 0.0;
    for (std::size_t c = 0; c < theta_.size(); ++c) product += theta_[c] * x[c];
    if (params_.kind == SyntheticKind::linear)
      *y = product + params_.noise * row_.normal(n, 1).first;
    else
      *y = row_.uniform(n, 1).first < 1.0 / (1.0 + std::exp(-product)) ? 1.0 : 0.0;
  }
  std::vector<double> truth() const override { return theta_; }

 private:
  Random row_, truth_;
  SyntheticParams params_;
  std::vector<double> theta_;
};

}  // namespace

std::unique_ptr<const SyntheticSource> make_regression(const SyntheticParams& params, std::uint32_t seed) {
  return std::make_unique<Regression>(params, seed);
}

}  // namespace tessera::learn::client_data
