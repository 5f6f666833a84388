#include "base/traffic.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "base/sum.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

Traffic since(const Traffic& before) {
  Traffic sent = traffic();
  sent -= before;
  return sent;
}

}  // namespace

TEST_CASE("messages to other ranks are counted where they are sent, those to oneself are not", "[base]") {
  const Comm& comm = test::comm();
  const Traffic before = traffic();
  // Rank r sends r + 1 bytes to every rank.
  std::vector<Comm::Message> outgoing;
  for (int rank = 0; rank < comm.size(); ++rank)
    outgoing.emplace_back(rank, std::vector<std::byte>(static_cast<std::size_t>(comm.rank()) + 1));
  comm.sparse_exchange(outgoing);
  const Traffic sent = since(before);
  REQUIRE_ALL(sent.messages == comm.size() - 1);
  REQUIRE_ALL(sent.bytes == (comm.size() - 1) * (comm.rank() + 1));
  REQUIRE_ALL(sent.collectives == (comm.size() > 1 ? 1 : 0));
  REQUIRE_ALL(sent.collective_bytes == 0);
}

TEST_CASE("collectives are counted apart, with this rank's part of the bytes", "[base]") {
  const Comm& comm = test::comm();
  const bool alone = comm.size() == 1;
  const auto expect = [&](const Traffic& sent, std::int64_t collectives, std::int64_t bytes) {
    REQUIRE_ALL(sent.messages == 0);
    REQUIRE_ALL(sent.bytes == 0);
    REQUIRE_ALL(sent.collectives == (alone ? 0 : collectives));
    REQUIRE_ALL(sent.collective_bytes == (alone ? 0 : bytes));
  };
  Traffic before = traffic();
  double values[3] = {};
  comm.all_reduce(values, 3, Op::sum);
  expect(since(before), 1, 24);

  before = traffic();
  ExactSum sums[2];
  all_reduce(comm, sums, 2);
  comm.barrier();
  comm.exclusive_sum(1);
  expect(since(before), 3, 32 + 0 + 8);

  before = traffic();
  std::string text = comm.is_root() ? "abc" : "";
  comm.broadcast(text);
  comm.all_gather(comm.rank());
  expect(since(before), 3, (comm.is_root() ? 8 + 3 : 0) + 4);
}
