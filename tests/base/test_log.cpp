#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "catch.hpp"

namespace tessera {

namespace {

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A file of this rank that goes when it goes.
struct ScratchFile {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("tessera_test_log_" + std::to_string(getpid()) + "_" + std::to_string(counter()++)))
                         .string();
  ScratchFile() = default;
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { std::filesystem::remove(path); }
  static int& counter() {
    static int value = 0;
    return value;
  }
};

/// Sends a descriptor into a file while it lives.
class Capture {
 public:
  explicit Capture(int descriptor) : descriptor_(descriptor), saved_(dup(descriptor)) {
    std::fflush(nullptr);
    const int file = open(file_.path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(file, descriptor_);
    close(file);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() { restore(); }
  std::string text() {
    restore();
    return read_file(file_.path);
  }

 private:
  void restore() {
    if (saved_ < 0) return;
    std::fflush(nullptr);
    dup2(saved_, descriptor_);
    close(saved_);
    saved_ = -1;
  }
  ScratchFile file_;
  int descriptor_;
  int saved_;
};

struct Spoken {
  std::string out, err;
};

template <class Work>
Spoken listen(Work&& work) {
  Capture out(STDOUT_FILENO), err(STDERR_FILENO);
  work();
  return {out.text(), err.text()};
}

}  // namespace

TEST_CASE("rank 0 speaks plainly, others are silent", "[base]") {
  const int rank = test::comm().rank();
  log::start(rank);
  const Spoken spoken = listen([] {
    log::debug("not shown");
    log::info("{} of {}", 1, 2);
    log::message(log::Level::warning, "careful");
    log::error("deck:1:2: wrong\nand why");
  });
  REQUIRE_ALL(spoken.out == (rank == 0 ? "1 of 2\n" : ""));
  REQUIRE_ALL(spoken.err == (rank == 0 ? "tessera: warning: careful\ntessera: error: deck:1:2: wrong\n"
                                         "                and why\n"
                                       : ""));
}

TEST_CASE("all ranks speak with their number when asked", "[base]") {
  const int rank = test::comm().rank();
  log::start(rank, log::Level::debug, true);
  const Spoken spoken = listen([] { log::debug("here"); });
  log::start(rank);
  REQUIRE_ALL(spoken.out == "[" + std::to_string(rank) + "] here\n");
}

TEST_CASE("the file receives a copy of everything and is appended to", "[base]") {
  const auto& comm = test::comm();
  log::start(comm.rank());
  const ScratchFile file;
  listen([&] {
    for (int n = 0; n < 2; ++n) {
      log::open_file(file.path);
      log::info("round {}", n);
      log::error("trouble");
      log::progress_line("never in the file");
      log::close_file();
      log::info("not in the file");
    }
  });
  const std::string expected = "round 0\ntessera: error: trouble\nround 1\ntessera: error: trouble\n";
  REQUIRE_ALL(read_file(file.path) == (comm.is_root() ? expected : ""));
}

TEST_CASE("a log file that cannot be opened is an error with its name", "[base]") {
  const auto& comm = test::comm();
  log::start(comm.rank());
  std::string message;
  try {
    agree(comm, [] { log::open_file("/proc/no_such_folder/log.txt"); });
  } catch (const Error& error) {
    message = error.what();
    REQUIRE(error.kind() == ErrorKind::io);
  }
  REQUIRE(message.find("/proc/no_such_folder/log.txt: cannot write the log") == 0);
}

TEST_CASE("output that is not a terminal has no progress line", "[base]") {
  const Spoken spoken = listen([] { log::progress_line("50 %"); });
  REQUIRE_ALL((log::is_terminal() || spoken.out.empty()));
}

TEST_CASE("warnings of all ranks are merged and counted", "[base]") {
  const auto& comm = test::comm();
  for (int n = 0; n <= comm.rank(); ++n) log::warning("common");
  if (comm.rank() == comm.size() - 1) log::warning("a single one");
  const auto warnings = log::collect_warnings(comm);
  REQUIRE(warnings.size() == 2);
  REQUIRE(warnings[0].text == "a single one");
  REQUIRE(warnings[0].count == 1);
  REQUIRE(warnings[0].num_ranks == 1);
  REQUIRE(warnings[1].text == "common");
  REQUIRE(warnings[1].count == comm.size() * (comm.size() + 1) / 2);
  REQUIRE(warnings[1].num_ranks == comm.size());
  REQUIRE(log::collect_warnings(comm).empty());
}

TEST_CASE("a flood of warnings is bounded and still counted", "[base]") {
  const auto& comm = test::comm();
  const int flood = 1000;
  for (int n = 0; n < flood; ++n) log::warning("particle " + std::to_string(n * comm.size() + comm.rank()) + " is odd");
  const auto warnings = log::collect_warnings(comm);
  REQUIRE(warnings.size() <= 65);
  std::int64_t total = 0;
  for (const auto& warning : warnings) total += warning.count;
  REQUIRE(total == flood * comm.size());
  REQUIRE(warnings.back().text == "further warnings of other kinds");
  REQUIRE(warnings.back().num_ranks == comm.size());
}

}  // namespace tessera
