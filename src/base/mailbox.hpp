// Messages that nobody expects by name: ranks send when they have something and go on working; what is finished
// anywhere is counted, so that all of them learn when everything is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <utility>
#include <vector>

#include "base/comm.hpp"

namespace tessera {

class Mailbox {
 public:
  /// Each kind of mail has a tag of its own, below Comm::reserved_tag.
  Mailbox(const Comm& comm, int tag) : comm_(comm), tag_(tag) {}

  /// Collective. A period of mail begins, in which so many tasks are finished by all ranks together.
  void open(std::int64_t tasks);

  /// To another rank; returns at once.
  void send(int rank, const std::vector<std::byte>& content);
  /// Tasks that this rank has finished since it last said so.
  void finish(std::int64_t count) { finished_here_ += count; }
  /// What has come, if anything has.
  std::optional<Comm::Message> look();
  /// The same, or waits for it; nothing if all tasks are finished on all ranks.
  std::optional<Comm::Message> wait();

  /// Collective. After wait() has returned nothing. No mail of this period is under way any more.
  void close();

 private:
  void post(int rank, std::int64_t kind, const std::vector<std::byte>& content);
  std::optional<Comm::Message> receive(MPI_Status status);
  void report();

  Comm comm_;
  int tag_;
  std::int64_t left_ = 0, finished_here_ = 0;  // left_: on rank 0 alone
  bool is_over_ = false;
  std::list<std::pair<MPI_Request, std::vector<std::byte>>> sent_;
};

}  // namespace tessera
