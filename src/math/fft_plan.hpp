// Internal to the transforms: plans of FFTW, and how all ranks come to the same ones.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "math/fft_shape.hpp"

struct fftw_plan_s;

namespace tessera::math {

struct PlanDeleter {
  void operator()(fftw_plan_s* plan) const;
};
using Plan = std::unique_ptr<fftw_plan_s, PlanDeleter>;

struct PlanPair {
  Plan forward, backward;
};

/// Makes both plans with these flags for FFTW's planner; it may overwrite the arrays that it plans for.
using Planner = std::function<PlanPair(unsigned flags)>;

/// Local; collective if the plans are. By FFTW's rules alone: whatever has been measured in this process has no say.
PlanPair plan_by_estimate(const Planner& make);

/// Who measures: the root for all ranks, or all ranks together because the transform itself is theirs together.
enum class MeasuredBy { root, all };

/// Collective. Plans are measured (unless this process, the root's cache file or an earlier run knows them already),
/// kept in the cache file, and made anew from what was kept, the same everywhere. For a transform of so many points
/// that measuring takes a while, the log says so before.
PlanPair plan_by_measuring(const Comm& comm, MeasuredBy who, std::int64_t points, const Planner& make);

/// Memory that is aligned as plans expect it.
inline HostArray1<double> make_work_array(std::int64_t num_doubles) {
  return make_uninitialized<HostArray1<double>>("fft_work", static_cast<std::size_t>(num_doubles));
}

}  // namespace tessera::math
