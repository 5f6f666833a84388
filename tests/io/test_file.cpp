#include <sys/stat.h>
#include <unistd.h>

#include "base/agree.hpp"
#include "data/io/file.hpp"
#include "data/io/hash.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// A folder of this rank's own.
std::string own_folder() {
  const std::string folder = scratch_folder() + "/" + std::to_string(comm().rank());
  make_folder(folder);
  return folder;
}

struct WithFault {
  WithFault(Fault fault, std::int64_t call) { set_fault(fault, call); }
  ~WithFault() { set_fault(Fault::none); }
};

}  // namespace

TEST_CASE("texts are written, appended to and cut back", "[io]") {
  const std::string folder = own_folder(), path = folder + "/a.txt";
  write_text_atomically(path, "one\n");
  append_text(path, "two\n");
  REQUIRE(read_text(path, 100) == "one\ntwo\n");
  REQUIRE(file_size(path) == 8);
  truncate_file(path, 4);
  REQUIRE(read_text(path, 4) == "one\n");
  REQUIRE_THROWS_WITH(read_text(path, 3), Contains("a.txt: the file is longer than 3 bytes"));
  write_text_atomically(path, "");
  REQUIRE(read_text(path, 0).empty());
  REQUIRE(!read_text("/proc/self/stat", 100000).empty());
  append_text(folder + "/new.txt", std::string(3000000, 'x'));
  REQUIRE(read_text(folder + "/new.txt", 3000000) == std::string(3000000, 'x'));
  sync_file(path);
  sync_folder(folder);
  const std::vector<std::string> names{"a.txt", "new.txt"};
  REQUIRE(list_folder(folder) == names);
}

TEST_CASE("folders and files come and go", "[io]") {
  const std::string folder = own_folder();
  make_folder(folder + "/a/b/c");
  make_folder(folder + "/a/b/c");
  append_text(folder + "/a/b/file", "x");
  REQUIRE((path_exists(folder + "/a/b/file") && path_exists(folder + "/a") && !path_exists(folder + "/b")));
  REQUIRE(!path_exists(folder + "/a/b/file/below"));
  rename_path(folder + "/a", folder + "/b");
  REQUIRE(::symlink("/", (folder + "/b/link").c_str()) == 0);
  remove_tree(folder + "/b");
  remove_tree(folder + "/b");
  REQUIRE(list_folder(folder).empty());
  REQUIRE(list_folder(folder + "/none").empty());
  REQUIRE(path_exists("/tmp"));
}

TEST_CASE("failures name the path and the reason", "[io]") {
  const std::string folder = own_folder(), none = folder + "/none/x";
  REQUIRE_THROWS_WITH(read_text(none, 10), Contains(none + ": cannot open: No such file"));
  REQUIRE_THROWS_WITH(file_size(none), Contains(none + ": cannot open: No such file"));
  REQUIRE_THROWS_WITH(file_size(folder), Contains(folder + ": not a regular file"));
  REQUIRE_THROWS_WITH(read_text(folder, 10), Contains(folder + ": cannot read: Is a directory"));
  REQUIRE_THROWS_WITH(write_text_atomically(none, "x"), Contains(none + ".new: cannot open: No such file"));
  REQUIRE_THROWS_WITH(rename_path(none, folder + "/y"), Contains(none + ": cannot rename: No such file"));
  append_text(folder + "/file", "12345678");
  REQUIRE_THROWS_WITH(make_folder(folder + "/file/below"), Contains("cannot create: Not a directory"));
  REQUIRE_THROWS_WITH(list_folder(folder + "/file"), Contains("cannot list: Not a directory"));
  char buffer[16];
  REQUIRE_THROWS_WITH(read_bytes(folder + "/file", 4, buffer, 16), Contains("file: the file ends at byte 8"));
  read_bytes(folder + "/file", 4, buffer, 4);
  REQUIRE(std::string(buffer, 4) == "5678");
  REQUIRE_THROWS_WITH(reserve_space(folder + "/file", std::int64_t{1} << 61),
                      Contains("file: cannot reserve enough space: "));
  reserve_space(folder + "/file", 100000);
  REQUIRE(file_size(folder + "/file") == 8);
}

TEST_CASE("every call of a text's replacement may fail: readers see the old text", "[io]") {
  const std::string folder = own_folder(), path = folder + "/a.txt";
  write_text_atomically(path, "old");
  std::int64_t failures = 0;
  for (std::int64_t call = 1;; ++call) {
    bool has_failed = false;
    {
      const WithFault fault(Fault::fail, call);
      try {
        write_text_atomically(path, "new");
      } catch (const Error& error) {
        has_failed = true;
        REQUIRE(error.kind() == ErrorKind::io);
        REQUIRE_THAT(error.what(), Contains("No space left on device"));
      }
    }
    REQUIRE(list_folder(folder) == std::vector<std::string>{"a.txt"});
    REQUIRE(read_text(path, 10) == (has_failed ? "old" : "new"));
    if (!has_failed) break;
    ++failures;
  }
  REQUIRE(failures == 5);  // open, write, fsync, close, rename
}

TEST_CASE("a text is appended whole or not at all", "[io]") {
  const std::string path = own_folder() + "/a.txt";
  append_text(path, "one\n");
  for (std::int64_t call = 1; call <= 3; ++call) {
    const WithFault fault(Fault::fail, call);
    REQUIRE_THROWS_WITH(append_text(path, "two\n"), Contains("a.txt: cannot"));
  }
  REQUIRE(read_all(path) == "one\n");
  {
    const WithFault fault(Fault::short_write, 3);
    append_text(path, "two\n");
    REQUIRE(num_fault_calls() == 5);  // open, stat, half, the other half, close
  }
  REQUIRE(read_all(path) == "one\ntwo\n");
}

TEST_CASE("hashes of parts add up, and notice every exchange", "[io]") {
  std::vector<double> values{1.0, 2.0, 0.0, -0.0, 5.0};
  const auto whole = hash_values(values.data(), 5, 10);
  REQUIRE(whole == hash_values(values.data(), 2, 10) + hash_values(values.data() + 2, 3, 12));
  std::swap(values[2], values[3]);
  REQUIRE(whole != hash_values(values.data(), 5, 10));
  REQUIRE(hash_text("a") != hash_text("b"));
  REQUIRE(hash_text("").size() == 16);

  const std::string path = scratch_folder() + "/file";
  std::string content(100003, 'x');
  agree(comm(), [&] {
    if (comm().is_root()) write_all(path, content);
  });
  const auto hash = hash_file(comm(), path, 100003);
  const Comm alone = comm().split(comm().rank());
  REQUIRE_ALL(hash_file(alone, path, 100003) == hash);
  REQUIRE_THROWS_WITH(hash_file(comm(), path, 200000), Contains("the file ends at byte"));
  comm().barrier();
  content.back() = 'y';
  agree(comm(), [&] {
    if (comm().is_root()) write_all(path, content);
  });
  REQUIRE(hash_file(comm(), path, 100003) != hash);
}
