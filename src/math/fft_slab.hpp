// Internal to the distributed transforms: one transform by FFTW, in place in an array of its own.
#pragma once

#include "math/fft_distributed.hpp"
#include "math/fft_layout.hpp"
#include "math/fft_plan.hpp"

namespace tessera::math {

/// Of complex values along 1 to 3 directions, or of real values along 2 or 3, whose rows are padded to
/// 2 (n/2 + 1) numbers. In reach of both ends: the array before, its rows values(), and after, its rows modes().
class SlabTransform {
 public:
  enum class Kind { real, complex };

  /// Collective.
  SlabTransform(const Comm& comm, const FftShape& shape, Kind kind, FftOrder order, FftEffort effort);

  const Slab& values() const { return values_; }
  const Slab& modes() const { return modes_; }
  std::int64_t num_values() const { return num_values_; }  ///< real or complex ones of this rank, without padding
  std::int64_t num_modes() const { return num_modes_; }    ///< of this rank
  const Comm& comm() const { return comm_; }
  double* work() { return work_.data(); }
  Complex* complex_work() { return reinterpret_cast<Complex*>(work_.data()); }

  /// Collective.
  void forward();
  void backward();

 private:
  std::int64_t lay_out(const FftShape& shape, Kind kind, FftOrder order);
  void count_traffic(bool is_forward) const;

  Comm comm_;
  bool is_real_;
  Slab values_, modes_;
  std::int64_t num_values_ = 0, num_modes_ = 0;
  SlabLayout layout_;
  HostArray1<double> work_;
  PlanPair plans_;  ///< none for a single point, which is its own transform
};

}  // namespace tessera::math
