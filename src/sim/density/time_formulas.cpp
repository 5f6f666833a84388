#include "sim/density/time_formulas.hpp"

#include <algorithm>

namespace tessera::sim::density {

namespace {

constexpr int batch_rows = 256;  // for one thread

/// One time at a time, where kernels cannot read what the host has.
void run_in_kernel(const deck::ProgramView& program, const Array1<const double>& times, std::int64_t first, int rows,
                   const data::RowArray<double>& scratch, const Array2<double>& result) {
  Kokkos::parallel_for(
      "density/formula", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const double time = times(first + row);
        program(&time, &scratch(row, 0));
        for (int n = 0; n < program.num_outputs; ++n) result(row, n) = scratch(row, n);
      });
}

}  // namespace

TimeFormulas::TimeFormulas(const deck::FormulaNames& names, const std::vector<std::string>& texts)
    : host_(deck::compile_formulas(names, texts)), device_(host_) {
  const std::size_t count = texts.size();
  values_ = Array2<double>("density/values", rows_at_once, count);
  if (!device_is_host) {
    scratch_ = data::RowArray<double>("density/scratch", rows_at_once, count);
    return;
  }
  for (int begin = 0; begin < rows_at_once; begin += batch_rows)
    for (std::size_t n = 0; n < count; ++n) outputs_.push_back(&values_(0, 0) + n * values_.stride(1) + begin);
}

const Array2<double>& TimeFormulas::evaluate(const Array1<const double>& times, std::int64_t first, int rows) const {
  if (!device_is_host) {
    run_in_kernel(device_.view(), times, first, rows, scratch_, values_);
    return values_;
  }
  const Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace> batches(0, (rows + batch_rows - 1) / batch_rows);
  const auto& program = host_;
  const double* const from = times.data() + first;
  double* const* const outputs = outputs_.data();
  const auto count = static_cast<std::size_t>(program.num_outputs());
  Kokkos::parallel_for("density/formula", batches, [&program, from, outputs, count, rows](int batch) {
    const int begin = batch * batch_rows;
    const deck::Program::Column time{from + begin, false};
    program.evaluate(&time, static_cast<std::size_t>(std::min(batch_rows, rows - begin)),
                     outputs + static_cast<std::size_t>(batch) * count);
  });
  return values_;
}

std::vector<double> TimeFormulas::at(double time) const {
  std::vector<double> values(static_cast<std::size_t>(host_.num_outputs()));
  host_(&time, values.data());
  return values;
}

}  // namespace tessera::sim::density
