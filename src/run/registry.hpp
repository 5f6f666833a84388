// The kinds of stages that a deck may name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/stage.hpp"

namespace tessera::run {

class Registry {
 public:
  /// Throws Error (internal) if the name is taken.
  void add(std::unique_ptr<sim::StageType> type);
  /// nullptr if there is none of that name.
  const sim::StageType* find(const std::string& name) const;
  const std::vector<std::unique_ptr<sim::StageType>>& types() const { return types_; }
  std::vector<std::string> names() const;

 private:
  std::vector<std::unique_ptr<sim::StageType>> types_;
};

/// Everything in this repository. A program of one's own adds to it.
Registry standard_registry();

}  // namespace tessera::run
