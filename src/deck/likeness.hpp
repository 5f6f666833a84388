// Stages that are like earlier ones.
#pragma once

#include "deck/document.hpp"
#include "deck/problems.hpp"

namespace tessera::deck {

/// `like = "<earlier stage>"` stands for all that the earlier stage says but its name and what `without = ["key"...]`
/// lists. Keys that a stage has itself count more; tables are merged key by key, lists are not. Both keys are gone
/// behind this, overrides were applied before.
void resolve_likeness(Table& root, Problems& problems);

}  // namespace tessera::deck
