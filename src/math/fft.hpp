// Fourier transforms of arrays that lie whole in this rank's memory, one after the other or many at once.
//
// X_k = sum_j x_j exp(-2 pi i j k / N) forward, the opposite sign backward, and no factor in either: one after the
// other multiplies by N, so that scale() = 1/N belongs wherever the spectrum is multiplied anyway. Mode k of n is
// frequency k up to n/2 and k - n above. Arrays are plain and contiguous, the last direction fastest; many transforms
// lie one behind the other, and their number follows from the length of the arrays. Each of them is computed as if it
// were alone: what comes out does not depend on how many there are, nor on its place among them.
//
// Objects are cheap to copy and share their plans. They must not outlive MPI.
#pragma once

#include <memory>
#include <span>

#include "base/comm.hpp"
#include "math/fft_shape.hpp"

namespace tessera::math {

struct LocalPlans;

/// Real values and the half of their spectrum that is independent: the last direction has n/2 + 1 modes (for even n the
/// last is the Nyquist mode).
class RealFft {
 public:
  /// Local. Planned by estimate. Throws Error (input) for shapes that make no sense or exceed this host's memory.
  explicit RealFft(const FftShape& shape);
  /// Collective. The root's plan on all ranks, so that it does not matter which of them transforms a row.
  RealFft(const Comm& comm, const FftShape& shape, FftEffort effort = FftEffort::measure);

  std::int64_t num_values() const { return num_values_; }  ///< of one transform
  std::int64_t num_modes() const { return num_modes_; }    ///< of one transform
  double scale() const { return 1.0 / static_cast<double>(num_values_); }

  /// Local. Values [batch x num_values] to modes [batch x num_modes], which must not overlap; both begin at multiples
  /// of 16 bytes. Throws Error (internal) for lengths that do not fit together.
  void forward(std::span<const double> values, std::span<Complex> modes) const;
  /// Local. The other way. The modes are used as scratch and hold nothing afterwards.
  void backward(std::span<Complex> modes, std::span<double> values) const;

 private:
  std::int64_t num_values_, num_modes_;
  std::shared_ptr<const LocalPlans> plans_;
};

/// Complex values, in place.
class ComplexFft {
 public:
  /// Local. Planned by estimate. Throws Error (input) for shapes that make no sense or exceed this host's memory.
  explicit ComplexFft(const FftShape& shape);
  /// Collective. The root's plan on all ranks, so that it does not matter which of them transforms a row.
  ComplexFft(const Comm& comm, const FftShape& shape, FftEffort effort = FftEffort::measure);

  std::int64_t num_values() const { return num_values_; }  ///< of one transform, and as many modes
  double scale() const { return 1.0 / static_cast<double>(num_values_); }

  /// Local. [batch x num_values], which begin at a multiple of 16 bytes. Throws Error (internal) for another length.
  void forward(std::span<Complex> data) const;
  void backward(std::span<Complex> data) const;

 private:
  std::int64_t num_values_;
  std::shared_ptr<const LocalPlans> plans_;
};

/// Complex values of columns: `count` neighbouring columns of a matrix whose rows lie `stride` values apart, to and
/// from rows that lie behind one another. With a stride that is no power of two they come faster out of caches.
class ColumnFft {
 public:
  /// Collective, as above. Throws Error (input) for numbers that make no sense.
  ColumnFft(const Comm& comm, std::int64_t length, std::int64_t count, std::int64_t stride,
            FftEffort effort = FftEffort::measure);

  std::int64_t length() const { return length_; }
  std::int64_t count() const { return count_; }
  /// Of a whole matrix up to the end of the last of these columns, which an array must hold.
  std::int64_t matrix_size() const { return (length_ - 1) * stride_ + count_; }

  /// Local. The first columns of `matrix` [matrix_size] to `rows` [length x count], which must not overlap; both begin
  /// at multiples of 16 bytes. The matrix stays. Throws Error (internal) for lengths that do not fit.
  void backward(std::span<const Complex> matrix, std::span<Complex> rows) const;
  /// Local. The same with the sign of a forward transform.
  void forward(std::span<const Complex> matrix, std::span<Complex> rows) const;

 private:
  std::int64_t length_, count_, stride_;
  std::shared_ptr<const LocalPlans> plans_;
};

}  // namespace tessera::math
