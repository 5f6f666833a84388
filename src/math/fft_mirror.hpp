// Internal to the distributed transforms: the real transform along one direction, made of a complex one of half the
// length (FFTW has none of its own for several ranks).
#pragma once

#include <span>
#include <vector>

#include "base/comm.hpp"
#include "math/fft_distributed.hpp"

namespace tessera::math {

/// Modes 0..M of 2M real values x. With z_j = x_2j + i x_2j+1 and its complex spectrum Z_0..Z_M-1 (Z_M = Z_0):
/// X_k = (Z_k + conj Z_M-k) / 2 - i w_k (Z_k - conj Z_M-k) / 2, w_k = exp(-pi i k / M). Every mode needs its mirror
/// image, which some other rank has.
class MirrorModes {
 public:
  /// Collective. `modes` are the rows of Z that this rank has; the communicator is used for nothing else meanwhile.
  MirrorModes(const Comm& comm, const Slab& modes, std::int64_t num_modes);

  /// Modes of X that this rank has: those of Z, and on the last rank that has any, M besides.
  const Slab& modes() const { return own_; }

  /// Collective. Z to X in place; the array has modes().count elements.
  void disentangle(std::span<Complex> modes);
  /// Collective. X to 2 Z; of X_0 and X_M only the real parts count. Z_M is left out.
  void entangle(std::span<const Complex> modes, Complex* entangled);

 private:
  struct Piece {
    int rank;
    std::int64_t first, count;  ///< modes
  };

  Slab wanted_of(const Slab& own) const { return {last_ - own.first - own.count + 1, own.count}; }
  void append_first_mode(std::span<Complex> modes) const;
  void exchange(const Complex* modes);
  /// Of the n-th mode here.
  const Complex& mirrored(std::int64_t n) const { return mirrored_[static_cast<std::size_t>(own_.count - 1 - n)]; }

  Comm comm_;
  std::int64_t last_;  ///< M
  Slab own_;
  int first_rank_ = 0, last_rank_ = 0;  ///< those that have modes 0 and M
  std::vector<Piece> sent_, received_;
  std::vector<Complex> twiddles_, mirrored_;
};

}  // namespace tessera::math
