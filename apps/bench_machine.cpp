#include "bench_machine.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "base/region.hpp"
#include "base/simd.hpp"

namespace tessera::bench {

namespace {

/// Runs work(thread) on all threads at once and returns the wall seconds of the slowest.
template <class Work>
double time_together(int threads, const Work& work) {
  std::atomic<int> waiting{threads};
  std::vector<double> seconds(static_cast<std::size_t>(threads));
  std::vector<std::thread> pool;
  for (int n = 0; n < threads; ++n)
    pool.emplace_back([&, n] {
      --waiting;
      while (waiting.load() > 0) std::this_thread::yield();
      const double begin = wall_time();
      work(n);
      seconds[static_cast<std::size_t>(n)] = wall_time() - begin;
    });
  for (auto& thread : pool) thread.join();
  return *std::max_element(seconds.begin(), seconds.end());
}

/// Twelve independent chains hide the latency of the units.
double multiply_and_add(long rounds) {
  constexpr int chains = 12;
  simd::Pack x[chains];
  for (int n = 0; n < chains; ++n) x[n] = 1.0 + n;
  const simd::Pack a = 0.999999, b = 1e-6;
  for (long round = 0; round < rounds; ++round)
    for (int n = 0; n < chains; ++n) x[n] = x[n] * a + b;
  double total = 0.0;
  for (int n = 0; n < chains; ++n) total += simd::sum(x[n]);
  return total;
}

}  // namespace

double peak_flops(int threads) {
  constexpr long rounds = 20'000'000;
  constexpr double operations = 2.0 * 12 * simd::width * rounds;
  std::vector<double> keep(static_cast<std::size_t>(threads) * 16);
  double best = 0.0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const double seconds =
        time_together(threads, [&](int n) { keep[static_cast<std::size_t>(n) * 16] += multiply_and_add(rounds); });
    best = std::max(best, threads * operations / seconds);
  }
  return keep[0] < 0.0 ? 0.0 : best;
}

double peak_bandwidth(int threads) {
  constexpr std::size_t length = std::size_t{1} << 24;  // 128 MiB an array and thread
  struct Arrays {
    std::vector<double> a, b, c;
  };
  std::vector<Arrays> arrays(static_cast<std::size_t>(threads));
  time_together(threads, [&](int n) {  // first touch by its own thread
    arrays[static_cast<std::size_t>(n)] = {std::vector<double>(length, 0.0), std::vector<double>(length, 1.0),
                                           std::vector<double>(length, 2.0)};
  });
  double best = 0.0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const double seconds = time_together(threads, [&](int n) {
      auto& [a, b, c] = arrays[static_cast<std::size_t>(n)];
      double* to = a.data();
      const double *from = b.data(), *scaled = c.data();
      const double factor = 1.0 + repeat;
      for (std::size_t i = 0; i < length; ++i) to[i] = from[i] + factor * scaled[i];
    });
    best = std::max(best, 24.0 * static_cast<double>(length) * threads / seconds);
  }
  return arrays[0].a[0] < 0.0 ? 0.0 : best;
}

}  // namespace tessera::bench
