#include "bench_fft.hpp"

#include <fmt/core.h>

#include <fstream>
#include <stdexcept>

namespace tessera::bench {

namespace {

/// The numbers that the program wrote.
std::vector<double> numbers_of(const TransformRuns& runs, Command command, const Command& arguments) {
  const std::string path = runs.folder + "/transforms";
  command.insert(command.end(), {runs.program, path});
  command.insert(command.end(), arguments.begin(), arguments.end());
  run_together({command}, runs.folder);
  std::ifstream file(path);
  std::vector<double> numbers;
  for (double number = 0.0; file >> number;) numbers.push_back(number);
  if (numbers.empty()) throw std::runtime_error(runs.program + " wrote no numbers to " + path);
  return numbers;
}

}  // namespace

std::vector<std::pair<std::string, Comparison>> compare_batches(const TransformRuns& runs, int repeats) {
  std::vector<std::pair<std::string, Comparison>> result;
  for (const int length : {64, 96, 256, 1024, 1536, 4096}) {
    const int batch = (1 << 18) / length;
    std::vector<double> ours, raw, ratio;
    for (int n = 0; n < repeats; ++n) {
      const auto seconds = numbers_of(runs, runs.on_one_rank, {"batch", std::to_string(length), std::to_string(batch)});
      const double values = static_cast<double>(length) * batch;
      ours.push_back(values / seconds.at(0));
      raw.push_back(values / seconds.at(1));
      ratio.push_back(ours.back() / raw.back());
    }
    result.emplace_back(fmt::format("{} x {}", batch, length),
                        Comparison{spread_of(ours), spread_of(raw), spread_of(ratio)});
  }
  return result;
}

Comparison compare_ranks_on_a_line(const TransformRuns& runs, int repeats) {
  constexpr int length = 1 << 22;
  std::vector<double> two, one, ratio;
  for (int n = 0; n < repeats; ++n) {
    const auto rate = [&](const Command& launcher) {
      return length / numbers_of(runs, launcher, {"line", std::to_string(length)}).at(0);
    };
    two.push_back(rate(runs.on_two_ranks));
    one.push_back(rate(runs.on_one_rank));
    ratio.push_back(two.back() / one.back());
  }
  return {spread_of(two), spread_of(one), spread_of(ratio)};
}

}  // namespace tessera::bench
