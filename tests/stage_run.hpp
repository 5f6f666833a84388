// Decks of stages, run within the test through the loop and its files, and what such a run has left.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data/table.hpp"
#include "run/files.hpp"
#include "run/registry.hpp"

namespace tessera::test {

/// Collective. These stages, with the seed 5, run by the ranks of comm without their talk in a folder that is made for
/// it, or in this one, where a run that is there is gone on with. Returns the folder of the run. All ranks have ended
/// when it does, also when it throws.
std::string run_stages(const run::Registry& registry, const std::string& stages, const Comm& comm = test::comm(),
                       const std::string& place = "");

/// Collective. The same, run by the root alone.
std::string run_stages_alone(const run::Registry& registry, const std::string& stages, const std::string& place = "");

/// What the summary of a run says under that label, of the stage of that name (the first one that has it if none is
/// given); NaN if it does not.
double result_of(const std::string& folder, const std::string& label, const std::string& stage = "");

/// Collective. All rows of a column, on all ranks.
template <class T>
std::vector<T> whole_column(const data::Table& table, const std::string& name) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(table.num_global()));
  for (std::size_t n = 0; n < all.size(); ++n) all[n] = static_cast<std::int64_t>(n);
  return table.gather<T>(name, all);
}

/// Collective. All columns of a table.h5 as text, the same on all ranks.
std::string table_text(const std::string& path);

}  // namespace tessera::test
