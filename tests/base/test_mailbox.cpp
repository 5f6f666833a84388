// Mail that nobody expects: nothing is lost, and all ranks learn when everything is done.
#include <cstring>

#include "base/mailbox.hpp"
#include "base/random.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

/// A task goes from rank to rank, so many times.
struct Task {
  std::int64_t number, hops, sum;
};

int next_rank(const Task& task, int ranks) {
  const auto words = Random(5, RandomPurpose::test)
                         .block(static_cast<std::uint64_t>(task.number), static_cast<std::uint64_t>(task.hops), 0);
  return static_cast<int>(words.v[0] % static_cast<std::uint32_t>(ranks));
}

}  // namespace

TEST_CASE("tasks that wander between ranks are all finished, period after period", "[base]") {
  const Comm& comm = test::comm();
  constexpr int tag = 31000;
  constexpr std::int64_t tasks = 40, hops = 30;
  Mailbox mailbox(comm, tag);
  for (int period = 0; period < 5; ++period) {
    std::vector<Task> here;
    for (std::int64_t n = 0; n < tasks; ++n)
      if (n % comm.size() == comm.rank()) here.push_back({n, 0, 0});
    std::int64_t finished = 0, sum = 0;
    mailbox.open(tasks);
    const auto take = [&](const Comm::Message& mail) {
      Task task{};
      REQUIRE(mail.second.size() == sizeof(Task));
      std::memcpy(&task, mail.second.data(), sizeof(Task));
      here.push_back(task);
    };
    for (;;) {
      while (!here.empty()) {
        Task task = here.back();
        here.pop_back();
        if (task.hops == hops) {
          mailbox.finish(1);
          ++finished;
          sum += task.sum;
        } else {
          task.sum += task.number;
          ++task.hops;
          const int rank = next_rank(task, comm.size());
          std::vector<std::byte> bytes(sizeof(Task));
          std::memcpy(bytes.data(), &task, sizeof(Task));
          if (rank == comm.rank())
            here.push_back(task);
          else
            mailbox.send(rank, bytes);
        }
        if (const auto mail = mailbox.look()) take(*mail);
      }
      const auto mail = mailbox.wait();
      if (!mail) break;
      take(*mail);
    }
    mailbox.close();
    CHECK(comm.all_reduce(finished, Op::sum) == tasks);
    CHECK(comm.all_reduce(sum, Op::sum) == hops * tasks * (tasks - 1) / 2);
  }
}

TEST_CASE("a period without tasks ends at once", "[base]") {
  Mailbox mailbox(test::comm(), 31000);
  mailbox.open(0);
  CHECK_FALSE(mailbox.wait());
  mailbox.close();
}
