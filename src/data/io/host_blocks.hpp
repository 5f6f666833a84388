// Blocks of fields on the host, without ghosts, the way files hold them: x fastest, then y, z and component.
#pragma once

#include <vector>

#include "data/field.hpp"
#include "data/io/h5_id.hpp"

namespace tessera::data {

/// Extents of the whole mesh, of this rank's block and its place: in the order of files, z, y, x, of the mesh's own
/// directions only.
struct FileBlock {
  explicit FileBlock(const Mesh& mesh);
  std::vector<hsize_t> dims, start, count;
  hsize_t cells() const;  ///< of the block

  /// The same of an array of components, the slowest direction.
  FileBlock of_components(hsize_t components, hsize_t first, hsize_t number) const;

 private:
  FileBlock() = default;
};

/// Owned values of these components.
std::vector<double> host_block(const Field& field, int first, int count);
void set_host_block(const Field& field, int first, int count, const std::vector<double>& values);

/// Collective. How many components go through the host at a time: as many as stay small.
int components_at_once(const Field& field);

}  // namespace tessera::data
