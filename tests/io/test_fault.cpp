// Every call of the file layer fails once: the checkpoints that were there stay, and all ranks know.
#include "base/agree.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// Collective. What an action says if this call of one rank fails; empty if it succeeds.
template <class Action>
std::string outcome(Fault fault, int rank, std::int64_t call, const Action& action) {
  set_fault(comm().rank() == rank ? fault : Fault::none, call);
  std::string message;
  try {
    action();
  } catch (const Error& error) {
    message = error.what();
  }
  return message;
}

/// Collective. True if all ranks have the same text.
bool is_agreed(const std::string& text) {
  std::string of_root = text;
  comm().broadcast(of_root);
  return text == of_root;
}

}  // namespace

TEST_CASE("whichever call fails while a checkpoint is written, a whole one is found afterwards", "[io]") {
  const std::string folder = scratch_folder();
  write_sample(comm(), folder, Sample(comm(), 12, 0));
  write_sample(comm(), folder, Sample(comm(), 12, 1));
  const int rank = GENERATE(0, 1);
  const Fault fault = GENERATE(Fault::fail, Fault::short_write);
  if (rank >= comm().size() || (fault == Fault::short_write && rank > 0)) return;
  const int stride = fault == Fault::short_write ? 6 : rank == 1 ? 3 : 1;
  int good = 1, failures = 0;
  for (std::int64_t call = 1;; call += stride) {
    const Sample sample(comm(), 12, good + 1);
    const std::string message = outcome(fault, rank, call, [&] { write_sample(comm(), folder, sample); });
    const bool was_reached =
        comm().all_reduce(num_fault_calls() >= call && comm().rank() == rank ? 1 : 0, Op::max) == 1;
    set_fault(Fault::none);
    INFO("call " << call << ": " << message);
    REQUIRE_ALL(is_agreed(message));
    const auto checkpoint = Checkpoint::open_newest(comm(), folder);
    const auto version = static_cast<int>(checkpoint->info().step - 1000);
    REQUIRE((version == good + 1 || (version == good && !message.empty())));
    REQUIRE_ALL(rows_here(read_sample(comm(), *checkpoint)) == rows_here(Sample(comm(), 12, version)));
    good = version;
    failures += message.empty() ? 0 : 1;
    if (!was_reached) break;
  }
  REQUIRE(failures > 20 / stride);
  // What failed has left nothing that the next one does not remove.
  write_sample(comm(), folder, Sample(comm(), 12, good + 1));
  comm().barrier();
  REQUIRE_ALL(list_folder(folder + "/checkpoint").size() == 3);
}

TEST_CASE("whichever call fails while a checkpoint is read, all ranks read the same or none", "[io]") {
  const std::string folder = scratch_folder();
  write_sample(comm(), folder, Sample(comm(), 12, 0));
  write_sample(comm(), folder, Sample(comm(), 12, 1));
  const int rank = GENERATE(0, 1);
  if (rank >= comm().size()) return;
  for (std::int64_t call = 1;; ++call) {
    std::string read;
    const std::string message = outcome(Fault::fail, rank, call, [&] {
      const auto checkpoint = Checkpoint::open_newest(comm(), folder);
      const Sample sample = read_sample(comm(), *checkpoint);
      if (rows_here(sample) != rows_here(Sample(comm(), 12, sample.version)))
        read = "wrong";
      else
        read = std::to_string(sample.version);
    });
    const bool was_reached =
        comm().all_reduce(num_fault_calls() >= call && comm().rank() == rank ? 1 : 0, Op::max) == 1;
    set_fault(Fault::none);
    INFO("call " << call << ": " << message);
    REQUIRE_ALL(is_agreed(message));
    REQUIRE_ALL(is_agreed(read));
    REQUIRE((!message.empty() || read == "0" || read == "1"));
    if (!was_reached) break;
  }
  warnings_of(comm());
}
