// Gaussians, one a client.
#include <cmath>

#include "learn/client_data/normal_row.hpp"
#include "learn/client_data/synthetic.hpp"

namespace tessera::learn::client_data {

namespace {

class Blobs final : public SyntheticSource {
 public:
  Blobs(const SyntheticParams& params, std::uint32_t seed)
      : row_(seed, RandomPurpose::client_data_row),
        features_(params.features),
        deviation_(std::sqrt(params.variance)),
        centres_(params.centres) {
    const Random random(seed, RandomPurpose::client_data_truth);
    for (std::uint64_t s = 0; params.centres.empty() && s < static_cast<std::uint64_t>(params.num_clients()); ++s)
      for (std::int64_t c = 0; c < features_; ++c) {
        const auto pair = random.uniform(s, 0, static_cast<std::uint32_t>(c / 2));
        centres_.push_back(params.range * (2.0 * (c % 2 == 0 ? pair.first : pair.second) - 1.0));
      }
  }
  void draw(std::uint64_t n, std::int64_t client, double* x, double*) const override {
    fill_normal(row_, n, 0, features_, x);
    const double* centre = centres_.data() + client * features_;
    for (std::int64_t c = 0; c < features_; ++c) x[c] = centre[c] + deviation_ * x[c];
  }
  std::vector<double> truth() const override { return centres_; }

 private:
  Random row_;
  std::int64_t features_;
  double deviation_;
  std::vector<double> centres_;  // client after client
};

}  // namespace

std::unique_ptr<const SyntheticSource> make_blobs(const SyntheticParams& params, std::uint32_t seed) {
  return std::make_unique<Blobs>(params, seed);
}

}  // namespace tessera::learn::client_data
