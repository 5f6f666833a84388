// Effective decks compared, value by value.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tessera::run {

/// The values of an effective deck: "melt.pair.cutoff" -> "2.5"; of the second and later elements of an array of tables
/// "melt.pair.between[2].epsilon".
std::map<std::string, std::string> deck_values(const std::string& effective_deck);

/// "melt.pair.cutoff = 2.5" for each value of `now` that `before` has otherwise, or does not have unless it is empty.
std::vector<std::string> changed_values(const std::string& before, const std::string& now);

/// Differences that would change the physics of a run that goes on: all but lengths, limits and cadences of output.
/// Each a line "melt.pair.cutoff was 2.5 and would be 3.0".
std::vector<std::string> physics_changes(const std::string& before, const std::string& now);

}  // namespace tessera::run
