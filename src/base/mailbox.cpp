#include "base/mailbox.hpp"

#include <algorithm>
#include <cstring>

#include "base/traffic.hpp"

namespace tessera {

namespace {

/// What a message begins with: content, the end of all, or else a number of tasks that have been finished.
constexpr std::int64_t is_content = 0, is_end = -1;
constexpr std::size_t head = sizeof(std::int64_t);

}  // namespace

void Mailbox::open(std::int64_t tasks) {
  left_ = tasks;
  finished_here_ = 0;
  is_over_ = false;
}

void Mailbox::send(int rank, const std::vector<std::byte>& content) { post(rank, is_content, content); }

void Mailbox::post(int rank, std::int64_t kind, const std::vector<std::byte>& content) {
  for (auto old = sent_.begin(); old != sent_.end();) {
    int is_done = 0;
    check_mpi(MPI_Test(&old->first, &is_done, MPI_STATUS_IGNORE), "MPI_Test");
    old = is_done != 0 ? sent_.erase(old) : std::next(old);
  }
  auto& [request, bytes] = sent_.emplace_back();
  bytes.resize(head + content.size());
  std::memcpy(bytes.data(), &kind, head);
  std::copy(content.begin(), content.end(), bytes.begin() + head);
  count_message(static_cast<std::int64_t>(bytes.size()));
  check_mpi(MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, rank, tag_, comm_.mpi(), &request),
            "MPI_Isend");
}

std::optional<Comm::Message> Mailbox::receive(MPI_Status status) {
  int count = 0;
  check_mpi(MPI_Get_count(&status, MPI_BYTE, &count), "MPI_Get_count");
  std::vector<std::byte> bytes(static_cast<std::size_t>(count));
  check_mpi(MPI_Recv(bytes.data(), count, MPI_BYTE, status.MPI_SOURCE, tag_, comm_.mpi(), MPI_STATUS_IGNORE),
            "MPI_Recv");
  std::int64_t kind = 0;
  std::memcpy(&kind, bytes.data(), head);
  if (kind == is_content) {
    bytes.erase(bytes.begin(), bytes.begin() + head);
    return Comm::Message{status.MPI_SOURCE, std::move(bytes)};
  }
  if (kind == is_end)
    is_over_ = true;
  else
    left_ -= kind;
  return {};
}

std::optional<Comm::Message> Mailbox::look() {
  for (;;) {
    int found = 0;
    MPI_Status status;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, tag_, comm_.mpi(), &found, &status), "MPI_Iprobe");
    if (found == 0) return {};
    if (auto message = receive(status)) return message;
  }
}

/// Rank 0 keeps the count, and tells all others of its end.
void Mailbox::report() {
  if (finished_here_ > 0) {
    if (comm_.is_root())
      left_ -= finished_here_;
    else
      post(0, finished_here_, {});
    finished_here_ = 0;
  }
  if (!comm_.is_root() || left_ > 0 || is_over_) return;
  for (int rank = 1; rank < comm_.size(); ++rank) post(rank, is_end, {});
  is_over_ = true;
}

std::optional<Comm::Message> Mailbox::wait() {
  for (;;) {
    report();
    if (is_over_) return {};
    MPI_Status status;
    check_mpi(MPI_Probe(MPI_ANY_SOURCE, tag_, comm_.mpi(), &status), "MPI_Probe");
    if (auto message = receive(status)) return message;
  }
}

void Mailbox::close() {
  for (auto& [request, bytes] : sent_) check_mpi(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");
  sent_.clear();
  comm_.barrier();  // mail of the next period would be taken for that of this one
}

}  // namespace tessera
