#include "data/io/file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace tessera::data {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int code) {
  throw Error::io(fmt::format("{}: cannot {}: {}", path, what, std::strerror(code)));
}

/// One call of the system: `call` returns a negative number and leaves errno if it fails.
template <class Call>
auto checked(const char* what, const std::string& path, const Call& call) {
  if (next_fault(what, path) != Fault::none) fail(path, what, ENOSPC);
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  if (result < 0) fail(path, what, errno);
  return result;
}

/// An open file; close() says what the file system still has to say, the destructor does not.
class File {
 public:
  File(const std::string& path, int flags) : path_(path) {
    descriptor_ = checked("open", path, [&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const Fault fault = next_fault("write", path_);
      if (fault == Fault::fail) fail(path_, "write", ENOSPC);
      const std::size_t wanted = fault == Fault::short_write ? text.size() / 2 : text.size();
      const auto count = ::write(descriptor_, text.data(), wanted);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(path_, "write", errno);
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void sync() const {
    checked("fsync", path_, [&] { return ::fsync(descriptor_); });
  }
  void close() {
    checked("close", path_, [&] {
      const int code = ::close(std::exchange(descriptor_, -1));
      return code < 0 && errno == EINTR ? 0 : code;  // it is closed all the same
    });
  }

 private:
  std::string path_;
  int descriptor_ = -1;
};

void require_exists(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0)
    throw Error::input(fmt::format("{}: cannot open: {}", path, std::strerror(errno)));
}

}  // namespace

std::string read_text(const std::string& path, std::int64_t max_bytes) {
  require_exists(path);
  File file(path, O_RDONLY);
  std::string text;
  for (std::size_t piece = 4096;; piece = std::min<std::size_t>(2 * piece, 1 << 20)) {
    const std::size_t old = text.size();
    text.resize(old + piece);
    const auto count = checked("read", path, [&] { return ::read(file.descriptor(), text.data() + old, piece); });
    text.resize(old + static_cast<std::size_t>(count));
    if (static_cast<std::int64_t>(text.size()) > max_bytes)
      throw Error::input(fmt::format("{}: the file is longer than {} bytes", path, max_bytes));
    if (count == 0) return text;
  }
}

void read_bytes(const std::string& path, std::int64_t offset, void* buffer, std::int64_t bytes) {
  const File file(path, O_RDONLY);
  for (std::int64_t done = 0; done < bytes;) {
    const auto count = checked("read", path, [&] {
      return ::pread(file.descriptor(), static_cast<char*>(buffer) + done, static_cast<std::size_t>(bytes - done),
                     offset + done);
    });
    if (count == 0) throw Error::io(fmt::format("{}: the file ends at byte {}", path, offset + done));
    done += count;
  }
}

void write_text_atomically(const std::string& path, std::string_view text) {
  const std::string aside = path + ".new";
  try {
    File file(aside, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(text);
    file.sync();
    file.close();
    rename_path(aside, path);
  } catch (const Error&) {
    ::unlink(aside.c_str());
    throw;
  }
}

bool create_text_atomically(const std::string& path, const std::string& aside, std::string_view text) {
  bool exists = false;
  try {
    File file(aside, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(text);
    file.sync();
    file.close();
    checked("link", path, [&] {
      const int status = ::link(aside.c_str(), path.c_str());
      exists = status != 0 && errno == EEXIST;
      return exists ? 0 : status;
    });
  } catch (const Error&) {
    ::unlink(aside.c_str());
    throw;
  }
  ::unlink(aside.c_str());
  return !exists;
}

void append_text(const std::string& path, std::string_view text) {
  File file(path, O_WRONLY | O_CREAT | O_APPEND);
  struct stat status {};
  checked("stat", path, [&] { return ::fstat(file.descriptor(), &status); });
  try {
    file.write(text);
  } catch (const Error&) {
    [[maybe_unused]] const int code = ::ftruncate(file.descriptor(), status.st_size);
    throw;
  }
  file.close();
}

void truncate_file(const std::string& path, std::int64_t bytes) {
  checked("truncate", path, [&] { return ::truncate(path.c_str(), bytes); });
}

void make_folder(const std::string& path) {
  if (next_fault("mkdir", path) != Fault::none) fail(path, "create", ENOSPC);
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (code) throw Error::io(fmt::format("{}: cannot create: {}", path, code.message()));
}

void remove_tree(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 && errno == ENOENT) return;
  if (!S_ISDIR(status.st_mode)) {
    checked("remove", path, [&] { return ::unlink(path.c_str()); });
    return;
  }
  for (const auto& name : list_folder(path)) remove_tree(path + "/" + name);
  checked("remove", path, [&] { return ::rmdir(path.c_str()); });
}

void rename_path(const std::string& from, const std::string& to) {
  checked("rename", from, [&] { return ::rename(from.c_str(), to.c_str()); });
}

void sync_file(const std::string& path) {
  File file(path, O_RDWR);
  file.sync();
  file.close();
}

void sync_folder(const std::string& path) {
  const File folder(path, O_RDONLY | O_DIRECTORY);
  checked("fsync", path, [&] {
    const int code = ::fsync(folder.descriptor());
    return code < 0 && (errno == EINVAL || errno == ENOTSUP) ? 0 : code;  // some file systems cannot
  });
}

bool path_exists(const std::string& path) {
  struct stat status {};
  return checked("stat", path, [&] {
           const int code = ::stat(path.c_str(), &status);
           return code < 0 ? (errno == ENOENT || errno == ENOTDIR ? 0 : -1) : 1;
         }) == 1;
}

std::vector<std::string> list_folder(const std::string& path) {
  if (next_fault("list", path) != Fault::none) fail(path, "list", EIO);
  std::vector<std::string> names;
  std::error_code code;
  std::filesystem::directory_iterator entry(path, code);
  for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code))
    names.push_back(entry->path().filename().string());
  if (code && code != std::errc::no_such_file_or_directory)
    throw Error::io(fmt::format("{}: cannot list: {}", path, code.message()));
  std::sort(names.begin(), names.end());
  return names;
}

std::int64_t file_size(const std::string& path) {
  require_exists(path);
  struct stat status {};
  checked("stat", path, [&] { return ::stat(path.c_str(), &status); });
  if (!S_ISREG(status.st_mode)) throw Error::input(path + ": not a regular file");
  return status.st_size;
}

void reserve_space(const std::string& path, std::int64_t bytes) {
  constexpr std::int64_t spare_bytes = std::int64_t{1} << 20;  // for what a format adds
  bytes += bytes > 0 ? spare_bytes : 0;
  File file(path, O_WRONLY);
  checked("reserve enough space", path, [&] {
    struct stat status {};
    if (bytes <= 0 || ::fstat(file.descriptor(), &status) != 0) return bytes <= 0 ? 0 : -1;
    const int code = ::fallocate(file.descriptor(), FALLOC_FL_KEEP_SIZE, status.st_size, bytes);
    if (code == 0 || (errno != EOPNOTSUPP && errno != ENOSYS)) return code;
    struct statvfs disk {};
    if (::fstatvfs(file.descriptor(), &disk) != 0) return 0;
    if (static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) >= static_cast<double>(bytes)) return 0;
    errno = ENOSPC;
    return -1;
  });
  file.close();
}

}  // namespace tessera::data
