// usage: tessera_bench_pde FILE step EQUATION POINTS | FILE batch EQUATION ROWS | FILE line POINTS
// What tessera_bench starts on one or two ranks. Writes seconds, the best of several turns that
// alternate:
//   step    a step of one environment (0 points: the default), and the transforms that it cannot do without
//   batch   a step of many default environments at once, and as many steps of one
//   line    a substep of Burgers' equation on one line that all ranks share
#include <fftw3.h>
#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "deck/deck.hpp"
#include "sim/pde/environment.hpp"
#include "sim/pde/semilinear.hpp"

namespace tessera::bench {

namespace {

using sim::Environment;
using sim::pde::PdeParams;

constexpr double least_seconds = 3e-3;  // of a turn

PdeParams read_params(const std::string& keys) {
  auto deck = deck::Deck::parse("[[stage]]\nname = \"bench\"\ntype = \"pde\"\n" + keys, "bench");
  PdeParams params;
  deck.read_top([](deck::Binder&) {});
  deck.read_stage(0, [&](deck::Binder& binder) { bind(binder, params); });
  deck.finish();
  return params;
}

PdeParams params_of(const std::string& equation, std::int64_t points) {
  return read_params(fmt::format("id = \"{}\"\n", equation) +
                     (points > 0 ? fmt::format("points = [{}]\n", points) : ""));
}

/// Without actions; from the start again whenever an episode would end.
class Stepper {
 public:
  Stepper(const Comm& comm, const PdeParams& params, std::int64_t rows)
      : environment_(sim::pde::make_environment(comm, params, 1, rows)),
        actions_("bench/actions", static_cast<std::size_t>(environment_->rows().count),
                 static_cast<std::size_t>(environment_->info().num_actions)) {
    environment_->reset({});
  }

  /// Seconds of one of them, the mean of so many.
  double seconds_a_step(std::int64_t steps) {
    double seconds = 0.0;
    for (std::int64_t n = 0; n < steps; ++n) {
      if (environment_->num_steps_done() + 1 == environment_->info().num_steps) environment_->reset({});
      seconds += seconds_of([&] { environment_->step(actions_); });
    }
    if (environment_->num_running() < environment_->rows().global)
      throw Error::numeric(fmt::format("an environment '{}' has ended", environment_->info().id));
    return seconds / static_cast<double>(steps);
  }

 private:
  std::unique_ptr<Environment> environment_;
  Environment::Rows actions_;
};

/// FFTW's own plans for so many real transforms at once, backward and forward.
class Transforms {
 public:
  Transforms(int length, int batch)
      : batch_(batch),
        values_(fftw_alloc_real(static_cast<std::size_t>(length) * static_cast<std::size_t>(batch))),
        modes_(fftw_alloc_complex(static_cast<std::size_t>(length / 2 + 1) * static_cast<std::size_t>(batch))) {
    const int count = length / 2 + 1;
    forward_ =
        fftw_plan_many_dft_r2c(1, &length, batch, values_, nullptr, 1, length, modes_, nullptr, 1, count, FFTW_MEASURE);
    backward_ =
        fftw_plan_many_dft_c2r(1, &length, batch, modes_, nullptr, 1, count, values_, nullptr, 1, length, FFTW_MEASURE);
    // Of zeros: numbers do not grow, and take the same time.
    std::fill_n(values_, static_cast<std::size_t>(length) * static_cast<std::size_t>(batch), 0.0);
    fftw_execute(forward_);
  }
  ~Transforms() {
    fftw_destroy_plan(forward_);
    fftw_destroy_plan(backward_);
    fftw_free(values_);
    fftw_free(modes_);
  }
  Transforms(const Transforms&) = delete;
  Transforms& operator=(const Transforms&) = delete;

  /// Seconds of one backward and one forward.
  double seconds_a_pair(double at_least) const {
    std::int64_t pairs = 0;
    const double begin = wall_time();
    double seconds = 0.0;
    for (; seconds < at_least; seconds = wall_time() - begin)
      for (int n = 0; n < 16; ++n, pairs += batch_) {
        fftw_execute(backward_);
        fftw_execute(forward_);
      }
    return seconds / static_cast<double>(pairs);
  }

 private:
  int batch_;
  double* values_;
  fftw_complex* modes_;
  fftw_plan forward_ = nullptr, backward_ = nullptr;
};

/// Four pairs a substep, on the finer grid: one for each product. One at a time or eight, whichever is faster.
std::vector<double> time_step(const Comm& comm, const std::string& equation, std::int64_t points) {
  const auto params = params_of(equation, points);
  const auto nonlinearity = sim::pde::Semilinear{params.equation, {}}.nonlinearity();
  const auto length = static_cast<int>(sim::pde::padded_points(params.points[0], nonlinearity, params.fidelity));
  const double pairs =
      4.0 * static_cast<double>(sim::pde::count_substeps(*params.sample_time, *params.substep, params.fidelity));
  Stepper stepper(comm, params, 1);
  const Transforms single(length, 1), eight(length, 8);
  const double once = stepper.seconds_a_step(2);
  const auto steps = std::clamp<std::int64_t>(static_cast<std::int64_t>(least_seconds / once), 1, 50);
  double ours = never, transforms = never;
  for (int turn = 0; turn < turns; ++turn) {
    ours = std::min(ours, stepper.seconds_a_step(steps));
    transforms = std::min(transforms, pairs * single.seconds_a_pair(least_seconds));
    transforms = std::min(transforms, pairs * eight.seconds_a_pair(least_seconds));
  }
  return {ours, transforms};
}

std::vector<double> time_batch(const Comm& comm, const std::string& equation, std::int64_t rows) {
  const auto params = params_of(equation, 0);
  Stepper many(comm, params, rows), one(comm, params, 1);
  double batch = never, singles = never;
  for (int turn = 0; turn < turns; ++turn) {
    batch = std::min(batch, many.seconds_a_step(1));
    singles = std::min(singles, static_cast<double>(rows) * one.seconds_a_step(rows));
  }
  return {batch, singles};
}

std::vector<double> time_line(const Comm& comm, std::int64_t points) {
  const auto params = read_params(fmt::format("id = \"burgers\"\npoints = [{}]\nsample_time = 1e-3\n", points));
  Stepper stepper(comm, params, 1);
  double seconds = never;
  for (int turn = 0; turn < 3; ++turn) {
    comm.barrier();
    seconds = std::min(seconds, comm.all_reduce(stepper.seconds_a_step(1), Op::max));
  }
  return {seconds};
}

std::vector<double> measure(const Comm& comm, const std::vector<std::string>& arguments) {
  const std::string what = arguments.size() < 3 ? "" : arguments[1];
  if (what == "step" && arguments.size() == 4) return time_step(comm, arguments[2], std::stoll(arguments[3]));
  if (what == "batch" && arguments.size() == 4) return time_batch(comm, arguments[2], std::stoll(arguments[3]));
  if (what == "line" && arguments.size() == 3) return time_line(comm, std::stoll(arguments[2]));
  throw Error::input(
      "usage: tessera_bench_pde FILE step EQUATION POINTS | FILE batch EQUATION ROWS | FILE line POINTS");
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  try {
    const std::vector<std::string> arguments{argv + 1, argv + argc};
    const auto numbers = tessera::bench::measure(runtime.comm(), arguments);
    if (runtime.comm().is_root()) {
      std::ofstream file(arguments[0]);
      for (const double number : numbers) file << fmt::format("{}\n", number);
    }
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
