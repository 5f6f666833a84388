// Many chains that visit clients and make their local updates there: SGLD (one client), DSGLD, FSGLD, and what is built
// of the same parts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/mailbox.hpp"
#include "data/io/state.hpp"
#include "learn/fsgld/batch_sums.hpp"
#include "learn/fsgld/chains.hpp"
#include "learn/fsgld/gradient_table.hpp"
#include "learn/fsgld/sampler_params.hpp"
#include "learn/fsgld/surrogates.hpp"

namespace tessera::learn::fsgld {

/// Draws that chains on this rank have made: parameters one behind the other, in no order that means anything.
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

  /// Collective. `count` local updates of every chain, and the draws of them that are kept. A rank goes on with the
  /// chains that it has, and waits only where it has none.
  void advance(std::int64_t count, Records& records);

  std::int64_t num_updates_done() const { return update_; }
  std::int64_t dimensions() const { return model_.dimensions(); }
  const Chains& chains() const { return chains_; }
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
  // Where chains are (sampler_travel.cpp).
  int place(std::int64_t chain, std::int64_t client) const;
  void begin_visits(std::int64_t target);
  void run_until(std::int64_t target, Records& records);
  std::int64_t num_at(std::int64_t target) const;
  void put_aside(std::int64_t target);
  void take_in(const std::vector<std::byte>& packet, std::int64_t target);
  bool wait_for_chains(std::int64_t target);

  // What they do there.
  std::vector<double> first_parameters(std::int64_t chain) const;
  std::vector<std::int64_t> state_widths() const;
  std::int64_t updates_together(std::int64_t target) const;
  void set_arrays();
  void set_anchors();
  void update(std::int64_t later);
  void end_updates(std::int64_t count);
  void record(std::int64_t later, Records& records) const;
  data::Table state_table() const;

  std::uint32_t seed_;
  SamplerParams params_;
  const Clients& clients_;
  Model& model_;
  const Schedule& schedule_;
  Correction correction_;
  Ball ball_;
  std::vector<double> anchor_;
  data::RowArray<double> anchor_rows_, anchor_gradient_;  // one row each, of Control::anchor
  BatchSums gradients_;
  Random noise_;
  std::int64_t update_ = 0;
  Chains chains_;
  Mailbox mailbox_;
  std::vector<std::vector<std::byte>> aside_;  // chains that have made their updates, while others have not
  Travel travel_;                              // from here
  std::optional<GradientTable> table_;
  struct {
    std::vector<std::int64_t> id, update, first, rows;
    std::vector<std::int32_t> client;
    std::vector<double> scale;
  } host_;  // of the chains here
  struct {
    GrowingColumn<std::int64_t> id{"fsgld ids"}, update{"fsgld updates"}, first{"fsgld first rows"}, rows{"fsgld rows"};
    GrowingColumn<std::int32_t> client{"fsgld clients"};
    GrowingColumn<double> scale{"fsgld scale"};
    GrowingRows<double> sums{"fsgld sums"}, normals{"fsgld normals"}, anchors{"fsgld anchors"},
        anchor_sums{"fsgld anchor sums"};
    GrowingRows<std::int32_t> drawn{"fsgld batch"};
  } storage_;
  RowChoice choice_;
  StepArrays arrays_;
  data::RowArray<double> anchors_, anchor_sums_;
};

}  // namespace tessera::learn::fsgld
