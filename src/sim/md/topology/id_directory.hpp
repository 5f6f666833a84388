// Which rank holds which particle, while particles lie on ranks anyhow.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/formats/row_table.hpp"
#include "data/particles.hpp"

namespace tessera::sim::md {

/// Ids in blocks, one a rank: no rank knows all of them.
class IdDirectory {
 public:
  /// Collective. Until a particle changes its owner.
  explicit IdDirectory(const data::Particles& particles);

  /// Collective. Rows of `width` integers, of which the first is an id, to the rank that holds the particle of that
  /// id, sorted there. Throws Error (input), "<what> name particle...", if there is none.
  std::vector<std::int64_t> deliver(const std::vector<std::int64_t>& rows, std::size_t width,
                                    const std::string& what) const;

 private:
  Comm comm_;
  data::IdBlocks blocks_;
  std::vector<std::pair<std::int64_t, int>> holder_;  // (id, rank), sorted: those of this rank's block
};

}  // namespace tessera::sim::md
