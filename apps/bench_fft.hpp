// Fourier transforms beside FFTW's own calls, and one line on two ranks beside one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench_runs.hpp"

namespace tessera::bench {

/// How tessera_bench_fft is started, and the folder it writes to.
struct TransformRuns {
  Command on_one_rank, on_two_ranks;
  std::string program, folder;
};

/// Values a second: ours, FFTW's, and ours by FFTW's, for each size that is named.
std::vector<std::pair<std::string, Comparison>> compare_batches(const TransformRuns& runs, int repeats);

/// Values a second: two ranks, one, and two by one.
Comparison compare_ranks_on_a_line(const TransformRuns& runs, int repeats);

}  // namespace tessera::bench
