#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "base/runtime.hpp"
#include "data/io/file.hpp"

namespace tessera::data {

namespace {

enum class Kind { none, fail, kill, short_write };

struct Plan {
  Kind kind = Kind::none;
  std::int64_t call = 0;
  bool reads_environment = true;
  std::string count_file;
};

Plan plan;
std::int64_t num_calls = 0;

bool read_number(std::string_view text, std::int64_t& number) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() && number >= 0;
}

/// What a list of ranks says about one.
struct Ranks {
  bool contains = false;
  bool is_lowest = false;
};

Ranks find_rank(std::string_view list, int rank) {
  if (list == "all") return {true, rank == 0};
  Ranks ranks;
  std::int64_t lowest = -1;
  for (std::string_view rest = list; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    std::int64_t number = 0;
    if (!read_number(rest.substr(0, comma), number))
      throw Error::input(fmt::format("TESSERA_FAULT_RANK='{}': ranks like '0', '1,2' or 'all' were expected", list));
    ranks.contains = ranks.contains || number == rank;
    lowest = lowest < 0 ? number : std::min(lowest, number);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  ranks.is_lowest = lowest == rank;
  return ranks;
}

Plan parse(std::string_view text) {
  Plan parsed;
  const std::size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  parsed.kind = word == "fail" ? Kind::fail : word == "kill" ? Kind::kill : Kind::short_write;
  const bool is_known = parsed.kind != Kind::short_write || word == "short";
  if (!is_known || space == std::string_view::npos || !read_number(text.substr(space + 1), parsed.call))
    throw Error::input(fmt::format("TESSERA_FAULT='{}': 'fail 17', 'kill 17' or 'short 17' was expected", text));
  return parsed;
}

void write_count() { std::ofstream(plan.count_file) << num_calls << '\n'; }

void read_environment() {
  plan.reads_environment = false;
  const char* fault = std::getenv("TESSERA_FAULT");
  const char* count = std::getenv("TESSERA_FAULT_COUNT");
  if (fault == nullptr && count == nullptr) return;
  const char* list = std::getenv("TESSERA_FAULT_RANK");
  const Ranks ranks = find_rank(list == nullptr ? "0" : list, launcher_rank());
  Plan wanted = fault == nullptr ? Plan{} : parse(fault);
  if (!ranks.contains) wanted = Plan{};
  wanted.reads_environment = false;
  plan = wanted;
  if (count == nullptr || !ranks.is_lowest) return;
  plan.count_file = count;
  std::atexit(write_count);
}

}  // namespace

Fault next_fault(const char*, std::string_view) {
  if (plan.reads_environment) read_environment();
  const std::int64_t call = ++num_calls;
  if (plan.kind == Kind::none || call != plan.call) return Fault::none;
  if (plan.kind == Kind::kill) {
    kill(getpid(), SIGKILL);
    pause();
  }
  return plan.kind == Kind::short_write ? Fault::short_write : Fault::fail;
}

bool expects_faults() {
  if (plan.reads_environment) read_environment();
  return plan.kind != Kind::none;
}

void set_fault(Fault fault, std::int64_t call) {
  plan.reads_environment = false;
  plan.kind = fault == Fault::none ? Kind::none : fault == Fault::fail ? Kind::fail : Kind::short_write;
  plan.call = call;
  num_calls = 0;
}

std::int64_t num_fault_calls() { return num_calls; }

}  // namespace tessera::data
