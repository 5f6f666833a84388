// Internal: what a program does in which order, and where its numbers lie: only what the outputs need, in places that
// are shared by those whose times do not overlap.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "diff/graph.hpp"

namespace tessera::diff {

/// Places are multiples of as many numbers as a vector register holds at most.
std::int64_t rounded_size(std::int64_t count);

struct Step {
  Entry entry;
  std::int64_t rows = 1;                 // of the result
  std::int64_t out = -1, scratch = 0;    // places of work
  std::array<std::int64_t, 3> in{};      // likewise
  std::array<std::int64_t, 3> widths{};  // of the arguments
  std::array<bool, 3> is_parameter{};    // then `in` is a place among these
  std::int64_t addend = -1;              // of a product of matrices: the place of what it is added to
  std::int64_t last_order = 0;           // of a function whose derivatives are computed with it
  std::array<std::int64_t, 4> orders{};  // their places
  std::size_t end = 0;                   // of the steps from this one on that go number by number

  bool is_matrix_product() const;
};

struct Place {
  bool is_parameter = false;
  std::int64_t at = -1;  // none: nothing needs it
};

struct Layout {
  std::vector<Step> steps;
  std::vector<Place> places;  // of nodes
  std::int64_t num_parameters = 0, work_size = 0;
};

Layout lay_out(const Graph& graph, const std::vector<Node>& outputs);

}  // namespace tessera::diff
