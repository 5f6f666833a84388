// Large text files read and written by all ranks together: nobody holds the whole file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"

namespace tessera::data {

/// Longer lines are refused.
inline constexpr std::int64_t max_line_bytes = std::int64_t{1} << 20;

/// An open file, read at any place. Local.
class TextFile {
 public:
  /// Throws Error (input) if there is no such file or it is a folder.
  explicit TextFile(const std::string& path);
  ~TextFile();
  TextFile(TextFile&& other) noexcept;
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  TextFile& operator=(TextFile&&) = delete;

  const std::string& path() const { return path_; }
  std::int64_t size() const { return size_; }
  /// Fills `buffer` from `offset` on; returns the bytes read, fewer than asked for only at the end.
  std::int64_t read(std::int64_t offset, char* buffer, std::int64_t bytes) const;

 private:
  std::string path_;
  std::int64_t size_ = 0;
  int descriptor_ = -1;
};

/// Collective. Every rank opens the file, or all throw.
TextFile open_text(const Comm& comm, const std::string& path);

/// Whole lines of a file: bytes [begin, end), whose first line has this number (from 1).
struct LineRange {
  std::int64_t begin = 0, end = 0;
  std::int64_t first_line = 1;
};

/// "path:line: text" (input).
Error line_error(const std::string& path, std::int64_t line, std::string_view text);

/// Something wrong in a line of a file.
struct LineProblem {
  std::int64_t line = 0;
  std::string text;
};
/// Collective. If any rank has a problem, all throw that of the lowest line.
void agree_on_lines(const Comm& comm, const std::string& path, const std::optional<LineProblem>& problem);

/// One line without its end.
struct TextLine {
  std::string_view text;
  std::int64_t begin = 0;   ///< byte in the file
  std::int64_t number = 0;  ///< from 0 within this rank's share
};

/// Collective. Calls visit(line) for each line of this rank's share of the range (shares follow the order of ranks). An
/// Error thrown by visit becomes, on all ranks, one for the lowest such line, numbered. Returns the number of the first
/// line of this rank's share.
std::int64_t for_each_line(const Comm& comm, const TextFile& file, const LineRange& range,
                           const std::function<void(const TextLine&)>& visit);

/// Local: all lines of a range that is known to be small.
std::vector<std::string> read_lines(const TextFile& file, const LineRange& range);

/// Where the lines of a file begin. Each rank knows about its share only.
class LineIndex {
 public:
  /// Collective.
  LineIndex(const Comm& comm, const TextFile& file);

  std::int64_t num_lines() const { return num_lines_; }
  /// Collective. Where line n (from 0) begins; the file's size for n = num_lines().
  std::int64_t offset(std::int64_t n) const;
  /// Collective. The text of line n, the same on all ranks. Throws Error (input) if it is too long.
  std::string line(std::int64_t n) const;

 private:
  std::optional<std::int64_t> find_here(std::int64_t n) const;

  Comm comm_;
  const TextFile& file_;
  std::int64_t num_lines_ = 0;
  std::int64_t begin_ = 0, end_ = 0;       // bytes of this rank's share
  std::int64_t first_ = 0;                 // number of the first line that begins in it
  std::vector<std::int64_t> block_first_;  // likewise for each block of the share, and one behind the last
};

/// Collective. Writes texts[0] of all ranks in their order, then texts[1] and so on (as many on every rank), aside, and
/// renames the file into place. Throws Error (io); an older file of that name then stays.
void write_text_parts(const Comm& comm, const std::string& path, const std::vector<std::string>& texts);

}  // namespace tessera::data
