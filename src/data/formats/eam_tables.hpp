// Tables of the embedded atom method as files of DYNAMO and LAMMPS hold them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"

namespace tessera::data {

/// automatic: funcfl (one element) or setfl (several: "eam/alloy"), told apart by the file's head. fs: setfl whose
/// densities depend on both elements ("eam/fs", Finnis and Sinclair), which the head does not show.
enum class EamFormat { automatic, fs };

struct EamElement {
  std::string name;  ///< of funcfl: the symbol of its atomic number
  double mass = 0.0;
  std::vector<double> embedding;             ///< F at m * drho, energy
  std::vector<std::vector<double>> density;  ///< that an atom of this element makes: one table, or one for each element

  /// At an atom of element `other`, at distances m * dr.
  const std::vector<double>& density_at(std::size_t other) const {
    return density.size() == 1 ? density[0] : density[other];
  }
};

/// Node m of all grids lies at m times the spacing.
struct EamTables {
  std::vector<EamElement> elements;
  double drho = 0.0, dr = 0.0;
  double cutoff = 0.0;
  std::vector<std::vector<double>> r_phi;  ///< r times the pair energy; of elements a >= b: number a (a + 1) / 2 + b
};

/// Number of the table of r phi between two elements.
constexpr std::size_t eam_pair(std::size_t a, std::size_t b) { return a < b ? eam_pair(b, a) : a * (a + 1) / 2 + b; }

/// A lookup needs slopes from two nodes on each side.
inline constexpr std::int64_t fewest_eam_nodes = 5;

/// Collective; the first rank reads. funcfl: r phi = 27.2 * 0.529 Z^2 (eV A; Foiles, Baskes and Daw, Phys. Rev. B 33,
/// 7983 (1986)). Throws Error (input) that names file and line: not a number, not finite, too few or too many of them,
/// a grid that does not increase or ends before the cutoff.
EamTables read_eam(const Comm& comm, const std::string& path, EamFormat format);

}  // namespace tessera::data
