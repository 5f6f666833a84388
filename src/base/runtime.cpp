#include "base/runtime.hpp"

#include <dlfcn.h>
#include <fmt/core.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <thread>

#include "base/agree.hpp"
#include "base/crash.hpp"
#include "base/kokkos.hpp"
#include "base/log.hpp"
#include "base/memory.hpp"
#include "base/region.hpp"

#ifdef TESSERA_HAVE_PETSC
#include <petscsys.h>
#endif

namespace tessera {

namespace {

/// What one rank alone finds while the libraries start: the others may already be waiting inside them.
[[noreturn]] void end_job(const std::string& reason) {
  log::last_words(fmt::format("tessera: error: rank {}: {}", launcher_rank(), reason));
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitStatus::failed));
  std::_Exit(static_cast<int>(ExitStatus::failed));
}

/// OpenBLAS takes every processor for itself unless told otherwise, and has read its environment before main.
void limit_blas_threads() {
  if (std::getenv("OPENBLAS_NUM_THREADS") != nullptr) return;
  setenv("OPENBLAS_NUM_THREADS", "1", 0);
  if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(symbol)(1);
}

/// With every file Open MPI 4 opens a shared pointer, which nobody here uses, and on one host guards it by a semaphore
/// named after the file's last name alone: once a run has been killed while it held that of "data.h5", every later one
/// on this host would wait for ever. Its way for several hosts, files of locks, serves one as well.
void avoid_named_semaphores() { setenv("OMPI_MCA_sharedfp", "^sm", 0); }

class MpiSession {
 public:
  MpiSession(int& argc, char** argv) {
    avoid_named_semaphores();
    int provided = MPI_THREAD_SINGLE;
    if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
      throw Error::internal("MPI does not start");
    if (provided < MPI_THREAD_FUNNELED) end_job("this MPI does not allow threads beside it (MPI_THREAD_FUNNELED)");
  }
  ~MpiSession() {
    disarm_crash_handlers();
    MPI_Finalize();
  }
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
};

bool is_for_kokkos(std::string_view argument) { return argument.starts_with("--kokkos-"); }

/// Moves the arguments for Kokkos from argv to a list of their own, ended by a null pointer.
std::vector<char*> take_kokkos_arguments(int& argc, char** argv) {
  std::vector<char*> taken;
  int kept = 0;
  for (int n = 0; n < argc; ++n) {
    if (n == 0 || is_for_kokkos(argv[n])) taken.push_back(argv[n]);
    if (n == 0 || !is_for_kokkos(argv[n])) argv[kept++] = argv[n];
  }
  argc = kept;
  argv[argc] = nullptr;
  static std::array<char, 26> quiet{"--kokkos-disable-warnings"};  // each rank would repeat them
  taken.push_back(quiet.data());
  taken.push_back(nullptr);
  return taken;
}

class KokkosSession {
 public:
  KokkosSession(int& argc, char** argv) {
    auto arguments = take_kokkos_arguments(argc, argv);
    int count = static_cast<int>(arguments.size()) - 1;
    try {
      Kokkos::initialize(count, arguments.data());
    } catch (const std::exception& error) {
      end_job(fmt::format("Kokkos does not start: {}", error.what()));
    }
    if (count > 1) unknown_argument_ = arguments[1];
    track_view_memory();
  }
  ~KokkosSession() { Kokkos::finalize(); }
  KokkosSession(const KokkosSession&) = delete;
  KokkosSession& operator=(const KokkosSession&) = delete;

  const std::string& unknown_argument() const { return unknown_argument_; }

 private:
  std::string unknown_argument_;
};

