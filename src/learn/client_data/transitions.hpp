// Steps of particles from one time to the next as rows of a regression.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "learn/client_data/client_rows.hpp"

namespace tessera::learn::client_data {

struct TransitionsParams {
  std::vector<std::string> features;  ///< formulas of the position and of t
  std::string coordinate;             ///< that moves; empty: the first one
  std::int64_t clients = 10;
};
void bind(deck::Binder& binder, TransitionsParams& params);

/// Collective. Of a table.h5 with the columns step, time, id and position. Two rows of one id that follow one another
/// in time make one here: features at the earlier time, and as y the displacement of a coordinate divided by the time
/// between. Rows are ordered by id and time; client s has the s-th of equal blocks of ids. Throws Error (input) for
/// tables of other columns, formulas that are wrong, ids of one time only, and what is not finite.
ClientRows read_transitions(const Comm& comm, const std::string& path, const TransitionsParams& params);

}  // namespace tessera::learn::client_data
