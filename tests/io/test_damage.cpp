// Checkpoints that disks, crashes and strangers have changed.
#include <nlohmann/json.hpp>

#include "base/agree.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/file.hpp"
#include "data/io/hash.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

struct TwoCheckpoints {
  std::string folder = scratch_folder();
  std::string newest = folder + "/checkpoint/checkpoint_000002";
  std::string data = newest + "/data.h5", manifest = newest + "/manifest.json";
  TwoCheckpoints() {
    write_sample(comm(), folder, Sample(comm(), 20, 1));
    write_sample(comm(), folder, Sample(comm(), 20, 2));
    warnings_of(comm());
  }
  void change(const std::string& path, const std::function<void(std::string&)>& how) const {
    agree(comm(), [&] {
      if (!comm().is_root()) return;
      std::string content = read_all(path);
      how(content);
      write_all(path, content);
    });
  }
  /// The older one is used, and the log says why not the newer one.
  void require_older(const std::string& reason) const {
    const auto checkpoint = Checkpoint::open_newest(comm(), folder);
    REQUIRE(checkpoint->info().step == 1001);
    REQUIRE_ALL(rows_here(read_sample(comm(), *checkpoint)) == rows_here(Sample(comm(), 20, 1)));
    const std::string warnings = warnings_of(comm());
    REQUIRE_THAT(warnings, Contains("checkpoint_000002 is skipped: ") && Contains(reason));
  }
};

/// As a later program would write it: the checksum counts everything but itself.
std::string newer_manifest(const std::string& text, int version) {
  auto json = nlohmann::json::parse(text);
  json["version"] = version;
  json["unknown"] = "to us";
  json.erase("hash");
  json["hash"] = hash_text(json.dump());
  return json.dump(2);
}

}  // namespace

TEST_CASE("one flipped bit anywhere in a checkpoint's data is noticed", "[io]") {
  const TwoCheckpoints two;
  const std::size_t size = read_all(two.data).size();
  comm().barrier();
  for (std::size_t n = 0; n < 24; ++n) {
    const std::size_t at = n == 23 ? size - 1 : size * n / 23;
    const auto flip = [&](std::string& content) { content[at] = static_cast<char>(content[at] ^ (1 << n % 8)); };
    two.change(two.data, flip);
    two.require_older("data.h5: damaged: its checksum is wrong");
    two.change(two.data, flip);
  }
  REQUIRE(Checkpoint::open_newest(comm(), two.folder)->info().step == 1002);
}

TEST_CASE("a checkpoint whose data were cut off, extended or lost is skipped", "[io]") {
  const TwoCheckpoints two;
  const std::string whole = read_all(two.data);
  comm().barrier();
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
    two.change(two.data, [&](std::string& content) { content = whole.substr(0, length); });
    two.require_older("data.h5: has " + std::to_string(length) + " bytes; " + std::to_string(whole.size()));
  }
  two.change(two.data, [&](std::string& content) { content = whole + "x"; });
  two.require_older("were written");
  agree(comm(), [&] {
    if (comm().is_root()) remove_tree(two.data);
  });
  two.require_older("data.h5: cannot open");
}

TEST_CASE("a manifest that was changed in any way is not believed", "[io]") {
  const TwoCheckpoints two;
  const std::string whole = read_all(two.manifest);
  comm().barrier();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    REQUIRE(text.find(from) != std::string::npos);
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string bad[] = {"",
                             whole.substr(0, whole.size() / 2),
                             "[1, 2, 3]",
                             "{}",
                             std::string(60000, '['),
                             std::string(100000, ' '),
                             replaced("1002", "1003"),
                             replaced("\"step\": 1002", "\"step\": 1e300"),
                             replaced("\"step\": 1002", "\"step\": \"1002\""),
                             replaced("\"bytes\": ", "\"bytes\": 99999999999"),
                             replaced("data.h5", "../../x"),
                             replaced("\"version\": 1", "\"version\": 2")};
  for (const auto& text : bad) {
    two.change(two.manifest, [&](std::string& content) { content = text; });
    INFO(text.substr(0, 1000));
    two.require_older("manifest.json");
  }
  agree(comm(), [&] {
    if (comm().is_root()) remove_tree(two.manifest);
  });
  two.require_older("manifest.json: cannot open");
}

TEST_CASE("if no checkpoint can be used, all are named with the reason", "[io]") {
  const TwoCheckpoints two;
  two.change(two.data, [](std::string& content) { content.resize(10); });
  two.change(two.folder + "/checkpoint/checkpoint_000001/manifest.json", [](std::string& content) { content = "{"; });
  REQUIRE_THROWS_WITH(Checkpoint::open_newest(comm(), two.folder),
                      Contains("none of its checkpoints can be used") &&
                          Contains("checkpoint_000002/data.h5: has 10") &&
                          Contains("checkpoint_000001/manifest.json: damaged"));
}

TEST_CASE("a checkpoint of a newer version is refused rather than skipped", "[io]") {
  const TwoCheckpoints two;
  two.change(two.manifest, [](std::string& content) { content = newer_manifest(content, 2); });
  REQUIRE_THROWS_WITH(
      Checkpoint::open_newest(comm(), two.folder),
      Contains("checkpoint_000002: is written in version 2 of the format") && Contains("up to version 1"));
}

TEST_CASE("a damaged checkpoint does not take the place of a good one", "[io]") {
  const TwoCheckpoints two;
  two.change(two.data, [](std::string& content) { content.resize(10); });
  const auto info = write_sample(comm(), two.folder, Sample(comm(), 20, 3));
  REQUIRE(info.serial == 3);
  comm().barrier();
  const std::vector<std::string> names{"checkpoint_000001", "checkpoint_000003", "latest"};
  REQUIRE_ALL(list_folder(two.folder + "/checkpoint") == names);
}