#ifdef TESSERA_HAVE_PETSC
/// Its options come from our decks alone, and its errors are returned.
class PetscSession {
 public:
  explicit PetscSession(const Comm& comm) {
    static std::array<char, 8> program{"tessera"};
    static std::array<char, 20> no_handler{"-no_signal_handler"};
    static std::array<char, 15> no_files{"-skip_petscrc"};
    std::array<char*, 4> arguments{program.data(), no_handler.data(), no_files.data(), nullptr};
    int count = 3;
    char** begin = arguments.data();
    PETSC_COMM_WORLD = comm.mpi();
    if (PetscInitialize(&count, &begin, nullptr, nullptr) != 0) end_job("PETSc does not start");
    PetscPushErrorHandler(PetscReturnErrorHandler, nullptr);
  }
  ~PetscSession() { PetscFinalize(); }
  PetscSession(const PetscSession&) = delete;
  PetscSession& operator=(const PetscSession&) = delete;
};
#else
class PetscSession {
 public:
  explicit PetscSession(const Comm&) {}
};
#endif

constexpr std::array rank_variables{"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"};

/// Read once and before MPI starts: it sets the same variables itself, even without a launcher.
const std::optional<int>& rank_from_launcher() {
  static const std::optional<int> rank = []() -> std::optional<int> {
    for (const char* name : rank_variables)
      if (const char* value = std::getenv(name)) return std::atoi(value);
    return std::nullopt;
  }();
  return rank;
}

}  // namespace

/// Ended in reverse order of declaration.
struct Runtime::Sessions {
  Sessions(int& argc, char** argv) : mpi(argc, argv), comm(Comm::duplicate(MPI_COMM_WORLD)) {
    install_crash_handlers(comm.rank(), comm.size());
    kokkos.emplace(argc, argv);
    petsc.emplace(comm);
  }
  MpiSession mpi;
  Comm comm;
  std::optional<KokkosSession> kokkos;
  std::optional<PetscSession> petsc;
};

Runtime::Runtime(int& argc, char** argv) {
  rank_from_launcher();
  limit_blas_threads();
  sessions_ = std::make_unique<Sessions>(argc, argv);
  const std::string& unknown = sessions_->kokkos->unknown_argument();
  if (!unknown.empty())
    throw Error::input(fmt::format("command line: Kokkos does not know '{}'; expected an option of Kokkos {}", unknown,
                                   build_info().kokkos));
}

Runtime::~Runtime() {
  if (std::uncaught_exceptions() > 0) end_job("an error left the program without being settled");
  MPI_Barrier(sessions_->comm.mpi());
}

const Comm& Runtime::comm() const { return sessions_->comm; }

int launcher_rank() { return rank_from_launcher().value_or(0); }

bool is_launched() { return rank_from_launcher().has_value(); }

namespace {

/// True once every rank has come here, false if some have not within `patience` seconds.
bool all_arrive(const Comm& comm, double patience) {
  MPI_Request request = MPI_REQUEST_NULL;
  if (MPI_Ibarrier(comm.mpi(), &request) != MPI_SUCCESS) return false;
  const double deadline = wall_time() + patience;
  for (;;) {
    int done = 0;
    if (MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
    if (done != 0) return true;
    if (wall_time() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

[[noreturn]] void leave_alone(const Comm& comm, const Error& error) {
  log::last_words(fmt::format("tessera: error: rank {}: {}", comm.rank(), error.what()));
  MPI_Abort(comm.mpi(), static_cast<int>(error.exit_status()));
  std::_Exit(static_cast<int>(error.exit_status()));
}

}  // namespace

ExitStatus settle_failure(const Comm& comm, const Error& error, double patience) {
  const Comm distressed = comm.distressed();
  if (!all_arrive(distressed, patience)) leave_alone(distressed, error);
  try {
    agree(distressed, Outcome{error});
  } catch (const Error& agreed) {
    log::error("{}", agreed.what());
    if (comm.is_root() && launcher_rank() != 0) log::last_words(fmt::format("tessera: error: {}", agreed.what()));
    distressed.barrier();  // the first rank that ends is the end of all: not before the message is out
    return agreed.exit_status();
  }
  return error.exit_status();
}

}  // namespace tessera
