#include "bench_runs.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/region.hpp"

extern char** environ;

namespace tessera::bench {

namespace {

pid_t start(const Command& command, const std::string& output) {
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t process = 0;
  const int code = posix_spawnp(&process, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) throw std::runtime_error(command[0] + ": " + std::strerror(code));
  return process;
}

std::string end_of(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.substr(text.size() > 2000 ? text.size() - 2000 : 0);
}

std::string output_path(const std::string& folder, std::size_t n) { return folder + "/output" + std::to_string(n); }

}  // namespace

std::vector<double> run_together(const std::vector<Command>& commands, const std::string& folder) {
  const double begin = wall_time();
  std::vector<pid_t> processes;
  for (std::size_t n = 0; n < commands.size(); ++n) processes.push_back(start(commands[n], output_path(folder, n)));
  std::vector<double> seconds(commands.size());
  std::string failure;
  for (std::size_t ended = 0; ended < commands.size(); ++ended) {
    int status = 0;
    const pid_t process = wait(&status);
    const auto found = std::find(processes.begin(), processes.end(), process);
    const auto n = static_cast<std::size_t>(found - processes.begin());
    seconds[n] = wall_time() - begin;
    if (status != 0) failure = commands[n][0] + " failed:\n" + end_of(output_path(folder, n));
  }
  if (!failure.empty()) throw std::runtime_error(failure);
  return seconds;
}

std::vector<std::string> lines_of(const Command& command, const std::string& folder) {
  run_together({command}, folder);
  std::ifstream file(output_path(folder, 0));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
  return {median, values.front(), values.back()};
}

double seconds_a_step(const std::vector<StepStarter>& starters, const Lengths& lengths, const std::string& folder) {
  const auto times = [&](int steps) {
    std::vector<Command> commands;
    for (const auto& starter : starters) commands.push_back(starter(steps));
    return run_together(commands, folder);
  };
  const auto short_times = times(lengths.short_steps), long_times = times(lengths.long_steps);
  double slowest = 0.0;
  for (std::size_t n = 0; n < starters.size(); ++n) slowest = std::max(slowest, long_times[n] - short_times[n]);
  return slowest / (lengths.long_steps - lengths.short_steps);
}

double rate(const std::vector<Starter>& starters, const Cells& cells, const Lengths& lengths,
            const std::string& folder) {
  std::vector<StepStarter> of_steps;
  for (const auto& starter : starters)
    of_steps.push_back([&cells, starter](int steps) { return starter(cells, steps); });
  return static_cast<double>(starters.size()) * cells.atoms() / seconds_a_step(of_steps, lengths, folder);
}

}  // namespace tessera::bench
