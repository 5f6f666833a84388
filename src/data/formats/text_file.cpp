#include "data/formats/text_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/agree.hpp"
#include "data/io/file.hpp"

namespace tessera::data {

namespace {

constexpr std::int64_t block_bytes = std::int64_t{1} << 16;
constexpr std::int64_t first_chunk_bytes = std::int64_t{1} << 12;
constexpr std::int64_t largest_chunk_bytes = std::int64_t{1} << 20;

std::string reason(int code) { return std::strerror(code); }

std::int64_t share_begin(const LineRange& range, int rank, int size) {
  const std::int64_t bytes = range.end - range.begin;
  return range.begin + bytes / size * rank + bytes % size * rank / size;
}

/// Hands out the lines that begin in [begin, end) of a file, chunk by chunk.
class LineScanner {
 public:
  LineScanner(const TextFile& file, std::int64_t begin, std::int64_t end) : file_(file), at_(begin), end_(end) {
    if (begin >= end || begin == 0) return;
    at_ = begin - 1;  // the line may begin exactly here, behind a line end
    std::string_view skipped;
    next(skipped, true);
  }

  /// The next line without its end; false behind the last one. A line that is too long throws Error (input), once.
  bool next(std::string_view& line) { return next(line, false); }
  std::int64_t line_begin() const { return line_begin_; }

 private:
  bool next(std::string_view& line, bool skip) {
    if (at_ >= end_) return false;
    line_begin_ = at_;
    bool is_too_long = false;
    std::int64_t length = 0;
    for (;;) {
      const std::size_t from = cursor_ + static_cast<std::size_t>(length);
      const std::size_t newline = buffer_.find('\n', from);
      if (newline != std::string::npos) {
        length = static_cast<std::int64_t>(newline - cursor_) + 1;
        break;
      }
      length = static_cast<std::int64_t>(buffer_.size() - cursor_);
      if (length > max_line_bytes) {
        is_too_long = true;
        at_ += length;
        cursor_ = 0;
        buffer_.clear();
        length = 0;
      }
      if (!fill()) break;
    }
    line = std::string_view(buffer_).substr(cursor_, static_cast<std::size_t>(length));
    at_ += length;
    cursor_ += static_cast<std::size_t>(length);
    if ((is_too_long || length > max_line_bytes) && !skip)
      throw Error::input(fmt::format("the line is longer than {} bytes", max_line_bytes));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    return true;
  }

  bool fill() {
    buffer_.erase(0, cursor_);
    cursor_ = 0;
    const std::size_t old = buffer_.size();
    const std::int64_t offset = at_ + static_cast<std::int64_t>(old);
    const std::int64_t bytes = std::min(chunk_bytes_, file_.size() - offset);
    chunk_bytes_ = std::min(2 * chunk_bytes_, largest_chunk_bytes);
    if (bytes <= 0) return false;
    buffer_.resize(old + static_cast<std::size_t>(bytes));
    if (file_.read(offset, buffer_.data() + old, bytes) < bytes)
      throw Error::io(fmt::format("{}: the file became shorter while it was read", file_.path()));
    return true;
  }

  const TextFile& file_;
  std::int64_t at_, end_;
  std::int64_t line_begin_ = 0;
  std::int64_t chunk_bytes_ = first_chunk_bytes;
  std::string buffer_;
  std::size_t cursor_ = 0;
};

}  // namespace

TextFile::TextFile(const std::string& path) : path_(path) {
  if (next_fault("open", path) != Fault::none)
    throw Error::io(fmt::format("{}: cannot open: {}", path, reason(ENOSPC)));
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw Error::input(fmt::format("{}: cannot open: {}", path, reason(errno)));
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error::input(fmt::format("{}: not a regular file", path));
  }
  size_ = status.st_size;
}

TextFile::TextFile(TextFile&& other) noexcept
    : path_(std::move(other.path_)), size_(other.size_), descriptor_(other.descriptor_) {
  other.descriptor_ = -1;
}

