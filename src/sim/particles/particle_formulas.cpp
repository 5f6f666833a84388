#include "sim/particles/particle_formulas.hpp"

#include <algorithm>

#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

namespace {

constexpr int points_at_once = 4096;  // for one thread

/// One point at a time, where kernels cannot read what the host has.
void run_in_kernel(const deck::ProgramView& program, const Array2<double>& position, int rows, double time,
                   const Array2<double>& result) {
  Kokkos::parallel_for(
      "particles/formula", Range(0, rows), KOKKOS_LAMBDA(int row) {
        double inputs[max_dimensions + 1], outputs[max_dimensions];
        const int dimensions = program.num_inputs - 1;
        for (int c = 0; c < dimensions; ++c) inputs[c] = position(row, c);
        inputs[dimensions] = time;
        program(inputs, outputs);
        for (int n = 0; n < program.num_outputs; ++n) result(row, n) = outputs[n];
      });
}

/// Many points at a time.
void run_in_batches(const deck::Program& program, const Array2<double>& position, int rows, double time,
                    const Array2<double>& result) {
  const int batches = (rows + points_at_once - 1) / points_at_once;
  const Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace> policy(0, batches);
  Kokkos::parallel_for("particles/formula", policy, [&program, &position, &result, rows, time](int batch) {
    const int begin = batch * points_at_once, count = std::min(points_at_once, rows - begin);
    deck::Program::Column inputs[max_dimensions + 1];
    double* outputs[max_dimensions];
    const int dimensions = program.num_inputs() - 1;
    for (int c = 0; c < dimensions; ++c) inputs[c] = {position.data() + c * position.stride(1) + begin, false};
    inputs[dimensions] = {&time, true};
    for (int n = 0; n < program.num_outputs(); ++n) outputs[n] = result.data() + n * result.stride(1) + begin;
    program.evaluate(inputs, static_cast<std::size_t>(count), outputs);
  });
}

}  // namespace

void ParticleFormulas::evaluate(const Array2<double>& position, int rows, double time,
                                const Array2<double>& result) const {
  if (device_is_host)
    run_in_batches(host_, position, rows, time, result);
  else
    run_in_kernel(device_.view(), position, rows, time, result);
}

}  // namespace tessera::sim::particles
