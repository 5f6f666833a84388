// Whole runs of whole programs, timed from outside.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tessera::bench {

using Command = std::vector<std::string>;

/// Runs all commands at the same time and returns the wall seconds until each ended. Their output is kept in
/// `folder`. Throws std::runtime_error with the end of the output of one that fails.
std::vector<double> run_together(const std::vector<Command>& commands, const std::string& folder);

/// Runs it as run_together() does and returns the lines that it printed.
std::vector<std::string> lines_of(const Command& command, const std::string& folder);

struct Spread {
  double median = 0.0, low = 0.0, high = 0.0;
};
Spread spread_of(std::vector<double> values);

/// Two ways of running, measured in turns, and the ratio of neighbours in time.
struct Comparison {
  Spread first, second, ratio;
};

/// fcc cells of a melt, four atoms each.
struct Cells {
  int x = 20, y = 20, z = 20;
  double atoms() const { return 4.0 * x * y * z; }
};

/// How a program is started for so many cells and steps.
using Starter = std::function<Command(const Cells&, int steps)>;

/// How it is started for so many steps.
using StepStarter = std::function<Command(int steps)>;

/// Seconds a step of several runs side by side, until the last of them has ended: those of long runs minus short ones,
/// so that starting and ending a program does not count.
struct Lengths {
  int short_steps = 200, long_steps = 1200;
};
double seconds_a_step(const std::vector<StepStarter>& starters, const Lengths& lengths, const std::string& folder);

/// Atom-steps a second of them, together.
double rate(const std::vector<Starter>& starters, const Cells& cells, const Lengths& lengths,
            const std::string& folder);

}  // namespace tessera::bench
