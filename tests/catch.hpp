// What every test includes: Catch2, version 2 or 3, under MPI.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
inline auto Contains(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
#else
#include <catch2/catch.hpp>
using Catch::Matchers::Contains;
#endif
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

#include <string>

#include "base/comm.hpp"

namespace tessera::test {

/// All ranks of this test program.
const Comm& comm();

/// A file below tests/data.
std::string data_path(const std::string& name);

/// Collective. An empty folder that all ranks share; it is removed when the program ends.
std::string scratch_folder();

/// A condition that ranks judge for themselves and then agree on.
class Verdict {
 public:
  void hold(bool condition) { holds_ = condition; }
  /// To be called while an exception is handled.
  void note_exception();
  /// Collective. True if it holds on all ranks.
  bool agree();
  /// Ranks on which it does not hold, and the first exception among them.
  const std::string& explanation() const { return explanation_; }

 private:
  bool holds_ = false;
  std::string exception_, explanation_;
};

}  // namespace tessera::test

/// Collective. For what may differ between ranks: all of them go on, or all of them leave the test case.
#define REQUIRE_ALL(...)                                                    \
  do {                                                                      \
    tessera::test::Verdict tessera_verdict;                                 \
    try {                                                                   \
      tessera_verdict.hold(static_cast<bool>(__VA_ARGS__));                 \
    } catch (...) {                                                         \
      tessera_verdict.note_exception();                                     \
    }                                                                       \
    const bool holds_on_all_ranks = tessera_verdict.agree();                \
    INFO("REQUIRE_ALL(" #__VA_ARGS__ ")" << tessera_verdict.explanation()); \
    REQUIRE(holds_on_all_ranks);                                            \
  } while (false)