TextFile::~TextFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::int64_t TextFile::read(std::int64_t offset, char* buffer, std::int64_t bytes) const {
  std::int64_t done = 0;
  while (done < bytes) {
    if (next_fault("read", path_) != Fault::none)
      throw Error::io(fmt::format("{}: cannot read: {}", path_, reason(EIO)));
    const auto count = ::pread(descriptor_, buffer + done, static_cast<std::size_t>(bytes - done), offset + done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error::io(fmt::format("{}: cannot read: {}", path_, reason(errno)));
    if (count == 0) break;
    done += count;
  }
  return done;
}

TextFile open_text(const Comm& comm, const std::string& path) {
  return agree(comm, [&] { return TextFile(path); });
}

Error line_error(const std::string& path, std::int64_t line, std::string_view text) {
  return Error::input(fmt::format("{}:{}: {}", path, line, text));
}

void agree_on_lines(const Comm& comm, const std::string& path, const std::optional<LineProblem>& problem) {
  const std::int64_t none = std::numeric_limits<std::int64_t>::max();
  const std::int64_t lowest = comm.all_reduce(problem ? problem->line : none, Op::min);
  if (lowest == none) return;
  Outcome outcome;
  if (problem && problem->line == lowest) outcome.error = line_error(path, lowest, problem->text);
  agree(comm, outcome);
}

std::int64_t for_each_line(const Comm& comm, const TextFile& file, const LineRange& range,
                           const std::function<void(const TextLine&)>& visit) {
  std::int64_t count = 0;
  std::optional<LineProblem> problem;
  agree(comm, [&] {
    LineScanner scanner(file, share_begin(range, comm.rank(), comm.size()),
                        share_begin(range, comm.rank() + 1, comm.size()));
    for (bool more = true; more;) {
      std::string_view line;
      try {
        more = scanner.next(line);
        if (more && !problem) visit({line, scanner.line_begin(), count});
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        if (!problem) problem = LineProblem{count, error.what()};
      }
      count += more ? 1 : 0;
    }
  });
  const std::int64_t first = range.first_line + comm.exclusive_sum(count);
  if (problem) problem->line += first;
  agree_on_lines(comm, file.path(), problem);
  return first;
}

std::vector<std::string> read_lines(const TextFile& file, const LineRange& range) {
  std::vector<std::string> lines;
  LineScanner scanner(file, range.begin, range.end);
  try {
    for (std::string_view line; scanner.next(line);) lines.emplace_back(line);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) throw;
    throw line_error(file.path(), range.first_line + static_cast<std::int64_t>(lines.size()), error.what());
  }
  return lines;
}

LineIndex::LineIndex(const Comm& comm, const TextFile& file) : comm_(comm), file_(file) {
  const LineRange all{0, file.size(), 1};
  begin_ = share_begin(all, comm.rank(), comm.size());
  end_ = share_begin(all, comm.rank() + 1, comm.size());
  std::int64_t count = 0;
  agree(comm, [&] {
    std::string block(static_cast<std::size_t>(block_bytes), '\0');
    bool is_line_begin = true;
    if (begin_ > 0) {
      char previous = 0;
      file.read(begin_ - 1, &previous, 1);
      is_line_begin = previous == '\n';
    }
    for (std::int64_t offset = begin_; offset < end_; offset += block_bytes) {
      block_first_.push_back(count);
      const std::int64_t bytes = file.read(offset, block.data(), std::min(block_bytes, end_ - offset));
      for (std::int64_t i = 0; i < bytes; ++i) {
        count += is_line_begin ? 1 : 0;
        is_line_begin = block[static_cast<std::size_t>(i)] == '\n';
      }
    }
    block_first_.push_back(count);
  });
  first_ = comm.exclusive_sum(count);
  num_lines_ = comm.all_reduce(count, Op::sum);
}

