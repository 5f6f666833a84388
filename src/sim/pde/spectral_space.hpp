// Values of a periodic field at grid points and the coefficients of its Fourier modes, with a finer grid on which
// products are formed so that they do not alias.
//
// A field u at the points of the grid has coefficients v with u(x) = sum of v exp(i k x), so that transforms to values
// carry no factor. Of a real field, half of the modes are kept. On the finer grid they are the first of a larger
// spectrum whose other coefficients are zero: "padded". The fastest direction is the last one.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "math/fft_shape.hpp"
#include "sim/pde/equations.hpp"

namespace tessera::sim::pde {

struct SpaceParams {
  math::FftShape points;  ///< even numbers
  math::FftShape padded;  ///< of the finer grid; empty: none
  std::vector<double> length;
  /// The mode that changes sign from point to point; it has no mirror image, and derivatives of odd order no meaning.
  bool keep_nyquist = false;
};

/// Modes [first, first + count) of those kept here are neighbours in the spectrum of the finer grid too, if there is
/// one, of the grid itself otherwise.
struct ModeRun {
  std::int64_t first, count;
  std::int64_t place;  ///< in that spectrum
};

/// Memory for one transform at a time; each thread has its own.
struct SpaceWork {
  HostArray1<double> spectrum;  ///< modes of either grid
  HostArray1<double> values;    ///< of the finer grid
};

/// Where things lie, here and (split) on the other ranks.
class SpectralSpace {
 public:
  /// Collective. Whole on every rank. Throws Error (input) as transforms do.
  static std::unique_ptr<SpectralSpace> make_local(const Comm& comm, const SpaceParams& params);
  /// Collective. Cut along the slowest direction.
  static std::unique_ptr<SpectralSpace> make_split(const Comm& comm, const SpaceParams& params);
  virtual ~SpectralSpace() = default;
  SpectralSpace(const SpectralSpace&) = delete;
  SpectralSpace& operator=(const SpectralSpace&) = delete;

  /// Of the slowest direction, here.
  std::int64_t first_row() const { return first_row_; }
  std::int64_t num_rows() const { return num_rows_; }
  std::int64_t num_values() const { return num_values_; }
  std::int64_t num_modes() const { return num_modes_; }
  std::int64_t num_padded_values() const { return num_padded_values_; }
  std::int64_t num_padded_modes() const { return num_padded_modes_; }
  /// Padded values of all ranks: what a padded forward transform multiplies by.
  double padded_size() const { return padded_size_; }
  const std::vector<ModeRun>& runs() const { return runs_; }
  /// Of the modes kept here.
  const std::vector<WaveVector>& wave_vectors() const { return wave_vectors_; }
  SpaceWork make_work() const;

  /// Values at the grid points to coefficients of the modes kept, and back. Split: collective.
  virtual void to_modes(std::span<const double> values, std::span<Complex> modes, const SpaceWork& work) const = 0;
  virtual void to_values(std::span<const Complex> modes, std::span<double> values, const SpaceWork& work) const = 0;
  /// work.spectrum to work.values on the finer grid, and back with the factor padded_size(). Split: collective.
  virtual void padded_to_values(const SpaceWork& work) const = 0;
  virtual void padded_to_modes(const SpaceWork& work) const = 0;

 protected:
  explicit SpectralSpace(const SpaceParams& params) : params_(params) {}

  /// Kept modes that are neighbours in a spectrum.
  struct Run {
    std::int64_t place, count;
  };
  /// Those in rows [first, first + count) (in one direction: modes) of the spectrum of so many points, and their wave
  /// vectors. The order is the same in the spectra of both grids.
  std::vector<Run> find_runs(const math::FftShape& spectrum, std::int64_t first, std::int64_t count,
                             std::vector<WaveVector>* vectors = nullptr) const;
  void set_modes(const std::vector<Run>& runs);

  SpaceParams params_;
  std::int64_t first_row_ = 0, num_rows_ = 0, num_values_ = 0, num_modes_ = 0;
  std::int64_t num_sample_modes_ = 0, num_padded_values_ = 0, num_padded_modes_ = 0;
  double padded_size_ = 1.0;
  std::vector<ModeRun> runs_;
  std::vector<WaveVector> wave_vectors_;
};

/// Moves coefficients between kept modes, one behind the other, and their places in a spectrum.
template <class Runs>
void gather_modes(const Runs& runs, const Complex* spectrum, Complex* modes) {
  for (const auto& run : runs) modes = std::copy_n(spectrum + run.place, run.count, modes);
}
template <class Runs>
void scatter_modes(const Runs& runs, const Complex* modes, std::span<Complex> spectrum) {
  std::fill(spectrum.begin(), spectrum.end(), Complex(0.0));
  for (const auto& run : runs) {
    std::copy_n(modes, run.count, spectrum.data() + run.place);
    modes += run.count;
  }
}

/// Even, without prime factors but 2, 3 and 5, and at least this: what transforms like.
std::int64_t good_size(std::int64_t at_least);

}  // namespace tessera::sim::pde
