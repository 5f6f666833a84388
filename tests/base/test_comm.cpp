#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

/// Content that tells sender, receiver, round and place.
std::vector<std::byte> content(int from, int to, int round, std::size_t length) {
  std::vector<std::byte> bytes(length);
  std::uint32_t state = static_cast<std::uint32_t>(from * 1000003 + to * 10007 + round * 101 + 1);
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

}  // namespace

TEST_CASE("reductions agree with arithmetic", "[base]") {
  const auto& comm = test::comm();
  const int size = comm.size();
  REQUIRE(comm.all_reduce(comm.rank() + 1, Op::sum) == size * (size + 1) / 2);
  REQUIRE(comm.all_reduce(std::int64_t{1} << 40, Op::max) == std::int64_t{1} << 40);
  REQUIRE(comm.all_reduce(std::numeric_limits<std::uint64_t>::max() - static_cast<unsigned>(comm.rank()), Op::min) ==
          std::numeric_limits<std::uint64_t>::max() - static_cast<unsigned>(size - 1));
  double values[3] = {1.0 * comm.rank(), -1.0 * comm.rank(), 0.5};
  comm.all_reduce(values, 3, Op::max);
  REQUIRE(values[0] == size - 1);
  REQUIRE(values[1] == 0.0);
  REQUIRE(values[2] == 0.5);
  comm.all_reduce(values, 0, Op::sum);
  REQUIRE(values[2] == 0.5);
}

TEST_CASE("the exclusive sum starts at zero", "[base]") {
  const auto& comm = test::comm();
  const std::int64_t rank = comm.rank();
  REQUIRE_ALL(comm.exclusive_sum(std::int64_t{1} << 33) == rank * (std::int64_t{1} << 33));
  REQUIRE_ALL(comm.exclusive_sum(rank) == rank * (rank - 1) / 2);
}

TEST_CASE("broadcasts reach every rank at any length", "[base]") {
  const auto& comm = test::comm();
  const int root = comm.size() - 1;
  std::string text = comm.rank() == root ? "from the last" : "something longer that is replaced";
  comm.broadcast(text, root);
  REQUIRE_ALL(text == "from the last");
  std::string nothing = comm.is_root() ? "" : "old";
  comm.broadcast(nothing);
  REQUIRE_ALL(nothing.empty());
  const std::size_t several_pieces = (std::size_t{1} << 25) + 3;
  const auto expected = content(root, 0, 0, several_pieces);
  auto bytes = comm.rank() == root ? expected : std::vector<std::byte>(several_pieces);
  comm.broadcast_bytes(bytes.data(), bytes.size(), root);
  REQUIRE_ALL(bytes == expected);
}

TEST_CASE("gathering gives one value a rank in order", "[base]") {
  const auto& comm = test::comm();
  struct Item {
    int rank;
    double square;
  };
  const auto all = comm.all_gather(Item{comm.rank(), 1.0 * comm.rank() * comm.rank()});
  bool is_right = static_cast<int>(all.size()) == comm.size();
  for (int rank = 0; rank < static_cast<int>(all.size()); ++rank) {
    const auto& item = all[static_cast<std::size_t>(rank)];
    is_right = is_right && item.rank == rank && item.square == 1.0 * rank * rank;
  }
  REQUIRE_ALL(is_right);
}

TEST_CASE("a communicator splits into groups that work alone", "[base]") {
  const auto& comm = test::comm();
  const Comm group = comm.split(comm.rank() % 2);
  REQUIRE_ALL(group.rank() == comm.rank() / 2);
  REQUIRE_ALL(group.size() == (comm.size() + 1 - comm.rank() % 2) / 2);
  REQUIRE_ALL(group.all_reduce(1, Op::sum) == group.size());
  const Comm copy = group;  // NOLINT: shares what it copies
  REQUIRE_ALL(copy.mpi() == group.mpi());
  REQUIRE_THROWS_WITH(comm.split(-1), "a communicator was split with the colour -1");
}

