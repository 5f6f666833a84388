// Parameter files by triples of elements, as LAMMPS reads them for Stillinger-Weber (.sw) and Tersoff (.tersoff).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"

namespace tessera::data {

/// The particle in the middle, and two neighbours of it.
struct TripleEntry {
  std::array<std::string, 3> elements;
  std::vector<double> values;
  std::int64_t line = 0;  ///< on which it begins
};

/// Collective; the first rank reads. Entries of three elements and `names.size()` numbers, over as many lines as it
/// takes; '#' begins a comment. Throws Error (input) that names file and line: a number that is none or not finite, an
/// element that is a number, an entry that is incomplete or given twice, no entry at all.
std::vector<TripleEntry> read_triples(const Comm& comm, const std::string& path,
                                      const std::vector<std::string_view>& names);

}  // namespace tessera::data
