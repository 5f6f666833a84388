#include "run/agreement_round.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

using namespace tessera;
using run::AgreementRound;
using run::Requests;
using run::StopReason;

TEST_CASE("all ranks read the largest of what was raised", "[run]") {
  const Comm& comm = test::comm();
  sim::Agreement agreement;
  agreement.raise(0, comm.rank() + 0.5);
  agreement.raise(0, 0.25);
  if (comm.rank() == comm.size() / 2) agreement.raise(3, 1e300);
  const Requests asked = AgreementRound::run(comm, agreement, {});
  REQUIRE_ALL(agreement.raised(0) == comm.size() - 0.5);
  REQUIRE_ALL(agreement.raised(1) == 0.0);
  REQUIRE_ALL(agreement.raised(3) == 1e300);
  REQUIRE_ALL(asked.stop == StopReason::none && !asked.checkpoint);
}

TEST_CASE("a NaN on any rank is above all numbers", "[run]") {
  const Comm& comm = test::comm();
  for (int rank = 0; rank < comm.size(); ++rank) {
    sim::Agreement agreement;
    agreement.raise(
        1, comm.rank() == rank ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity());
    agreement.raise(2, std::numeric_limits<double>::infinity());
    AgreementRound::run(comm, agreement, {});
    REQUIRE_ALL(std::isnan(agreement.raised(1)));
    REQUIRE_ALL(std::isinf(agreement.raised(2)));
    REQUIRE_ALL(agreement.raised(0) == 0.0);
  }
}

TEST_CASE("a NaN stays when numbers follow it", "[run]") {
  sim::Agreement agreement;
  agreement.raise(0, std::numeric_limits<double>::quiet_NaN());
  agreement.raise(0, 3.0);
  AgreementRound::run(test::comm(), agreement, {});
  REQUIRE_ALL(std::isnan(agreement.raised(0)));
}

TEST_CASE("one rank's request is everybody's", "[run]") {
  const Comm& comm = test::comm();
  for (int rank = 0; rank < comm.size(); ++rank) {
    sim::Agreement agreement;
    const bool is_it = comm.rank() == rank;
    const Requests asked = AgreementRound::run(comm, agreement, {is_it ? StopReason::signal : StopReason::none, is_it});
    REQUIRE_ALL(asked.stop == StopReason::signal && asked.checkpoint);
  }
}

TEST_CASE("of several reasons to stop the same one wins everywhere", "[run]") {
  const Comm& comm = test::comm();
  sim::Agreement agreement;
  const auto mine = comm.rank() == comm.size() - 1 ? StopReason::signal : StopReason::wall_limit;
  REQUIRE_ALL(AgreementRound::run(comm, agreement, {mine, false}).stop == StopReason::signal);
}

TEST_CASE("one rank's error is thrown on all, the lowest rank's if there are several", "[run]") {
  const Comm& comm = test::comm();
  for (int lowest = 0; lowest < comm.size(); ++lowest) {
    sim::Agreement agreement;
    if (comm.rank() >= lowest) {
      agreement.fail(Error::numeric("found by rank " + std::to_string(comm.rank())));
      agreement.fail(Error::io("what follows from it"));
    }
    ErrorKind kind = ErrorKind::internal;
    std::string message;
    try {
      AgreementRound::run(comm, agreement, {});
    } catch (const Error& error) {
      kind = error.kind();
      message = error.what();
    }
    REQUIRE_ALL(kind == ErrorKind::numeric);
    REQUIRE_ALL(message == "found by rank " + std::to_string(lowest));
  }
}
