#include "math/fft_slab.hpp"

#include <fftw3-mpi.h>

#include <algorithm>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "base/region.hpp"
#include "base/traffic.hpp"
#include "math/fft_wisdom.hpp"

namespace tessera::math {

namespace {

using Extents = std::vector<std::ptrdiff_t>;

/// FFTW asks MPI for much and looks at no answer: what goes wrong there ends the job.
Comm communicator_for_fftw(const Comm& comm) {
  Comm own = Comm::duplicate(comm.mpi());
  check_mpi(MPI_Comm_set_errhandler(own.mpi(), MPI_ERRORS_ARE_FATAL), "MPI_Comm_set_errhandler");
  return own;
}

Planner planner(const Extents& n, SlabTransform::Kind kind, FftOrder order, const Comm& comm, double* work) {
  return [=](unsigned flags) {
    const auto rank = static_cast<int>(n.size());
    auto* data = reinterpret_cast<fftw_complex*>(work);
    const bool is_transposed = order == FftOrder::transposed;
    const unsigned out = flags | (is_transposed ? FFTW_MPI_TRANSPOSED_OUT : 0U);
    const unsigned in = flags | (is_transposed ? FFTW_MPI_TRANSPOSED_IN : 0U);
    if (kind == SlabTransform::Kind::real)
      return PlanPair{Plan(fftw_mpi_plan_dft_r2c(rank, n.data(), work, data, comm.mpi(), out)),
                      Plan(fftw_mpi_plan_dft_c2r(rank, n.data(), data, work, comm.mpi(), in))};
    return PlanPair{Plan(fftw_mpi_plan_dft(rank, n.data(), data, data, comm.mpi(), FFTW_FORWARD, out)),
                    Plan(fftw_mpi_plan_dft(rank, n.data(), data, data, comm.mpi(), FFTW_BACKWARD, in))};
  };
}

/// Complex numbers along each direction.
FftShape extents_of(FftShape shape, SlabTransform::Kind kind) {
  if (kind == SlabTransform::Kind::real) shape.back() = shape.back() / 2 + 1;
  return shape;
}

}  // namespace

SlabTransform::SlabTransform(const Comm& comm, const FftShape& shape, Kind kind, FftOrder order, FftEffort effort)
    : comm_(communicator_for_fftw(comm)),
      is_real_(kind == Kind::real),
      layout_(extents_of(shape, kind), order, comm.size()) {
  const auto work_modes = lay_out(shape, kind, order);
  const auto available = memory_available(comm_);
  work_ = agree(comm_, [&] {
    check_memory(shape, 16.0 * static_cast<double>(work_modes), available);
    return make_work_array(2 * work_modes);
  });
  if (num_points(shape) == 1) return;
  const auto make = planner({shape.begin(), shape.end()}, kind, order, comm_, work_.data());
  plans_ = effort == FftEffort::measure ? plan_by_measuring(comm_, MeasuredBy::all, num_points(shape), make)
                                        : plan_by_estimate(make);
}

/// Sets which rows are where, and returns how many complex numbers FFTW needs room for.
std::int64_t SlabTransform::lay_out(const FftShape& shape, Kind kind, FftOrder order) {
  start_fftw();
  Extents n(shape.begin(), shape.end());
  if (kind == Kind::real) n.back() = n.back() / 2 + 1;
  const auto rank = static_cast<int>(n.size());
  std::ptrdiff_t needed = 0, in = 0, first_in = 0, out = 0, first_out = 0;
  if (rank == 1) {
    needed = fftw_mpi_local_size_1d(n[0], comm_.mpi(), FFTW_FORWARD, 0, &in, &first_in, &out, &first_out);
  } else {
    needed = fftw_mpi_local_size_transposed(rank, n.data(), comm_.mpi(), &in, &first_in, &out, &first_out);
    if (order == FftOrder::natural) out = in, first_out = first_in;
  }
  values_ = {first_in, in};
  modes_ = {first_out, out};
  std::int64_t below_first = 1, below_modes = 1;  // numbers in a row of values, and in one of modes
  for (std::size_t d = 1; d < shape.size(); ++d) {
    below_first *= shape[d];
    below_modes *= order == FftOrder::transposed ? n[d == 1 ? 0 : d] : n[d];
  }
  num_values_ = in * below_first;
  num_modes_ = out * below_modes;
  return std::max<std::int64_t>(needed, 1);
}

void SlabTransform::forward() {
  const Region region("math/transform_forward");
  if (plans_.forward)
    fftw_execute(plans_.forward.get());
  else if (is_real_)
    work_(1) = 0.0;  // the imaginary part of the only mode
  count_traffic(true);
}

void SlabTransform::backward() {
  const Region region("math/transform_backward");
  if (plans_.backward) fftw_execute(plans_.backward.get());
  count_traffic(false);
}

/// FFTW does not tell what it sends, but the layout does.
void SlabTransform::count_traffic(bool is_forward) const {
  if (comm_.size() == 1) return;
  const Sent sent = layout_.transposed(comm_.rank(), is_forward);
  for (std::int64_t n = 0; n < sent.messages; ++n) count_message(n == 0 ? sent.bytes : 0);
}

}  // namespace tessera::math