TEST_CASE("a sparse exchange without messages ends", "[base]") {
  for (int round = 0; round < 10; ++round) REQUIRE_ALL(test::comm().sparse_exchange({}).empty());
}

TEST_CASE("a sparse exchange delivers to oneself, several to one, and empty messages", "[base]") {
  const auto& comm = test::comm();
  std::vector<Comm::Message> outgoing;
  outgoing.emplace_back(comm.rank(), content(comm.rank(), comm.rank(), 0, 5));
  for (const std::size_t length : {7, 0, 3}) outgoing.emplace_back(0, content(comm.rank(), 0, 0, length));
  const auto received = comm.sparse_exchange(outgoing);
  std::vector<Comm::Message> expected;
  for (int from = 0; from < comm.size(); ++from) {
    if (from == comm.rank()) expected.emplace_back(from, content(from, from, 0, 5));
    if (comm.is_root())
      for (const std::size_t length : {7, 0, 3}) expected.emplace_back(from, content(from, 0, 0, length));
  }
  REQUIRE_ALL(received == expected);
}

TEST_CASE("successive sparse exchanges do not mix", "[base]") {
  const auto& comm = test::comm();
  bool is_right = true;
  for (int round = 0; round < 200; ++round) {
    // Each round another set of pairs: from -> to when this number says so.
    const auto sends = [&](int from, int to) { return (from * 7 + to * 3 + round) % 3 != 0; };
    const auto length = [&](int from) { return static_cast<std::size_t>((from + 1) * round % 97); };
    std::vector<Comm::Message> outgoing, expected;
    for (int other = 0; other < comm.size(); ++other) {
      if (sends(comm.rank(), other))
        outgoing.emplace_back(other, content(comm.rank(), other, round, length(comm.rank())));
      if (sends(other, comm.rank())) expected.emplace_back(other, content(other, comm.rank(), round, length(other)));
    }
    is_right = comm.sparse_exchange(outgoing) == expected && is_right;
  }
  REQUIRE_ALL(is_right);
}

TEST_CASE("messages of several pieces arrive whole", "[base]") {
  const auto& comm = test::comm();
  const std::size_t piece = std::size_t{1} << 24;
  const int next = (comm.rank() + 1) % comm.size();
  const int previous = (comm.rank() + comm.size() - 1) % comm.size();
  for (const std::size_t length : {piece - 1, piece, 2 * piece + 17}) {
    const auto received =
        comm.sparse_exchange({{next, content(comm.rank(), next, 1, length)}, {next, content(0, next, 2, 9)}});
    REQUIRE_ALL(received == std::vector<Comm::Message>{{previous, content(previous, comm.rank(), 1, length)},
                                                       {previous, content(0, comm.rank(), 2, 9)}});
  }
}

TEST_CASE("a message for a rank that does not exist is refused", "[base]") {
  const auto& comm = test::comm();
  REQUIRE_THROWS_AS(comm.sparse_exchange({{comm.size(), {}}}), Error);
  REQUIRE_ALL(comm.sparse_exchange({}).empty());
}

TEST_CASE("the union of texts is sorted, complete and the same everywhere", "[base]") {
  const auto& comm = test::comm();
  const auto texts = merge_texts(comm, {"common", "of rank " + std::to_string(comm.rank()), "common"}, 100);
  std::vector<std::string> expected{"common"};
  for (int rank = 0; rank < comm.size(); ++rank) expected.push_back("of rank " + std::to_string(rank));
  REQUIRE_ALL(texts == expected);
  REQUIRE_ALL(merge_texts(comm, {"b", "a", ""}, 2) == std::vector<std::string>{"", "a"});
  REQUIRE_ALL(merge_texts(comm, {}, 5).empty());
}

TEST_CASE("an error of MPI becomes one of ours", "[base]") {
  int value = 0;
  const int code = MPI_Bcast(&value, 1, MPI_INT, -5, test::comm().mpi());
  REQUIRE_THROWS_AS(check_mpi(code, "MPI_Bcast"), Error);
}
