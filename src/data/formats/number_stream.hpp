// Small text files that all ranks need: lines, and numbers that run on over line ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"

namespace tessera::data {

/// The lines of a file of at most 256 MiB. Local. Throws Error (input).
std::vector<std::string> read_small_file(const std::string& path);

/// Goes through lines word by word. All errors name the file and the line.
class NumberStream {
 public:
  NumberStream(std::string path, std::vector<std::string> lines) : path_(std::move(path)), lines_(std::move(lines)) {}

  const std::string& path() const { return path_; }
  /// Of the word or line that was read last, from 1.
  std::int64_t line_number() const { return line_number_; }
  /// Words and blanks that are left, at least.
  std::int64_t bytes_left() const;

  /// The next whole line; what is left of the present one must be blank. Throws at the end of the file.
  const std::string& line(std::string_view what);
  /// Words of the next line, which must have so many at least.
  std::vector<std::string_view> words(std::size_t at_least, std::string_view what);
  /// So many numbers, over as many lines as it takes; then the line must end. Room is made only for what can be there.
  std::vector<double> reals(std::int64_t count, const std::string& what);
  /// Nothing but blanks must follow.
  void end();

  /// An input error at the line read last.
  [[noreturn]] void fail(std::string_view text) const;
  double real(std::string_view word, std::string_view what) const;
  double positive(std::string_view word, std::string_view what) const;
  std::int64_t integer(std::string_view word, std::string_view what, std::int64_t low, std::int64_t high) const;

 private:
  std::string path_;
  std::vector<std::string> lines_;
  std::size_t next_ = 0;  // line
  std::int64_t line_number_ = 0;
};

/// Collective. Numbers and words of the first rank to all.
void broadcast_to_all(const Comm& comm, std::vector<double>& values);
void broadcast_to_all(const Comm& comm, std::vector<std::string>& words);

}  // namespace tessera::data
