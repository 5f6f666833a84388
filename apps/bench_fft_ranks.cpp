// usage: tessera_bench_fft FILE batch LENGTH COUNT | FILE line LENGTH
// What tessera_bench starts on one or two ranks. Writes the seconds of real transforms forward and backward, the best
// of several turns: of many short ones by us and by FFTW's own call for as many at once, or of one line that all ranks
// share.
#include <fftw3.h>
#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "math/fft.hpp"
#include "math/fft_distributed.hpp"

namespace tessera::bench {

namespace {

struct Times {
  double ours = never, raw = never;
};

Times time_batch(const Comm& comm, int length, int batch) {
  const int modes = length / 2 + 1;
  const math::RealFft fft(comm, {length});
  std::vector<double> values(static_cast<std::size_t>(length) * static_cast<std::size_t>(batch));
  std::vector<math::Complex> spectrum(static_cast<std::size_t>(modes) * static_cast<std::size_t>(batch));
  auto* x = values.data();
  auto* z = reinterpret_cast<fftw_complex*>(spectrum.data());
  auto* forward = fftw_plan_many_dft_r2c(1, &length, batch, x, nullptr, 1, length, z, nullptr, 1, modes, FFTW_MEASURE);
  auto* backward = fftw_plan_many_dft_c2r(1, &length, batch, z, nullptr, 1, modes, x, nullptr, 1, length, FFTW_MEASURE);
  Times best;
  for (int turn = 0; turn < turns; ++turn) {
    std::fill(values.begin(), values.end(), 1.0 + turn);
    best.ours = std::min(best.ours, seconds_of([&] {
                           fft.forward(values, spectrum);
                           fft.backward(spectrum, values);
                         }));
    std::fill(values.begin(), values.end(), 1.0 + turn);
    best.raw = std::min(best.raw, seconds_of([&] {
                          fftw_execute(forward);
                          fftw_execute(backward);
                        }));
  }
  fftw_destroy_plan(forward);
  fftw_destroy_plan(backward);
  return best;
}

double time_line(const Comm& comm, std::int64_t length) {
  math::DistributedRealFft fft(comm, {length});
  std::vector<double> values(static_cast<std::size_t>(fft.num_values()), 1.0);
  std::vector<math::Complex> modes(static_cast<std::size_t>(fft.num_modes()));
  double best = never;
  for (int turn = 0; turn < turns; ++turn) {
    comm.barrier();
    const double seconds = seconds_of([&] {
      fft.forward(values, modes);
      fft.backward(modes, values);
    });
    best = std::min(best, comm.all_reduce(seconds, Op::max));
    for (auto& value : values) value *= fft.scale();
  }
  return best;
}

void measure(const Comm& comm, const std::vector<std::string>& arguments) {
  const bool is_batch = arguments.size() == 4 && arguments[1] == "batch";
  if (!is_batch && !(arguments.size() == 3 && arguments[1] == "line"))
    throw Error::input("usage: tessera_bench_fft FILE batch LENGTH COUNT | FILE line LENGTH");
  const int length = std::stoi(arguments[2]);
  std::string text;
  if (is_batch) {
    const auto times = time_batch(comm, length, std::stoi(arguments[3]));
    text = fmt::format("{} {}", times.ours, times.raw);
  } else {
    text = fmt::format("{}", time_line(comm, length));
  }
  if (comm.is_root()) std::ofstream(arguments[0]) << text << '\n';
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  try {
    tessera::bench::measure(runtime.comm(), {argv + 1, argv + argc});
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
