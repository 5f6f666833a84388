// Equations as environments: beside Fourier transforms alone, beside the library that they come from, many at once, on
// two ranks.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench_runs.hpp"

namespace tessera::bench {

/// How programs are started, and the folder they write to.
struct EquationRuns {
  Command on_one_rank, on_two_ranks;
  std::string program;  ///< tessera_bench_pde
  std::string tessera, deck;
  Command python;  ///< with NumPy, if there is any
  std::string folder;
};

/// What was measured, by the name of a line.
using Comparisons = std::vector<std::pair<std::string, Comparison>>;

/// Seconds a step of all equations that are not linear, at their default size, 1024 and 4096 points; of the transforms
/// of the finer grid that the step cannot do without; and the former by the latter.
Comparisons compare_with_transforms(const EquationRuns& runs, int repeats);

/// Local. Empty, or why there is no comparison with the library.
std::string missing_for_library(const EquationRuns& runs);
/// Seconds a step at the default size: controlgym 1.0.0's own, ours, and the former by the latter. The library's is the
/// time of its kernel (without its sampling of noise and its dense cost) on one core of an AMD EPYC at 2.6 GHz, times
/// what NumPy's transforms of that length take here by what they took there.
Comparisons compare_with_library(const EquationRuns& runs, int repeats);

/// Seconds of a step of 1000 default environments at once, of 1000 steps of one, and the former by the latter.
Comparisons compare_batch_with_singles(const EquationRuns& runs, int repeats);

/// Steps of Burgers' equation a second: one batch on two ranks, two runs of half of it side by side, and the former by
/// the latter.
Comparisons compare_ranks_on_a_batch(const EquationRuns& runs, int repeats);

/// Seconds of a substep of Burgers' equation on 2^22 points: on two ranks, on one, and the former by the latter.
Comparisons compare_ranks_on_a_large_equation(const EquationRuns& runs, int repeats);

}  // namespace tessera::bench
