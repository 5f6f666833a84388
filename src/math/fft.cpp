#include "math/fft.hpp"

#include <fftw3.h>
#include <fmt/core.h>

#include <utility>

#include "base/agree.hpp"
#include "base/memory.hpp"
#include "math/fft_plan.hpp"

namespace tessera::math {

/// Plans of one transform: many are a loop over them, which costs nothing measurable from 64 points on, and keeps the
/// algorithm independent of how many there are.
struct LocalPlans {
  FftShape shape;
  bool is_aligned = true;  ///< every transform of a batch begins at a multiple of 16 bytes
  PlanPair plans;
};

namespace {

std::vector<int> extents(const FftShape& shape) {
  return {shape.begin(), shape.end()};  // num_points has checked that they fit
}

fftw_complex* raw(Complex* data) { return reinterpret_cast<fftw_complex*>(data); }
fftw_complex* raw_complex(const HostArray1<double>& work) { return reinterpret_cast<fftw_complex*>(work.data()); }

/// Memory to plan in.
struct Scratch {
  HostArray1<double> values, modes;
};

Scratch make_scratch(const FftShape& shape, std::int64_t num_values, std::int64_t num_modes) {
  check_memory(shape, 8.0 * static_cast<double>(num_values) + 16.0 * static_cast<double>(num_modes),
               memory_available());
  return {make_work_array(num_values), make_work_array(2 * num_modes)};
}

Planner real_planner(const FftShape& shape, bool is_aligned, const Scratch& scratch) {
  return [n = extents(shape), is_aligned, scratch](unsigned flags) {
    const auto rank = static_cast<int>(n.size());
    if (!is_aligned) flags |= FFTW_UNALIGNED;
    return PlanPair{Plan(fftw_plan_dft_r2c(rank, n.data(), scratch.values.data(), raw_complex(scratch.modes),
                                           flags | FFTW_PRESERVE_INPUT)),
                    Plan(fftw_plan_dft_c2r(rank, n.data(), raw_complex(scratch.modes), scratch.values.data(),
                                           flags | FFTW_DESTROY_INPUT))};
  };
}

Planner complex_planner(const FftShape& shape, const Scratch& scratch) {
  return [n = extents(shape), data = scratch.modes](unsigned flags) {
    const auto rank = static_cast<int>(n.size());
    auto* at = raw_complex(data);
    return PlanPair{Plan(fftw_plan_dft(rank, n.data(), at, at, FFTW_FORWARD, flags)),
                    Plan(fftw_plan_dft(rank, n.data(), at, at, FFTW_BACKWARD, flags))};
  };
}

PlanPair plan(const Comm& comm, FftEffort effort, std::int64_t points, const Planner& make) {
  if (effort == FftEffort::measure) return plan_by_measuring(comm, MeasuredBy::root, points, make);
  return agree(comm, [&] { return plan_by_estimate(make); });
}

bool is_even(std::int64_t number) { return number % 2 == 0; }

std::shared_ptr<const LocalPlans> share(const FftShape& shape, bool is_aligned, PlanPair plans) {
  return std::make_shared<const LocalPlans>(LocalPlans{shape, is_aligned, std::move(plans)});
}

/// How many transforms these arrays hold.
std::int64_t batch_of(const LocalPlans& plans, std::size_t values, std::int64_t num_values, std::size_t modes,
                      std::int64_t num_modes) {
  const auto batch = static_cast<std::int64_t>(values) / num_values;
  if (static_cast<std::int64_t>(values) != batch * num_values || static_cast<std::int64_t>(modes) != batch * num_modes)
    throw Error::internal(fmt::format(
        "a Fourier transform of {} points was given {} values and {} modes; expected a multiple of {} values "
        "and {} modes for each",
        text_of(plans.shape), values, modes, num_values, num_modes));
  return batch;
}

void check_alignment(const LocalPlans& plans, const void* data) {
  if (plans.is_aligned && reinterpret_cast<std::uintptr_t>(data) % 16 != 0)
    throw Error::internal(
        fmt::format("a Fourier transform of {} points was given an array that does not begin at a "
                    "multiple of 16 bytes",
                    text_of(plans.shape)));
}

}  // namespace

RealFft::RealFft(const FftShape& shape) : num_values_(num_points(shape)), num_modes_(num_real_modes(shape)) {
  const bool is_aligned = is_even(num_values_);
  const auto scratch = make_scratch(shape, num_values_, num_modes_);
  plans_ = share(shape, is_aligned, plan_by_estimate(real_planner(shape, is_aligned, scratch)));
}

RealFft::RealFft(const Comm& comm, const FftShape& shape, FftEffort effort)
    : num_values_(num_points(shape)), num_modes_(num_real_modes(shape)) {
  const bool is_aligned = is_even(num_values_);
  const auto scratch = agree(comm, [&] { return make_scratch(shape, num_values_, num_modes_); });
  plans_ = share(shape, is_aligned, plan(comm, effort, num_points(shape), real_planner(shape, is_aligned, scratch)));
}

void RealFft::forward(std::span<const double> values, std::span<Complex> modes) const {
  const auto batch = batch_of(*plans_, values.size(), num_values_, modes.size(), num_modes_);
  check_alignment(*plans_, values.data());
  check_alignment(*plans_, modes.data());
  auto* from = const_cast<double*>(values.data());  // FFTW knows no const; the plan preserves its input
  auto* to = raw(modes.data());
  for (std::int64_t n = 0; n < batch; ++n)
    fftw_execute_dft_r2c(plans_->plans.forward.get(), from + n * num_values_, to + n * num_modes_);
}

void RealFft::backward(std::span<Complex> modes, std::span<double> values) const {
  const auto batch = batch_of(*plans_, values.size(), num_values_, modes.size(), num_modes_);
  check_alignment(*plans_, values.data());
  check_alignment(*plans_, modes.data());
  auto* from = raw(modes.data());
  for (std::int64_t n = 0; n < batch; ++n)
    fftw_execute_dft_c2r(plans_->plans.backward.get(), from + n * num_modes_, values.data() + n * num_values_);
}

ComplexFft::ComplexFft(const FftShape& shape) : num_values_(num_points(shape)) {
  const auto scratch = make_scratch(shape, 0, num_values_);
  plans_ = share(shape, true, plan_by_estimate(complex_planner(shape, scratch)));
}

ComplexFft::ComplexFft(const Comm& comm, const FftShape& shape, FftEffort effort) : num_values_(num_points(shape)) {
  const auto scratch = agree(comm, [&] { return make_scratch(shape, 0, num_values_); });
  plans_ = share(shape, true, plan(comm, effort, num_points(shape), complex_planner(shape, scratch)));
}

namespace {

void transform_all(const LocalPlans& plans, const Plan& plan, std::span<Complex> data, std::int64_t num_values) {
  const auto batch = batch_of(plans, data.size(), num_values, data.size(), num_values);
  check_alignment(plans, data.data());
  for (std::int64_t n = 0; n < batch; ++n) {
    auto* at = raw(data.data() + n * num_values);
    fftw_execute_dft(plan.get(), at, at);
  }
}

}  // namespace

void ComplexFft::forward(std::span<Complex> data) const {
  transform_all(*plans_, plans_->plans.forward, data, num_values_);
}

void ComplexFft::backward(std::span<Complex> data) const {
  transform_all(*plans_, plans_->plans.backward, data, num_values_);
}

namespace {

Planner column_planner(std::int64_t length, std::int64_t count, std::int64_t stride, const HostArray1<double>& matrix,
                       const HostArray1<double>& rows) {
  return [=](unsigned flags) {
    const auto make = [&](int sign) {
      const int n = static_cast<int>(length), columns = static_cast<int>(count);
      return Plan(fftw_plan_many_dft(1, &n, columns, raw_complex(matrix), nullptr, static_cast<int>(stride), 1,
                                     raw_complex(rows), nullptr, columns, 1, sign, flags | FFTW_PRESERVE_INPUT));
    };
    return PlanPair{make(FFTW_FORWARD), make(FFTW_BACKWARD)};
  };
}

void transform_columns(const LocalPlans& plans, const Plan& plan, const ColumnFft& columns,
                       std::span<const Complex> matrix, std::span<Complex> rows) {
  const auto needed = static_cast<std::size_t>(columns.matrix_size());
  const auto produced = static_cast<std::size_t>(columns.length() * columns.count());
  if (matrix.size() < needed || rows.size() != produced)
    throw Error::internal(
        fmt::format("Fourier transforms of columns were given {} values of a matrix and {} of rows; expected at least "
                    "{} and {}",
                    matrix.size(), rows.size(), needed, produced));
  check_alignment(plans, matrix.data());
  check_alignment(plans, rows.data());
  auto* from = const_cast<Complex*>(matrix.data());  // FFTW knows no const; the plan preserves its input
  fftw_execute_dft(plan.get(), raw(from), raw(rows.data()));
}

}  // namespace

ColumnFft::ColumnFft(const Comm& comm, std::int64_t length, std::int64_t count, std::int64_t stride, FftEffort effort)
    : length_(length), count_(count), stride_(stride) {
  if (length < 1 || count < 1 || stride < count)
    throw Error::input(
        fmt::format("Fourier transforms of {} columns of {} values in rows of {}; expected at least one "
                    "column of one value, and rows that hold them",
                    count, length, stride));
  const FftShape matrix{length, stride}, block{length, count};
  num_points(matrix);
  const auto scratch = agree(comm, [&] {
    return std::pair{make_scratch(matrix, 0, matrix_size()).modes, make_scratch(block, 0, num_points(block)).modes};
  });
  plans_ = share(
      block, true,
      plan(comm, effort, num_points(block), column_planner(length, count, stride, scratch.first, scratch.second)));
}

void ColumnFft::backward(std::span<const Complex> matrix, std::span<Complex> rows) const {
  transform_columns(*plans_, plans_->plans.backward, *this, matrix, rows);
}

void ColumnFft::forward(std::span<const Complex> matrix, std::span<Complex> rows) const {
  transform_columns(*plans_, plans_->plans.forward, *this, matrix, rows);
}

}  // namespace tessera::math
