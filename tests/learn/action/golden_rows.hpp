// Rows of an objective, from the reference data of action matching: equation (4) of its description.
#pragma once

#include <string>
#include <vector>

#include "golden_networks.hpp"
#include "row_objective.hpp"

namespace tessera::test {

/// The case <group> of a file, with the batch of <batch>: one batch for the interior and both ends.
struct GoldenRows {
  GoldenRows(const std::string& path, const std::string& batch, const std::string& group, const GoldenNetwork& network);

  learn::action::RowLayout layout;
  learn::action::DynamicsParams dynamics;
  std::vector<double> rows;
  std::int64_t count = 0;
};

/// w (|v|^2/2 + div v), the same along a direction, or w |v - z|^2/2: rows of batch <batch>, `others` for directions or
/// z if the method has them.
std::vector<double> golden_field_rows(const std::string& path, const std::string& batch,
                                      const learn::action::RowLayout& layout, double weight, const std::string& others);

}  // namespace tessera::test
