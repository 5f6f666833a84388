#include "math/fft_plan.hpp"

#include <fftw3-mpi.h>

#include "base/error.hpp"
#include "base/log.hpp"
#include "math/fft_cache.hpp"
#include "math/fft_wisdom.hpp"

namespace tessera::math {

void PlanDeleter::operator()(fftw_plan_s* plan) const {
  int finalized = 0;
  MPI_Finalized(&finalized);  // a distributed plan holds communicators
  if (finalized == 0) fftw_destroy_plan(plan);
}

namespace {

PlanPair make_both(const Planner& make, unsigned flags) {
  auto plans = make(flags);
  if (!plans.forward || !plans.backward) throw Error::internal("FFTW knows no plan for a Fourier transform");
  return plans;
}

/// Forgets what was measured, and remembers it again.
class WisdomAside {
 public:
  WisdomAside() : kept_(fft_wisdom()) { forget_wisdom(); }
  ~WisdomAside() { use_fft_wisdom(kept_); }
  WisdomAside(const WisdomAside&) = delete;
  WisdomAside& operator=(const WisdomAside&) = delete;

 private:
  std::string kept_;
};

void share_wisdom(const Comm& comm, std::string& text) {
  comm.broadcast(text);
  use_fft_wisdom(text);
}

constexpr std::int64_t points_to_wait_for = std::int64_t{1} << 17;

/// Unless all is known already.
void announce_measuring(const Comm& comm, std::int64_t points, const Planner& make) {
  if (make(FFTW_MEASURE | FFTW_WISDOM_ONLY).backward || !comm.is_root()) return;
  const auto cache = wisdom_cache_path().parent_path().string();
  log::info("trying algorithms for Fourier transforms of {} points: up to minutes, {}", points,
            cache.empty() ? "in each run, since none of TESSERA_CACHE, XDG_CACHE_HOME and HOME says where to keep them"
                          : "once, for what is found is kept in " + cache);
}

}  // namespace

PlanPair plan_by_estimate(const Planner& make) {
  const WisdomAside aside;
  return make_both(make, FFTW_ESTIMATE);
}

PlanPair plan_by_measuring(const Comm& comm, MeasuredBy who, std::int64_t points, const Planner& make) {
  // What this process already uses comes first (it may be from a checkpoint), then what other runs have found.
  std::string before, known;
  if (comm.is_root()) {
    before = fft_wisdom();
    known = merge_wisdom({before, read_wisdom_cache()});
  }
  share_wisdom(comm, known);
  if (who == MeasuredBy::all || comm.is_root()) {
    if (points >= points_to_wait_for) announce_measuring(comm, points, make);
    make(FFTW_MEASURE);
  }
  if (who == MeasuredBy::all) fftw_mpi_gather_wisdom(comm.mpi());
  if (comm.is_root()) {
    const std::string measured = fft_wisdom();
    if (measured != known) known = merge_wisdom({before, add_to_wisdom_cache(measured), measured});
  }
  share_wisdom(comm, known);
  // Where several have measured the same thing, one of them has prevailed: the plans made first may not be these.
  return make_both(make, FFTW_MEASURE);
}

}  // namespace tessera::math
