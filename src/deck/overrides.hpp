// Values that the command line gives instead of the deck's: "seed=7", "melt.pair.cutoff=3".
#pragma once

#include <string>
#include <vector>

#include "deck/document.hpp"
#include "deck/problems.hpp"

namespace tessera::deck {

/// Puts the overrides into the deck, in order. The first part of a key with several is the name of a stage, or of a
/// table at the top level. A value is TOML; what is not is a string, so that words need no quotes.
void apply_overrides(Table& root, const std::vector<std::string>& overrides, Problems& problems);

}  // namespace tessera::deck
