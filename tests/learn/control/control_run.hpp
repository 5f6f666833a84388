// Decks of the stages that control and learn, on the integrator, through the loop and its files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data/table.hpp"

namespace tessera::test {

/// Collective. A deck of these stages, whose environment is [stage.integrator] (key `steps`), run by these ranks
/// without its talk in a folder that is made for it, or in this one, where a run that is there is gone on with. With
/// `stop_after` a request to stop comes in that step of the environment. Returns the folder of the run.
std::string run_control(const std::string& stages, const Comm& comm = test::comm(), const std::string& place = "",
                        std::int64_t stop_after = 0);

/// Collective. The same, run by the root alone.
std::string run_control_alone(const std::string& stages, const std::string& place = "");

std::string content_of(const std::string& path);
/// What the summary of a run says under that label; NaN if it does not.
double result_of(const std::string& folder, const std::string& label);
/// Collective. All columns of a table.h5 as text, the same on all ranks.
std::string table_text(const std::string& path);
/// Collective. All rows of a column, on all ranks.
template <class T>
std::vector<T> whole_column(const data::Table& table, const std::string& name) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(table.num_global()));
  for (std::size_t n = 0; n < all.size(); ++n) all[n] = static_cast<std::int64_t>(n);
  return table.gather<T>(name, all);
}

}  // namespace tessera::test
