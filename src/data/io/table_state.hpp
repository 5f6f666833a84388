// Tables in checkpoints.
#pragma once

#include <string>

#include "data/io/state.hpp"
#include "data/table.hpp"

namespace tessera::data {

/// Collective. All rows, each column as rows named <name>.<column>.
void put_table(StateWriter& state, const std::string& name, const Table& table);

/// Collective. Fills a table that has the same columns; what rows it had are gone. As many ranks as wrote: each gets
/// its own rows back. Otherwise nearly equal shares, in the same order. Throws Error (input) as StateReader does, and
/// if columns have different numbers of rows.
void get_table(StateReader& state, const std::string& name, Table& table);

}  // namespace tessera::data
