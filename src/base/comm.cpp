#include "base/comm.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/traffic.hpp"

namespace tessera {

namespace {

/// Longer content travels in pieces: MPI counts are int, and a piece this long costs no bandwidth.
constexpr std::size_t piece_bytes = std::size_t{1} << 24;

MPI_Datatype datatype(const int*) { return MPI_INT; }
MPI_Datatype datatype(const std::int64_t*) { return MPI_INT64_T; }
MPI_Datatype datatype(const std::uint64_t*) { return MPI_UINT64_T; }
MPI_Datatype datatype(const double*) { return MPI_DOUBLE; }

MPI_Op operation(Op op) {
  switch (op) {
    case Op::sum:
      return MPI_SUM;
    case Op::min:
      return MPI_MIN;
    case Op::max:
      return MPI_MAX;
  }
  throw Error::internal("unknown reduction");
}

}  // namespace

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  if (MPI_Error_string(code, text.data(), &length) != MPI_SUCCESS) length = 0;
  throw Error::internal(fmt::format("{} failed: {}", call, std::string(text.data(), static_cast<std::size_t>(length))));
}

struct Comm::Handle {
  MPI_Comm comm;
  std::shared_ptr<Handle> distress;
  int num_exchanges = 0;

  explicit Handle(MPI_Comm owned) : comm(owned) {
    check_mpi(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    int finalized = 0;
    MPI_Finalized(&finalized);
    if (finalized == 0) MPI_Comm_free(&comm);
  }
};

Comm::Comm(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {
  check_mpi(MPI_Comm_rank(mpi(), &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(mpi(), &size_), "MPI_Comm_size");
}

Comm Comm::adopt(MPI_Comm owned) {
  auto handle = std::make_shared<Handle>(owned);
  MPI_Comm copy = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(owned, &copy), "MPI_Comm_dup");
  handle->distress = std::make_shared<Handle>(copy);
  return Comm(std::move(handle));
}

Comm Comm::duplicate(MPI_Comm parent) {
  MPI_Comm copy = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(parent, &copy), "MPI_Comm_dup");
  return adopt(copy);
}

Comm Comm::distressed() const { return Comm(handle_->distress); }

MPI_Comm Comm::mpi() const { return handle_->comm; }

Comm Comm::split(int colour) const {
  if (colour < 0) throw Error::internal(fmt::format("a communicator was split with the colour {}", colour));
  MPI_Comm part = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split(mpi(), colour, rank_, &part), "MPI_Comm_split");
  return adopt(part);
}

void Comm::barrier() const {
  if (size_ > 1) count_collective(0);
  check_mpi(MPI_Barrier(mpi()), "MPI_Barrier");
}

template <class T>
void Comm::all_reduce(T* values, int count, Op op) const {
  if (size_ == 1) return;
  count_collective(static_cast<std::int64_t>(sizeof(T)) * count);
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, values, count, datatype(values), operation(op), mpi()), "MPI_Allreduce");
}

template void Comm::all_reduce(int*, int, Op) const;
template void Comm::all_reduce(std::int64_t*, int, Op) const;
template void Comm::all_reduce(std::uint64_t*, int, Op) const;
template void Comm::all_reduce(double*, int, Op) const;

std::int64_t Comm::exclusive_sum(std::int64_t value) const {
  std::int64_t sum = 0;
  if (size_ > 1) count_collective(sizeof value);
  check_mpi(MPI_Exscan(&value, &sum, 1, MPI_INT64_T, MPI_SUM, mpi()), "MPI_Exscan");
  return rank_ == 0 ? 0 : sum;
}

void Comm::broadcast_bytes(void* data, std::size_t bytes, int root) const {
  if (size_ == 1) return;
  auto* begin = static_cast<std::byte*>(data);
  for (std::size_t done = 0; done < bytes; done += piece_bytes) {
    const auto length = static_cast<int>(std::min(piece_bytes, bytes - done));
    count_collective(rank_ == root ? length : 0);
    check_mpi(MPI_Bcast(begin + done, length, MPI_BYTE, root, mpi()), "MPI_Bcast");
  }
}

void Comm::broadcast(std::string& text, int root) const {
  std::uint64_t length = text.size();
  broadcast(length, root);
  text.resize(length);
  broadcast_bytes(text.data(), length, root);
}

