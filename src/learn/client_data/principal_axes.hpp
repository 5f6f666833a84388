// Rows in terms of the right singular vectors of their matrix with the largest values.
#pragma once

#include "data/table.hpp"

namespace tessera::learn::client_data {

inline constexpr const char* projection_column = "projection";

/// Collective. Of the rows in the column x, of which X'X is summed up: `count` numbers each in a new column. Rows are
/// balanced in blocks.
void add_projections(data::Table& table, int count);

}  // namespace tessera::learn::client_data
