// What a deck says about a stage of federated data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learn/client_data/file_rows.hpp"
#include "learn/client_data/pairs.hpp"
#include "learn/client_data/shards.hpp"
#include "learn/client_data/synthetic_params.hpp"
#include "learn/client_data/transitions.hpp"

namespace tessera::learn::client_data {

/// One of a file, an earlier stage and something synthetic.
struct ClientDataParams {
  FileRowsParams file;
  std::string stage;
  TransitionsParams transitions;  ///< of a stage
  std::optional<SyntheticParams> synthetic;
  std::optional<PairsParams> pairs;  ///< of the rows that these have
  std::optional<ShardingParams> sharding;
  HeldOutParams held_out;
  bool standardise = false, standardise_response = false;

  /// Whether rows come with clients of their own.
  bool source_has_clients() const;
};
void bind(deck::Binder& binder, ClientDataParams& params);

}  // namespace tessera::learn::client_data
