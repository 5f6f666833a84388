// Many chains that visit clients and make their local updates there: SGLD (one client), DSGLD, FSGLD, and what is built
// of the same parts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/io/state.hpp"
#include "learn/fsgld/batch_sums.hpp"
#include "learn/fsgld/chains.hpp"
#include "learn/fsgld/sampler_params.hpp"
#include "learn/fsgld/surrogates.hpp"

namespace tessera::learn::fsgld {

/// Draws that chains on this rank have made: parameters one behind the other, in the order of updates and, of one
/// update, of chains.
struct Records {
  std::vector<std::int64_t> chain, update;
  std::vector<double> theta;
  void clear();
};

/// What a chain needs to know of all data before it starts, the same on all ranks.
struct Preparation {
  std::optional<Surrogates> surrogates;
  Correction correction;
  Ball ball;
  std::vector<double> anchor;  ///< the mode of the posterior, of Control::anchor and affine surrogates
  ImproperClients improper;    ///< of surrogates, where chains stay for more than one update
};

/// Collective. Fits surrogates, finds anchors.
Preparation prepare(const Clients& clients, Model& model, const Schedule& schedule, const SamplerParams& params,
                    std::uint32_t seed);

class Sampler {
 public:
  Sampler(std::uint32_t seed, const SamplerParams& params, const Clients& clients, Model& model,
          const Schedule& schedule, const Preparation& preparation);

  /// Collective. `count` local updates of every chain, and the draws of them that are kept.
  void advance(std::int64_t count, Records& records);

  std::int64_t num_updates_done() const { return update_; }
  std::int64_t dimensions() const { return model_.dimensions(); }
  const Chains& chains() const { return *chains_; }
  /// Collective. Parameters of all chains, one behind the other.
  std::vector<double> all_parameters() const;
  /// Collective. Of all chains together, from the beginning of the run (of this program).
  struct Travel {
    std::int64_t moves = 0, bytes = 0;
  };
  Travel travel() const;
  /// Largest magnitude of a parameter here; NaN if one is not finite.
  double farthest() const;

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  std::vector<double> first_parameters(std::int64_t chain) const;
  void find_visits(std::int64_t round);
  void begin_round(std::int64_t round);
  void set_visits();
  void set_anchors();
  void update();
  void record(Records& records) const;
  data::Table state_table() const;

  std::uint32_t seed_;
  SamplerParams params_;
  const Clients& clients_;
  Model& model_;
  const Schedule& schedule_;
  Correction correction_;
  Ball ball_;
  std::vector<double> prior_mean_, prior_precision_, anchor_, anchor_gradient_;
  BatchSums gradients_;
  Random noise_;
  std::int64_t update_ = 0;
  std::optional<Chains> chains_;
  std::vector<std::int64_t> visits_;  // of this round, by chain
  std::vector<int> places_;           // likewise
  struct {
    std::vector<std::int64_t> first, rows;
    std::vector<std::int32_t> client;
    std::vector<double> scale;
  } host_visits_;            // of the chains here
  Array1<std::int64_t> id_;  // of the chains here
  RowChoice choice_;
  StepArrays arrays_;
  data::RowArray<double> anchors_, anchor_sums_;
};

}  // namespace tessera::learn::fsgld
