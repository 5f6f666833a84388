// Fourier transforms of arrays that are cut into slabs along their first direction, one a rank.
//
// Sign, order of modes and missing factor are those of fft.hpp. Each rank's part is a plain array without padding whose
// last direction is contiguous: rows [first, first + count) of the first direction, whole in the others. Which rows a
// rank has is FFTW's choice: along two and three directions ceil(n/ranks) rows each until they run out, along one
// direction (n x 1 is one, too) what its factors allow (on one rank if n, or n/2 of a real transform, is a prime
// number). Ranks behind the last row have none, and take part all the same.
//
// Both ways cost an exchange of everything with everybody, twice; once with FftOrder::transposed.
// Objects hold work space as large as this rank's part, and must not outlive MPI.
#pragma once

#include <memory>
#include <span>

#include "base/comm.hpp"
#include "math/fft_shape.hpp"

namespace tessera::math {

/// Rows [first, first + count) of an array that ranks share; none: {0, 0}.
struct Slab {
  std::int64_t first = 0, count = 0;
};

/// How the modes are cut.
enum class FftOrder {
  natural,     ///< like the values: modes [k0][k1][k2], this rank has rows of k0
  transposed,  ///< first two directions exchanged: modes [k1][k0][k2], this rank has rows of k1; not along one
               ///< direction
};

/// Real values; of the last direction the n/2 + 1 independent modes.
class DistributedRealFft {
 public:
  /// Collective, like all else here that is not const. Throws Error (input) for shapes that make no sense or exceed the
  /// hosts' memory, for an odd number of points along one direction, and for n x 1 points with n > 1.
  DistributedRealFft(const Comm& comm, const FftShape& shape, FftOrder order = FftOrder::natural,
                     FftEffort effort = FftEffort::measure);
  ~DistributedRealFft();
  DistributedRealFft(DistributedRealFft&&) noexcept;
  DistributedRealFft& operator=(DistributedRealFft&&) noexcept;

  const Slab& values() const;  ///< rows that this rank has
  const Slab& modes() const;   ///< rows that this rank has; along one direction the Nyquist mode is the last of all
  std::int64_t num_values() const;         ///< of this rank
  std::int64_t num_modes() const;          ///< of this rank
  double scale() const { return scale_; }  ///< 1/N

  /// Collective. Throws Error (internal) on a rank whose arrays have another length.
  void forward(std::span<const double> values, std::span<Complex> modes);
  /// Collective. Imaginary parts that a real array cannot have (those of modes that are their own mirror image) do not
  /// count along one direction, and must be zero otherwise.
  void backward(std::span<const Complex> modes, std::span<double> values);

 private:
  struct Implementation;
  class Slabs;
  class Line;
  std::unique_ptr<Implementation> implementation_;
  double scale_;
};

class SlabTransform;

/// Complex values.
class DistributedComplexFft {
 public:
  /// Collective, like all else here that is not const. Throws Error (input) for shapes that make no sense or exceed the
  /// hosts' memory.
  DistributedComplexFft(const Comm& comm, const FftShape& shape, FftOrder order = FftOrder::natural,
                        FftEffort effort = FftEffort::measure);
  ~DistributedComplexFft();
  DistributedComplexFft(DistributedComplexFft&&) noexcept;
  DistributedComplexFft& operator=(DistributedComplexFft&&) noexcept;

  const Slab& values() const;  ///< rows that this rank has
  const Slab& modes() const;   ///< rows that this rank has; along one direction they may be others than those of values
  std::int64_t num_values() const;         ///< of this rank
  std::int64_t num_modes() const;          ///< of this rank
  double scale() const { return scale_; }  ///< 1/N

  /// Collective. Both arrays may be the same one. Throws Error (internal) on a rank whose arrays have another length.
  void forward(std::span<const Complex> values, std::span<Complex> modes);
  void backward(std::span<const Complex> modes, std::span<Complex> values);

 private:
  std::unique_ptr<SlabTransform> transform_;
  double scale_;
};

}  // namespace tessera::math