std::optional<std::int64_t> LineIndex::find_here(std::int64_t n) const {
  const std::int64_t wanted = n - first_;
  if (wanted < 0 || wanted >= block_first_.back()) return std::nullopt;
  const auto block = std::upper_bound(block_first_.begin(), block_first_.end(), wanted) - block_first_.begin() - 1;
  std::int64_t number = block_first_[static_cast<std::size_t>(block)];
  const std::int64_t begin = begin_ + block * block_bytes;
  LineScanner scanner(file_, begin, std::min(begin + block_bytes, end_));
  for (std::string_view line;;) {
    bool more = true;
    try {
      more = scanner.next(line);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::input) throw;  // too long: still a line
    }
    if (!more) throw Error::io(fmt::format("{}: the file changed while it was read", file_.path()));
    if (number++ == wanted) return scanner.line_begin();
  }
}

std::int64_t LineIndex::offset(std::int64_t n) const {
  if (n >= num_lines_) return file_.size();
  const auto here = agree(comm_, [&] { return find_here(n); });
  return comm_.all_reduce(here ? *here : std::int64_t{-1}, Op::max);
}

std::string LineIndex::line(std::int64_t n) const {
  const std::int64_t begin = offset(n);
  std::string text;
  agree(comm_, [&] {
    if (!comm_.is_root()) return;
    const auto lines = read_lines(file_, {begin, std::min(begin + 1, file_.size()), n + 1});
    if (!lines.empty()) text = lines[0];
  });
  comm_.broadcast(text);
  return text;
}

namespace {

void write_at(int descriptor, const std::string& path, std::string_view text, std::int64_t offset) {
  while (!text.empty()) {
    const Fault fault = next_fault("write", path);
    if (fault == Fault::fail) throw Error::io(fmt::format("{}: cannot write: {}", path, reason(ENOSPC)));
    const std::size_t wanted = fault == Fault::short_write ? text.size() / 2 : text.size();
    const auto count = ::pwrite(descriptor, text.data(), wanted, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error::io(fmt::format("{}: cannot write: {}", path, reason(errno)));
    text.remove_prefix(static_cast<std::size_t>(count));
    offset += count;
  }
}

/// Closes on every way out; the explicit close() reports what the file system still had to say.
class OutputFile {
 public:
  OutputFile(const std::string& path, bool truncate) : path_(path) {
    if (next_fault("open", path) != Fault::none)
      throw Error::io(fmt::format("{}: cannot create: {}", path, reason(ENOSPC)));
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (truncate ? O_TRUNC : 0), 0666);
    if (descriptor_ < 0) throw Error::io(fmt::format("{}: cannot create: {}", path, reason(errno)));
  }
  ~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  int descriptor() const { return descriptor_; }
  void close() {
    if (next_fault("fsync", path_) != Fault::none || ::fsync(descriptor_) != 0)
      throw Error::io(fmt::format("{}: cannot write: {}", path_, reason(errno == 0 ? ENOSPC : errno)));
    const int code = ::close(descriptor_);
    descriptor_ = -1;
    if (code != 0) throw Error::io(fmt::format("{}: cannot close: {}", path_, reason(errno)));
  }

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace

void write_text_parts(const Comm& comm, const std::string& path, const std::vector<std::string>& texts) {
  const std::string aside = path + ".new";
  agree(comm, [&] {
    if (comm.is_root()) OutputFile(aside, true).close();
  });
  std::vector<std::int64_t> offsets;
  std::int64_t end = 0;
  for (const auto& text : texts) {
    const auto bytes = static_cast<std::int64_t>(text.size());
    offsets.push_back(end + comm.exclusive_sum(bytes));
    end += comm.all_reduce(bytes, Op::sum);
  }
  agree(comm, [&] {
    OutputFile file(aside, false);
    for (std::size_t n = 0; n < texts.size(); ++n) write_at(file.descriptor(), aside, texts[n], offsets[n]);
    file.close();
  });
  agree(comm, [&] {
    if (comm.is_root()) rename_path(aside, path);
  });
}

}  // namespace tessera::data
