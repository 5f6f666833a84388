// Errors: one type, whose kind decides the exit status of the program.
#pragma once

#include <stdexcept>
#include <string>

namespace tessera {

/// Documented exit statuses of the program.
enum class ExitStatus : int { done = 0, failed = 1, bad_input = 2, resumable = 75 };

enum class ErrorKind : int {
  input,     ///< the user's deck, option or file is wrong (exit status 2)
  io,        ///< the system refused: disk full, permission, broken file system
  numeric,   ///< the simulation left what is physical: NaN, lost particle, blow-up
  internal,  ///< a mistake of ours
};

/// Says what happened, where (deck:line:column, file, dataset, particle id, step) and what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const { return kind_; }
  ExitStatus exit_status() const { return kind_ == ErrorKind::input ? ExitStatus::bad_input : ExitStatus::failed; }

  static Error input(const std::string& message) { return {ErrorKind::input, message}; }
  static Error io(const std::string& message) { return {ErrorKind::io, message}; }
  static Error numeric(const std::string& message) { return {ErrorKind::numeric, message}; }
  static Error internal(const std::string& message) { return {ErrorKind::internal, message}; }

 private:
  ErrorKind kind_;
};

}  // namespace tessera