void Comm::all_gather_bytes(const void* value, void* all, std::size_t bytes) const {
  if (bytes > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw Error::internal(fmt::format("{} bytes a rank are too many to gather; expected less than 2^31", bytes));
  const int count = static_cast<int>(bytes);
  if (size_ > 1) count_collective(count);
  check_mpi(MPI_Allgather(value, count, MPI_BYTE, all, count, MPI_BYTE, mpi()), "MPI_Allgather");
}

namespace {

/// Puts messages together from pieces: a full piece is followed by another of the same message, a shorter one (often
/// the only one, perhaps empty) ends it. MPI keeps the order between two ranks.
class Inbox {
 public:
  void receive(MPI_Comm comm, const MPI_Status& status) {
    int length = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &length), "MPI_Get_count");
    const auto bytes = static_cast<std::size_t>(length);
    Source& source = sources_[status.MPI_SOURCE];
    if (!source.is_open) source.messages.emplace_back();
    auto& content = source.messages.back();
    const std::size_t old = content.size();
    content.resize(old + bytes);
    check_mpi(
        MPI_Recv(content.data() + old, length, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, comm, MPI_STATUS_IGNORE),
        "MPI_Recv");
    source.is_open = bytes == piece_bytes;
  }

  void deliver(int rank, const std::vector<std::byte>& content) { sources_[rank].messages.push_back(content); }

  std::vector<Comm::Message> take() {
    std::vector<Comm::Message> all;
    for (auto& [rank, source] : sources_)
      for (auto& content : source.messages) all.emplace_back(rank, std::move(content));
    return all;
  }

 private:
  struct Source {
    std::vector<std::vector<std::byte>> messages;
    bool is_open = false;  ///< the last message is not complete
  };
  std::map<int, Source> sources_;
};

void start_sending(MPI_Comm comm, const Comm::Message& message, int tag, std::vector<MPI_Request>& requests) {
  const auto& [rank, content] = message;
  for (std::size_t begin = 0; begin <= content.size(); begin += piece_bytes) {
    const auto length = static_cast<int>(std::min(piece_bytes, content.size() - begin));
    requests.push_back(MPI_REQUEST_NULL);
    count_message(length);
    check_mpi(MPI_Issend(content.data() + begin, length, MPI_BYTE, rank, tag, comm, &requests.back()), "MPI_Issend");
  }
}

bool all_done(std::vector<MPI_Request>& requests) {
  int done = 0;
  check_mpi(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE), "MPI_Testall");
  return done != 0;
}

}  // namespace

std::vector<Comm::Message> Comm::sparse_exchange(const std::vector<Message>& outgoing) const {
  // A rank can be one exchange ahead of another, never two: its next one cannot end without the other's barrier.
  const int tag = reserved_tag + handle_->num_exchanges;
  handle_->num_exchanges = 1 - handle_->num_exchanges;

  Inbox inbox;
  std::vector<MPI_Request> requests;
  for (const auto& message : outgoing) {
    if (message.first < 0 || message.first >= size_)
      throw Error::internal(fmt::format("a message for rank {} of {}", message.first, size_));
    if (message.first == rank_)
      inbox.deliver(rank_, message.second);
    else
      start_sending(mpi(), message, tag, requests);
  }
  MPI_Request barrier = MPI_REQUEST_NULL;
  bool is_in_barrier = false;
  for (int done = 0; done == 0;) {
    int found = 0;
    MPI_Status status;
    check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, tag, mpi(), &found, &status), "MPI_Iprobe");
    if (found != 0) inbox.receive(mpi(), status);
    if (is_in_barrier) {
      check_mpi(MPI_Test(&barrier, &done, MPI_STATUS_IGNORE), "MPI_Test");
    } else if (all_done(requests)) {
      if (size_ > 1) count_collective(0);
      check_mpi(MPI_Ibarrier(mpi(), &barrier), "MPI_Ibarrier");
      is_in_barrier = true;
    }
  }
  return inbox.take();
}

namespace {

void append(std::vector<std::byte>& bytes, const void* data, std::size_t length) {
  const auto* begin = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), begin, begin + length);
}

std::vector<std::byte> pack(const std::set<std::string>& texts) {
  std::vector<std::byte> bytes;
  for (const auto& text : texts) {
    const std::uint64_t length = text.size();
    append(bytes, &length, sizeof length);
    append(bytes, text.data(), text.size());
  }
  return bytes;
}

void unpack(const std::byte* bytes, std::size_t size, std::set<std::string>& texts) {
  for (std::size_t at = 0; at < size;) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes + at, sizeof length);
    at += sizeof length;
    texts.emplace(reinterpret_cast<const char*>(bytes + at), length);
    at += length;
  }
}

void keep_first(std::set<std::string>& texts, std::size_t limit) {
  while (texts.size() > limit) texts.erase(std::prev(texts.end()));
}

}  // namespace

std::vector<std::string> merge_texts(const Comm& comm, const std::vector<std::string>& texts, std::size_t limit) {
  std::set<std::string> merged(texts.begin(), texts.end());
  keep_first(merged, limit);
  for (std::int64_t distance = 1; distance < comm.size(); distance *= 2) {
    std::vector<Comm::Message> outgoing;
    if (comm.rank() % (2 * distance) == distance)
      outgoing.emplace_back(comm.rank() - static_cast<int>(distance), pack(merged));
    for (const auto& [rank, bytes] : comm.sparse_exchange(outgoing)) unpack(bytes.data(), bytes.size(), merged);
    keep_first(merged, limit);
  }
  std::vector<std::byte> bytes = comm.is_root() ? pack(merged) : std::vector<std::byte>{};
  std::uint64_t size = bytes.size();
  comm.broadcast(size);
  bytes.resize(size);
  comm.broadcast_bytes(bytes.data(), size);
  merged.clear();
  unpack(bytes.data(), bytes.size(), merged);
  return {merged.begin(), merged.end()};
}

}  // namespace tessera
