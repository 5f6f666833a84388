// Rows drawn at random, each by its own number: each rank makes its share and no more.
#pragma once

#include <cstdint>
#include <memory>

#include "learn/client_data/client_rows.hpp"
#include "learn/client_data/synthetic_params.hpp"

namespace tessera::learn::client_data {

/// What rows are drawn from: the truth, the same on all ranks.
class SyntheticSource {
 public:
  virtual ~SyntheticSource() = default;
  /// Row number n (from 0) at this client: its features, and its response if it has one.
  virtual void draw(std::uint64_t n, std::int64_t client, double* x, double* y) const = 0;
  /// What a learner should find: parameters, or centres.
  virtual std::vector<double> truth() const { return {}; }
};

std::unique_ptr<const SyntheticSource> make_blobs(const SyntheticParams& params, std::uint32_t seed);
std::unique_ptr<const SyntheticSource> make_regression(const SyntheticParams& params, std::uint32_t seed);
std::unique_ptr<const SyntheticSource> make_two_classes(const SyntheticParams& params, std::uint32_t seed);
std::unique_ptr<const SyntheticSource> make_clusters(const SyntheticParams& params, std::uint32_t seed);
std::unique_ptr<const SyntheticSource> make_source(const SyntheticParams& params, std::uint32_t seed);

/// This rank's share of the rows.
ClientRows draw_rows(const Comm& comm, std::uint32_t seed, const SyntheticParams& params);

}  // namespace tessera::learn::client_data
