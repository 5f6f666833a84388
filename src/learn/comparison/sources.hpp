// Internal: stages that a comparison reads.
#pragma once

#include <string>
#include <vector>

namespace tessera::learn::comparison {

/// Of parameters with data, a reference and perhaps another one, each of which may be a stage.
template <class Params>
std::vector<std::string> stages_of_sources(const Params& p) {
  std::vector<std::string> names;
  const auto add = [&](const auto& source) {
    if (!source.stage.empty()) names.push_back(source.stage);
  };
  for (const auto& data : p.data) add(data.source);
  add(p.reference);
  if (p.reference_again) add(*p.reference_again);
  return names;
}

}  // namespace tessera::learn::comparison
