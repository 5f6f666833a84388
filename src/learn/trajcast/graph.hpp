// What a network sees of a configuration, or of a rank's part of one, or of a batch of them; and its surroundings.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/sum.hpp"

namespace tessera::learn::trajcast {

/// Atoms that are owned, then ghosts: rows of features are num_atoms + num_ghosts. Edges of receiver i are
/// first_edge[i]
/// ... first_edge[i + 1] - 1, in the order in which they are summed; the vector points from receiver to sender, and of
/// a pair both directions have bit by bit opposite vectors where possible, which halves the work of the radial
/// networks. Edges beyond the cutoff are allowed and contribute nothing. Senders may be owned atoms seen through an
/// image.
struct Graph {
  std::int64_t num_atoms = 0, num_ghosts = 0;
  std::vector<std::int64_t> first_edge{0};  ///< num_atoms + 1
  std::vector<int> sender;                  ///< row of features
  std::vector<double> edge_vectors;         ///< three an edge, A
  // Of owned atoms:
  std::vector<int> species;        ///< 0 to num_species - 1
  std::vector<double> positions;   ///< A; unwrapped, of whole molecules; read only to conserve angular momentum
  std::vector<double> velocities;  ///< A/fs
  std::vector<double> masses;      ///< g/mol
  std::vector<int> configuration;  ///< 0 to num_configurations - 1
  int num_configurations = 1;      ///< the same on all ranks that share configurations

  std::int64_t num_rows() const { return num_atoms + num_ghosts; }
};

/// What lies beyond this rank's atoms. All calls are collective over ranks that share configurations, and all of them
/// make the same calls: also those that own no atom.
template <class Real>
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// Rows of ghosts become those of their owners.
  virtual void fill_ghosts(Real* rows, std::int64_t width) = 0;
  /// The reverse: rows of ghosts are added to those of their owners.
  virtual void return_ghosts(Real* rows, std::int64_t width) = 0;
  /// Sums over ranks.
  virtual void sum(ExactSum* sums, int count) = 0;
};

/// One rank without ghosts, or whose ghosts are images of its own atoms: ghost n is an image of atom owner[n].
template <class Real>
class Images : public Surroundings<Real> {
 public:
  explicit Images(std::int64_t num_atoms, std::vector<int> owner = {})
      : num_atoms_(num_atoms), owner_(std::move(owner)) {}

  void fill_ghosts(Real* rows, std::int64_t width) override {
    for (std::size_t n = 0; n < owner_.size(); ++n) {
      Real* ghost = rows + (num_atoms_ + static_cast<std::int64_t>(n)) * width;
      const Real* atom = rows + owner_[n] * width;
      for (std::int64_t k = 0; k < width; ++k) ghost[k] = atom[k];
    }
  }
  void return_ghosts(Real* rows, std::int64_t width) override {
    for (std::size_t n = 0; n < owner_.size(); ++n) {
      const Real* ghost = rows + (num_atoms_ + static_cast<std::int64_t>(n)) * width;
      Real* atom = rows + owner_[n] * width;
      for (std::int64_t k = 0; k < width; ++k) atom[k] += ghost[k];
    }
  }
  void sum(ExactSum* /*sums*/, int /*count*/) override {}

 private:
  std::int64_t num_atoms_;
  std::vector<int> owner_;
};

}  // namespace tessera::learn::trajcast
