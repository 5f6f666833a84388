// Means over time and chains of what a sampler draws, with Monte Carlo errors: chains are independent of one another.
#pragma once

#include <vector>

#include <memory>

#include "catch.hpp"
#include "learn/fsgld/sampler.hpp"

namespace tessera::test {

struct Estimate {
  double mean = 0.0, error = 0.0;
};

/// Of each parameter its mean, then of each pair (a <= b) the mean of the product of deviations from `centre`.
struct ChainMoments {
  std::vector<Estimate> first, second;
};

/// Collective. Advances by `burn_in` updates, then by `updates`, of which all states are used.
ChainMoments moments_of(learn::fsgld::Sampler& sampler, std::int64_t chains, std::int64_t burn_in, std::int64_t updates,
                        const std::vector<double>& centre);

/// Of the parameters and what else is asked of a sampler: data, model, schedule and preparation that live together.
class Sampling {
 public:
  Sampling(std::uint32_t seed, const learn::fsgld::SamplerParams& params, data::Table table, std::int64_t width);
  /// With surrogates that are given, of all clients.
  Sampling(std::uint32_t seed, const learn::fsgld::SamplerParams& params, data::Table table, std::int64_t width,
           const std::vector<learn::fsgld::Quadratic>& surrogates);

  learn::fsgld::Sampler& sampler() { return *sampler_; }
  const learn::fsgld::Preparation& preparation() const { return preparation_; }
  const learn::fsgld::Clients& clients() const { return clients_; }
  const learn::fsgld::Schedule& schedule() const { return schedule_; }

 private:
  learn::fsgld::Clients clients_;
  std::unique_ptr<learn::fsgld::Model> model_;
  learn::fsgld::Schedule schedule_;
  learn::fsgld::Preparation preparation_;
  std::unique_ptr<learn::fsgld::Sampler> sampler_;
};

}  // namespace tessera::test
