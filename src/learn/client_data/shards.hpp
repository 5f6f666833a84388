// Rows shared out over clients, and rows kept out for testing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "learn/client_data/client_rows.hpp"

namespace tessera::learn::client_data {

enum class ShardingKind { equal, sizes, dirichlet, beta };

struct ShardingParams {
  ShardingKind kind = ShardingKind::equal;
  std::int64_t clients = 0;         ///< of kind sizes: as many as sizes once the deck is read
  std::vector<std::int64_t> sizes;  ///< of kind sizes
  double concentration = 1.0;       ///< of kind dirichlet
  double a = 1.0, b = 1.0;          ///< of kind beta

  bool needs_classes() const { return kind == ShardingKind::dirichlet || kind == ShardingKind::beta; }
};
void bind(deck::Binder& binder, ShardingParams& params);

struct HeldOutParams {
  double amount = 0.0;  ///< below 1 a share of the rows, else a number of them
  bool balanced = false;
};

/// Collective. Sets the client of rows chosen at random to ClientRows::held_out. Throws Error (input) if nothing is
/// left for training or, of a class that is to be balanced, too little is there.
void hold_out(const Comm& comm, std::uint32_t seed, const HeldOutParams& params, ClientRows& rows);

/// Collective. Gives every row that is not held out its client, or drops it (a line of the log says how many). Throws
/// Error (input) if there are not as many rows as that takes.
void share_out(const Comm& comm, std::uint32_t seed, const ShardingParams& params, ClientRows& rows);

/// Number of rows at each client, of which a class makes up `shares`, as large as `zeros` and `ones` rows of two
/// classes allow.
std::int64_t largest_equal_size(const std::vector<double>& shares, std::int64_t zeros, std::int64_t ones);
/// Of `size` rows.
std::int64_t ones_of(double share, std::int64_t size);

}  // namespace tessera::learn::client_data
