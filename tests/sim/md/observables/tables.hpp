// What the tests of observables share.
#pragma once

#include <string>
#include <vector>

#include "samples.hpp"

namespace tessera::test {

inline std::vector<std::string> headings(const sim::Report& report) {
  std::vector<std::string> names;
  for (const auto& column : report.columns) names.push_back(column.name);
  return names;
}

/// Every third particle is a B, which is twice as heavy.
inline Sample two_types(Sample sample) {
  for (std::size_t n = 0; n < sample.size(); ++n) sample.type.push_back(n % 3 == 0 ? 1 : 0);
  sample.masses = {1.0, 2.0};
  return sample;
}

}  // namespace tessera::test
