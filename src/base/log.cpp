#include "base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>

#include "base/error.hpp"
#include "base/runtime.hpp"

namespace tessera::log {

namespace {

constexpr std::size_t max_warnings = 64;
constexpr std::size_t max_warning_length = 2000;

using Logger = std::unique_ptr<spdlog::logger>;

Logger make_logger(spdlog::sink_ptr sink) {
  auto logger = std::make_unique<spdlog::logger>("tessera", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  logger->set_error_handler([](const std::string& text) {
    static bool has_complained = false;
    if (!has_complained) last_words("tessera: warning: the log cannot be written: " + text);
    has_complained = true;
  });
  return logger;
}

struct State {
  Logger out = make_logger(std::make_shared<spdlog::sinks::stdout_sink_mt>());
  Logger err = make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  Logger file;
  int rank = launcher_rank();
  bool speaks = rank == 0;
  std::string prefix;  ///< "[rank] " where several ranks speak
  Level threshold = Level::info;
  std::string progress;  ///< the line now on the terminal
  std::map<std::string, std::int64_t, std::less<>> warnings;
  std::int64_t num_unkept_warnings = 0;
};

State& state() {
  static State instance;
  return instance;
}

std::string indent_lines(std::string_view text, std::size_t width) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result.append(width, ' ');
  }
  return result;
}

std::string decorate(Level level, std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const std::string head = level == Level::error     ? "tessera: error: "
                           : level == Level::warning ? "tessera: warning: "
                                                     : "";
  return head + indent_lines(text, head.size());
}

bool names_terminal(const char* link) {
  std::array<char, 256> target{};
  const ssize_t length = readlink(link, target.data(), target.size() - 1);
  const std::string_view name(target.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return name.starts_with("/dev/pts/") || name.starts_with("/dev/tty") || name == "/dev/console";
}

/// Launchers hand their ranks pseudo-terminals whatever they themselves write to, so theirs is what counts.
bool detect_terminal() {
  if (isatty(STDOUT_FILENO) == 0) return false;
  if (!is_launched()) return true;
  return names_terminal(("/proc/" + std::to_string(getppid()) + "/fd/1").c_str());
}

std::size_t terminal_width() {
  winsize size{};
  const bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : 80;
}

/// At most `width` characters, whole ones in UTF-8.
std::string_view cut(std::string_view text, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts_character = (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80U;
    if (starts_character && ++characters > width) return text.substr(0, at);
  }
  return text;
}

void draw(std::string_view line) {
  std::fputs("\r", stdout);
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputs("\x1b[K", stdout);
  std::fflush(stdout);
}

}  // namespace

void start(int rank, Level threshold, bool all_ranks) {
  State& s = state();
  s.rank = rank;
  s.speaks = rank == 0 || all_ranks;
  s.prefix = all_ranks ? fmt::format("[{}] ", rank) : "";
  s.threshold = threshold;
}

void join_group(int rank) { state().rank = rank; }

void open_file(const std::string& path) {
  State& s = state();
  if (s.rank != 0) return;
  try {
    s.file = make_logger(std::make_shared<spdlog::sinks::basic_file_sink_mt>(path, false));
  } catch (const spdlog::spdlog_ex& error) {
    throw Error::io(fmt::format("{}: cannot write the log: {}", path, error.what()));
  }
}

void close_file() { state().file.reset(); }

void message(Level level, std::string_view text) {
  State& s = state();
  if (!(s.speaks || s.file) || level < s.threshold) return;
  const std::string line = s.prefix + decorate(level, text);
  if (s.file) s.file->log(spdlog::level::info, line);
  if (!s.speaks) return;
  if (!s.progress.empty()) draw("");
  (level >= Level::warning ? s.err : s.out)->log(spdlog::level::info, line);
  if (!s.progress.empty()) draw(s.progress);
}

void last_words(std::string_view text) {
  const std::string line = indent_lines(text, std::string_view("tessera: error: ").size()) + "\n";
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

void warning(std::string_view text) {
  State& s = state();
  text = text.substr(0, max_warning_length);
  const auto found = s.warnings.find(text);
  if (found != s.warnings.end())
    ++found->second;
  else if (s.warnings.size() < max_warnings)
    s.warnings.emplace(text, 1);
  else
    ++s.num_unkept_warnings;
}

std::vector<Warning> collect_warnings(const Comm& comm) {
  State& s = state();
  if (comm.all_reduce(s.warnings.empty() ? 0 : 1, Op::max) == 0) return {};
  std::vector<std::string> mine;
  std::int64_t num_mine = s.num_unkept_warnings;
  for (const auto& [text, count] : s.warnings) {
    mine.push_back(text);
    num_mine += count;
  }
  const auto texts = merge_texts(comm, mine, max_warnings);

  const std::size_t num_texts = texts.size();
  std::vector<std::int64_t> counts(2 * num_texts + 2, 0);  // times and ranks of each, then of those left out
  for (std::size_t n = 0; n < num_texts; ++n) {
    const auto found = s.warnings.find(texts[n]);
    if (found == s.warnings.end()) continue;
    counts[2 * n] = found->second;
    counts[2 * n + 1] = 1;
    num_mine -= found->second;
  }
  counts[2 * num_texts] = num_mine;
  counts[2 * num_texts + 1] = num_mine > 0 ? 1 : 0;
  comm.all_reduce(counts.data(), static_cast<int>(counts.size()), Op::sum);

  std::vector<Warning> all;
  for (std::size_t n = 0; n < num_texts; ++n)
    all.push_back({texts[n], counts[2 * n], static_cast<int>(counts[2 * n + 1])});
  if (counts[2 * num_texts] > 0)
    all.push_back(
        {"further warnings of other kinds", counts[2 * num_texts], static_cast<int>(counts[2 * num_texts + 1])});
  s.warnings.clear();
  s.num_unkept_warnings = 0;
  return all;
}

bool is_terminal() {
  static const bool has_terminal = detect_terminal();
  return has_terminal && state().speaks;
}

void progress_line(std::string_view text) {
  if (!is_terminal()) return;
  State& s = state();
  if (text.empty() && s.progress.empty()) return;
  s.progress = cut(text, terminal_width() - 1);
  draw(s.progress);
}

}  // namespace tessera::log
