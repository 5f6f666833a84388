// What all Fourier transforms have in common: how their size is given, and how much work goes into a plan.
#pragma once

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

namespace tessera::math {

using Complex = std::complex<double>;

/// Points along one to three directions; the last one is contiguous in memory.
using FftShape = std::vector<std::int64_t>;

/// How the algorithm of a transform is chosen.
enum class FftEffort {
  estimate,  ///< by rules: the same on every run with this FFTW on this kind of processor; often slower
  measure,   ///< by trying: may differ in the last bits from one trial to the next; trials are kept, see fft_wisdom.hpp
};

/// The product of all extents. Throws Error (input) unless there are 1 to 3, each from 1 to 2^31 - 1, whose product
/// fits a 64-bit number of bytes.
std::int64_t num_points(const FftShape& shape);

/// Rows times what a real transform keeps of the last direction: n/2 + 1 of n modes.
std::int64_t num_real_modes(const FftShape& shape);

/// "64 x 64 x 32"
std::string text_of(const FftShape& shape);

/// Throws Error (input) if more bytes are needed than are available.
void check_memory(const FftShape& shape, double bytes, std::int64_t available);

}  // namespace tessera::math
