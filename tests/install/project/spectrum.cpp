// The spectrum of a wave, on any number of ranks: two modes and nothing else.
#include <cmath>
#include <numbers>
#include <vector>

#include "base/log.hpp"
#include "base/runtime.hpp"
#include "math/fft_distributed.hpp"

namespace tessera {

namespace {

void run(const Comm& comm) {
  constexpr std::int64_t rows = 24, columns = 20, wave = 5;
  math::DistributedRealFft fft(comm, {rows, columns}, math::FftOrder::natural, math::FftEffort::estimate);
  std::vector<double> values;
  for (std::int64_t n = 0; n < fft.num_values(); ++n) {
    const auto row = fft.values().first + n / columns;
    values.push_back(std::cos(2.0 * std::numbers::pi * static_cast<double>(row * wave % rows) / rows));
  }
  std::vector<math::Complex> modes(static_cast<std::size_t>(fft.num_modes()));
  fft.forward(values, modes);
  double error = 0.0;
  for (std::int64_t n = 0; n < fft.num_modes(); ++n) {
    const auto k0 = fft.modes().first + n / (columns / 2 + 1), k1 = n % (columns / 2 + 1);
    const double expected = k1 == 0 && (k0 == wave || k0 == rows - wave) ? 0.5 : 0.0;
    error = std::max(error, std::abs(modes[static_cast<std::size_t>(n)] * fft.scale() - expected));
  }
  error = comm.all_reduce(error, Op::max);
  log::info("{} ranks: the modes of a wave differ by {:.1e} from what they are", comm.size(), error);
  if (error > 1e-14) throw Error::internal("the spectrum is not as it should be");  // rounding of numbers of order one
}

int start(int argc, char** argv) {
  Runtime runtime(argc, argv);
  log::start(runtime.comm().rank());
  try {
    run(runtime.comm());
    return 0;
  } catch (const Error& error) {
    return static_cast<int>(settle_failure(runtime.comm(), error));
  }
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) { return tessera::start(argc, argv); }
