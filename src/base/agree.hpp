// Do, then agree: work that may fail on some ranks only ends with the same outcome on all of them.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/comm.hpp"
#include "base/error.hpp"

namespace tessera {

/// What went wrong on this rank, if anything.
struct Outcome {
  std::optional<Error> error;
};

/// The error that an exception stands for (std::bad_alloc, std::filesystem_error... become Error).
Error to_error(std::exception_ptr exception);

/// Collective. If any rank has an error, every rank throws that of the lowest failing rank.
void agree(const Comm& comm, const Outcome& outcome);

/// Collective. Runs `work` here (it must not communicate); if it threw on any rank, every rank throws the same Error.
template <class Work>
requires std::is_invocable_v<Work>
auto agree(const Comm& comm, Work&& work) {
  using Result = std::invoke_result_t<Work>;
  Outcome outcome;
  if constexpr (std::is_void_v<Result>) {
    try {
      work();
    } catch (...) {
      outcome.error = to_error(std::current_exception());
    }
    agree(comm, outcome);
  } else {
    std::optional<Result> result;
    try {
      result.emplace(work());
    } catch (...) {
      outcome.error = to_error(std::current_exception());
    }
    agree(comm, outcome);
    return std::move(*result);
  }
}

}  // namespace tessera
