// The main of all test programs: Catch2 under MPI. Ranks above 0 keep their output aside unless they fail, and all
// ranks end with the same status.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#endif
#include "catch.hpp"

#include <fcntl.h>
#include <unistd.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/runtime.hpp"

namespace tessera::test {

namespace {

const Comm* world = nullptr;
std::string scratch;  // of this program, once asked for

/// Standard output of this rank, kept in a file without a name until it is wanted.
class KeptOutput {
 public:
  void begin() {
    file_ = std::tmpfile();
    if (file_ == nullptr) return;
    terminal_ = dup(STDOUT_FILENO);
    dup2(fileno(file_), STDOUT_FILENO);
  }
  /// Safe in a signal handler.
  void show() const {
    if (file_ == nullptr) return;
    lseek(fileno(file_), 0, SEEK_SET);
    std::array<char, 4096> piece;
    for (ssize_t length; (length = read(fileno(file_), piece.data(), piece.size())) > 0;)
      if (write(terminal_, piece.data(), static_cast<std::size_t>(length)) < 0) return;
  }
  void end() {
    if (file_ == nullptr) return;
    std::cout.flush();
    std::fflush(stdout);
    dup2(terminal_, STDOUT_FILENO);
  }

 private:
  std::FILE* file_ = nullptr;
  int terminal_ = STDOUT_FILENO;
};

KeptOutput kept;
constexpr std::array fatal_signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM};
std::array<struct sigaction, fatal_signals.size()> earlier_actions;

/// A rank that dies, or hangs until its time is over, still shows what it has found; then whatever came before happens.
extern "C" void show_and_go_on(int signal) {
  kept.show();
  for (std::size_t n = 0; n < fatal_signals.size(); ++n)
    if (fatal_signals[n] == signal) sigaction(signal, &earlier_actions[n], nullptr);
  raise(signal);
}

void show_on_fatal_signals() {
  struct sigaction action {};
  action.sa_handler = show_and_go_on;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t n = 0; n < fatal_signals.size(); ++n) sigaction(fatal_signals[n], &action, &earlier_actions[n]);
  if (const char* limit = std::getenv("TESSERA_TEST_TIMEOUT")) alarm(static_cast<unsigned>(std::atoi(limit)));
}

/// What libraries allocate while they start is theirs to lose.
class LibraryStart {
 public:
#if defined(__SANITIZE_ADDRESS__)
  LibraryStart() { __lsan_disable(); }
  ~LibraryStart() { __lsan_enable(); }
#endif
};

/// True if something was lost since then. Asked while MPI still runs: what it loses at its end is not ours to mend.
bool has_leaked() {
#if defined(__SANITIZE_ADDRESS__)
  return __lsan_do_recoverable_leak_check() != 0;
#else
  return false;
#endif
}

int run_all(Catch::Session& session, const Comm& comm) {
  if (!comm.is_root()) kept.begin();
  show_on_fatal_signals();
  int failed = session.run() != 0 ? 1 : 0;
  if (has_leaked()) failed = 1;
  kept.end();
  const int first_failure = comm.all_reduce(failed != 0 ? comm.rank() : comm.size(), Op::min);
  if (first_failure == comm.size()) return 0;
  if (comm.rank() == first_failure && !comm.is_root()) {
    std::printf("Report of rank %d:\n", comm.rank());
    std::fflush(stdout);
    kept.show();
  }
  return 1;
}

void remove_scratch(const Comm& comm) {
  comm.barrier();
  std::error_code ignored;
  if (comm.is_root() && !scratch.empty()) std::filesystem::remove_all(scratch, ignored);
}

}  // namespace

const Comm& comm() { return *world; }

std::string data_path(const std::string& name) { return std::string(TESSERA_TEST_DATA) + "/" + name; }

std::string scratch_folder() {
  static int count = 0;
  if (scratch.empty()) {
    agree(comm(), [&] {
      if (!comm().is_root()) return;
      scratch = (std::filesystem::temp_directory_path() / "tessera_test.XXXXXX").string();
      if (mkdtemp(scratch.data()) == nullptr) throw Error::io(scratch + ": cannot be made");
    });
    comm().broadcast(scratch);
  }
  std::string folder = scratch + "/" + std::to_string(count++);
  agree(comm(), [&] {
    if (comm().is_root()) std::filesystem::create_directory(folder);
  });
  return folder;
}

void Verdict::note_exception() { exception_ = to_error(std::current_exception()).what(); }

bool Verdict::agree() {
  const auto verdicts = comm().all_gather(holds_ ? 1 : 0);
  const auto exceptions =
      merge_texts(comm(), exception_.empty() ? std::vector<std::string>{} : std::vector{exception_}, 1);
  bool is_true = true;
  for (int rank = 0; rank < comm().size(); ++rank) {
    if (verdicts[static_cast<std::size_t>(rank)] == 1) continue;
    explanation_ += (is_true ? " fails on rank " : ", ") + std::to_string(rank);
    is_true = false;
  }
  if (!exceptions.empty()) explanation_ += ": " + exceptions.front();
  return is_true;
}

}  // namespace tessera::test

namespace {

/// The program of a folder runs the test cases of the source x.cpp alone when it is given [#x], and fails if there are
/// none.
void choose_by_file(Catch::Session& session) {
  session.configData().filenamesAsTags = true;
#if !__has_include(<catch2/catch_all.hpp>)
  session.configData().warnings = Catch::WarnAbout::NoTests;
#endif
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tessera;
  try {
    std::optional<test::LibraryStart> start(std::in_place);
    Runtime runtime(argc, argv);
    start.reset();
    test::world = &runtime.comm();
    log::start(runtime.comm().rank());
    Catch::Session session;
    choose_by_file(session);
    if (session.applyCommandLine(argc, argv) != 0) return 2;
    const int status = test::run_all(session, runtime.comm());
    test::remove_scratch(runtime.comm());
    return status;
  } catch (const Error& error) {
    log::last_words(error.what());
    return 1;
  }
}
