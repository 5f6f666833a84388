#include "run/run_folder.hpp"

#include <optional>

#include "base/error.hpp"
#include "files.hpp"

using namespace tessera;
using run::FolderMode;
using run::RunFolder;
using test::put_file;

namespace {

bool exists(const std::string& path) { return std::filesystem::exists(path); }

/// A folder as a run leaves it.
std::string made_run() {
  const std::string path = test::scratch_folder();
  for (const char* name :
       {"deck.toml", "log.txt", "summary.json", "melt/series.csv", "melt/particles.h5", "checkpoint/step_1/state.h5"})
    put_file(path + "/" + name, "x");
  return path;
}

}  // namespace

TEST_CASE("a new folder is made with all above it, and taken while the run lasts", "[run]") {
  const std::string path = test::scratch_folder() + "/a/b";
  {
    const RunFolder folder(test::comm(), path, FolderMode::fresh);
    REQUIRE_ALL(exists(path + "/lock"));
    REQUIRE_ALL(folder.file("log.txt") == path + "/log.txt");
    REQUIRE_ALL(folder.stage_folder("melt") == path + "/melt");
  }
  test::comm().barrier();
  REQUIRE_ALL(!exists(path + "/lock"));
}

TEST_CASE("a folder that holds a run is not overwritten unasked", "[run]") {
  const std::string path = made_run();
  REQUIRE_THROWS_WITH(RunFolder(test::comm(), path, FolderMode::fresh),
                      Contains(path) && Contains("--resume") && Contains("--force") && Contains("--out"));
  REQUIRE_ALL(exists(path + "/checkpoint/step_1/state.h5"));
  REQUIRE_ALL(!exists(path + "/lock"));
}

TEST_CASE("what a run left is all there when it goes on, but for the request to stop", "[run]") {
  const std::string path = made_run();
  put_file(path + "/stop", "");
  const RunFolder folder(test::comm(), path, FolderMode::resume);
  REQUIRE_ALL(exists(path + "/checkpoint/step_1/state.h5") && exists(path + "/melt/series.csv"));
  REQUIRE_ALL(!exists(path + "/stop"));
}

TEST_CASE("force removes the run and nothing else", "[run]") {
  const std::string path = made_run();
  put_file(path + "/notes.txt", "of the user");
  put_file(path + "/plots/melt.png", "of the user");
  const RunFolder folder(test::comm(), path, FolderMode::force);
  for (const char* name : {"deck.toml", "log.txt", "summary.json", "melt", "checkpoint"})
    REQUIRE_ALL(!exists(path + "/" + name));
  REQUIRE_ALL(exists(path + "/notes.txt") && exists(path + "/plots/melt.png"));
}

TEST_CASE("there must be a run to go on with", "[run]") {
  const std::string path = test::scratch_folder();
  REQUIRE_THROWS_WITH(RunFolder(test::comm(), path, FolderMode::resume), Contains("no run here to go on with"));
  REQUIRE_THROWS_AS(RunFolder(test::comm(), path + "/nowhere", FolderMode::resume), Error);
  REQUIRE_ALL(!exists(path + "/nowhere"));
}

TEST_CASE("folders of other things are left alone, also by force", "[run]") {
  const std::string path = test::scratch_folder();
  put_file(path + "/thesis.tex", "");
  for (const auto mode : {FolderMode::fresh, FolderMode::force})
    REQUIRE_THROWS_WITH(RunFolder(test::comm(), path, mode), Contains("holds other things"));
  REQUIRE_ALL(!exists(path + "/lock"));
}

TEST_CASE("what a run leaves that died before its deck was there is no obstacle", "[run]") {
  const std::string path = test::scratch_folder();
  put_file(path + "/lock", "host 1 2 -\n");
  put_file(path + "/lock.new.host.1", "");
  put_file(path + "/deck.toml.new", "");
  // A lock of another host is refused; this test is about the folder.
  REQUIRE_THROWS_WITH(RunFolder(test::comm(), path, FolderMode::fresh), Contains("process 1 on host"));
  if (test::comm().is_root()) std::filesystem::remove(path + "/lock");
  test::comm().barrier();
  REQUIRE_NOTHROW(RunFolder(test::comm(), path, FolderMode::fresh));
}

TEST_CASE("a run that failed before its first step is no obstacle either", "[run]") {
  const std::string path = test::scratch_folder();
  for (const char* name : {"deck.toml", "log.txt", "summary.json", "stop"}) put_file(path + "/" + name, "x");
  const RunFolder folder(test::comm(), path, FolderMode::fresh);
  for (const char* name : {"deck.toml", "log.txt", "summary.json", "stop"}) REQUIRE_ALL(!exists(path + "/" + name));
}

TEST_CASE("two runs do not share a folder", "[run]") {
  const std::string path = test::scratch_folder();
  const RunFolder first(test::comm(), path, FolderMode::fresh);
  for (const auto mode : {FolderMode::fresh, FolderMode::force})
    REQUIRE_THROWS_WITH(RunFolder(test::comm(), path, mode), Contains("belongs to a run of process"));
  REQUIRE_ALL(exists(path + "/lock"));
}

TEST_CASE("a folder that cannot be made is an error of all ranks", "[run]") {
  const std::string path = test::scratch_folder();
  put_file(path + "/file", "");
  REQUIRE_THROWS_WITH(RunFolder(test::comm(), path + "/file/run", FolderMode::fresh), Contains(path + "/file/run"));
}
