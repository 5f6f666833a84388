#include "bench_pde.hpp"

#include <fmt/core.h>

#include <fstream>
#include <stdexcept>

namespace tessera::bench {

namespace {

/// An equation with its default size and, there, the time of a step of controlgym 1.0.0 (kernel alone).
struct Equation {
  const char* id;
  int points;
  double library_seconds;
};
constexpr Equation equations[] = {
    {"allen_cahn", 256, 2250e-6},           {"burgers", 256, 5200e-6},
    {"cahn_hilliard", 256, 2960e-6},        {"fisher", 256, 5180e-6},
    {"ginzburg_landau", 256, 1440e-6},      {"korteweg_de_vries", 128, 71600e-6},
    {"kuramoto_sivashinsky", 256, 9470e-6},
};

/// Of NumPy's transforms of 3/2 as many points, four forth and four back, on the machine of those times.
double library_transforms(int points) { return points == 128 ? 19.5e-6 : 26.5e-6; }

std::vector<double> numbers_in(const std::string& path, const std::string& program) {
  std::ifstream file(path);
  std::vector<double> numbers;
  for (double number = 0.0; file >> number;) numbers.push_back(number);
  if (numbers.empty()) throw std::runtime_error(program + " wrote no numbers to " + path);
  return numbers;
}

std::vector<double> numbers_of(const EquationRuns& runs, Command command, const Command& arguments) {
  const std::string path = runs.folder + "/equations";
  command.insert(command.end(), {runs.program, path});
  command.insert(command.end(), arguments.begin(), arguments.end());
  run_together({command}, runs.folder);
  return numbers_in(path, runs.program);
}

/// Seconds of a step, and of its transforms.
std::vector<double> time_step(const EquationRuns& runs, const char* id, int points) {
  return numbers_of(runs, runs.on_one_rank, {"step", id, std::to_string(points)});
}

/// Seconds of NumPy's transforms as above, here: the best of several turns.
double numpy_seconds(const EquationRuns& runs, int points) {
  const std::string path = runs.folder + "/numpy";
  Command command = runs.python;
  command.insert(command.end(), {"-c",
                                 "import sys, time, numpy as np\n"
                                 "n = int(sys.argv[1])\n"
                                 "u = np.ones(n)\n"
                                 "v = np.fft.rfft(u)\n"
                                 "best = 1.0\n"
                                 "for turn in range(25):\n"
                                 "    begin = time.perf_counter()\n"
                                 "    for pair in range(400):\n"
                                 "        np.fft.irfft(v, n)\n"
                                 "        np.fft.rfft(u)\n"
                                 "    best = min(best, (time.perf_counter() - begin)/100)\n"
                                 "print(best, file=open(sys.argv[2], 'w'))\n",
                                 std::to_string(3 * points / 2), path});
  run_together({command}, runs.folder);
  return numbers_in(path, "NumPy").at(0);
}

/// Both numbers of each pair that `measure` gives, and their ratio.
template <class Measure>
Comparison compare_pairs(int repeats, const Measure& measure) {
  std::vector<double> first, second, ratio;
  for (int n = 0; n < repeats; ++n) {
    const std::vector<double> pair = measure();
    first.push_back(pair.at(0));
    second.push_back(pair.at(1));
    ratio.push_back(pair[0] / pair[1]);
  }
  return {spread_of(first), spread_of(second), spread_of(ratio)};
}

}  // namespace

Comparisons compare_with_transforms(const EquationRuns& runs, int repeats) {
  Comparisons result;
  for (const auto& equation : equations)
    for (const int points : {equation.points, 1024, 4096})
      result.emplace_back(fmt::format("{} {}", equation.id, points),
                          compare_pairs(repeats, [&] { return time_step(runs, equation.id, points); }));
  return result;
}

std::string missing_for_library(const EquationRuns& runs) {
  try {
    numpy_seconds(runs, 128);
    return "";
  } catch (const std::runtime_error&) {
    return runs.python.front() + " with NumPy";
  }
}

Comparisons compare_with_library(const EquationRuns& runs, int repeats) {
  Comparisons result;
  for (const auto& equation : equations)
    result.emplace_back(equation.id, compare_pairs(repeats, [&]() -> std::vector<double> {
                          const double scale =
                              numpy_seconds(runs, equation.points) / library_transforms(equation.points);
                          return {equation.library_seconds * scale, time_step(runs, equation.id, equation.points)[0]};
                        }));
  return result;
}

Comparisons compare_batch_with_singles(const EquationRuns& runs, int repeats) {
  Comparisons result;
  for (const char* id : {"burgers", "allen_cahn"})
    result.emplace_back(id, compare_pairs(repeats, [&] {
                          return numbers_of(runs, runs.on_one_rank, {"batch", id, "1000"});
                        }));
  return result;
}

Comparisons compare_ranks_on_a_batch(const EquationRuns& runs, int repeats) {
  constexpr int rows = 1000;
  constexpr Lengths lengths{5, 60};
  const auto starter = [&](Command launcher, int episodes, const char* name) {
    launcher.insert(launcher.end(), {runs.tessera, "run", runs.deck, "--out", runs.folder + "/" + name, "--force",
                                     fmt::format("shock.episodes={}", episodes), "shock.output.snapshots=1000"});
    return [launcher](int steps) {
      Command command = launcher;
      command.push_back(fmt::format("shock.steps={}", steps));
      return command;
    };
  };
  const std::vector<StepStarter> together{starter(runs.on_two_ranks, rows, "batch")};
  const std::vector<StepStarter> apart{starter({"taskset", "-c", "0"}, rows / 2, "half0"),
                                       starter({"taskset", "-c", "1"}, rows / 2, "half1")};
  return {{fmt::format("burgers, {} environments", rows), compare_pairs(repeats, [&]() -> std::vector<double> {
             return {rows / seconds_a_step(together, lengths, runs.folder),
                     rows / seconds_a_step(apart, lengths, runs.folder)};
           })}};
}

Comparisons compare_ranks_on_a_large_equation(const EquationRuns& runs, int repeats) {
  const auto seconds = [&](const Command& launcher) {
    return numbers_of(runs, launcher, {"line", std::to_string(1 << 22)}).at(0);
  };
  return {{"burgers, 2^22 points", compare_pairs(repeats, [&]() -> std::vector<double> {
             return {seconds(runs.on_two_ranks), seconds(runs.on_one_rank)};
           })}};
}

}  // namespace tessera::bench
