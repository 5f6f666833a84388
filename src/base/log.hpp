// The log: progress and results on standard output, warnings and errors on standard error, all of it in log.txt.
// Rank 0 speaks; a line is printed once and whole. spdlog stands behind it.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/comm.hpp"

namespace tessera::log {

enum class Level { debug, info, warning, error };

/// Starts the log for this rank (silent unless rank 0 or all_ranks). Before it, messages of rank 0 go to the terminal.
void start(int rank, Level threshold = Level::info, bool all_ranks = false);

/// From here on this rank is number `rank` of a group with log files of its own: rank 0 of each group writes what it
/// says into the group's file; the terminal stays with those that had it.
void join_group(int rank);

/// Rank 0 copies everything that follows into this file as well (appending), until close_file(); nothing happens on
/// other ranks. Throws Error (io) if the file cannot be opened.
void open_file(const std::string& path);
void close_file();

/// Warnings and errors get the prefix "tessera: error: ", and the lines after the first are indented under it.
void message(Level level, std::string_view text);

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  message(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  message(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  message(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

/// Any rank, at any time: straight to standard error, for what is said just before the job is ended.
void last_words(std::string_view text);

/// A warning is kept for collect_warnings(): the same text is merged and counted.
void warning(std::string_view text);

struct Warning {
  std::string text;
  std::int64_t count = 0;  ///< over all ranks
  int num_ranks = 0;       ///< that said so
};

/// Collective. Warnings of all ranks since the last call, merged and sorted by text; at most 64 of them, followed by
/// one that counts the rest.
std::vector<Warning> collect_warnings(const Comm& comm);

/// True when this rank speaks and its standard output, or that of the launcher it goes through, is a terminal: a
/// progress line may be rewritten in place.
bool is_terminal();
/// Rewrites the progress line (terminal only, never in the file; cut to its width). An empty text clears it.
void progress_line(std::string_view text);

}  // namespace tessera::log
