#include "data/io/manifest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "data/io/file.hpp"
#include "data/io/hash.hpp"

namespace tessera::data {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t max_manifest_bytes = 65536;
constexpr const char* format_name = "tessera checkpoint";
constexpr std::string_view name_start = "checkpoint_";

/// Hash of everything but the entry "hash": keys are sorted, so that the same content is the same text.
std::string content_hash(Json content) {
  content.erase("hash");
  return hash_text(content.dump());
}

/// Numbers of a damaged or foreign file can be anything.
std::int64_t integer(const Json& json, const char* key, std::int64_t most) {
  const auto value = json.at(key).get<std::int64_t>();
  if (!json.at(key).is_number_integer() || value < 0 || value > most)
    throw Error::input(fmt::format("'{}' is {}", key, json.at(key).dump()));
  return value;
}

std::uint64_t from_hex(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (code != std::errc() || end != text.data() + text.size()) throw Error::input(fmt::format("hash '{}'", text));
  return value;
}

Manifest from_json(const Json& json) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (json.at("format") != format_name) throw Error::input("it is of another kind");
  if (json.at("hash") != content_hash(json)) throw Error::input("its checksum is wrong");
  Manifest manifest;
  manifest.version = integer(json, "version", most);
  if (manifest.version > checkpoint_version) return manifest;
  manifest.info.stage = integer(json, "stage", most);
  manifest.info.step = integer(json, "step", most);
  manifest.info.serial = integer(json, "serial", most);
  manifest.info.ranks = static_cast<int>(integer(json, "ranks", std::numeric_limits<int>::max()));
  manifest.info.seed = static_cast<std::uint32_t>(integer(json, "seed", std::numeric_limits<std::uint32_t>::max()));
  manifest.info.deck_hash = json.at("deck_hash").get<std::string>();
  const Json& files = json.at("files");
  if (files.size() != 1 || files.at(0).at("name") != checkpoint_data_file)
    throw Error::input(fmt::format("one file named {} was expected", checkpoint_data_file));
  manifest.data_bytes = integer(files.at(0), "bytes", most);
  manifest.data_hash = from_hex(files.at(0).at("hash").get<std::string>());
  return manifest;
}

}  // namespace

std::string checkpoint_folder(const std::string& run_folder) { return run_folder + "/checkpoint"; }

std::string checkpoint_name(std::int64_t serial) { return fmt::format("{}{:06}", name_start, serial); }

std::optional<std::int64_t> checkpoint_serial(const std::string& name) {
  if (name.rfind(name_start, 0) != 0) return std::nullopt;
  const char *begin = name.data() + name_start.size(), *end = name.data() + name.size();
  std::int64_t serial = 0;
  const auto [last, code] = std::from_chars(begin, end, serial);
  if (code != std::errc() || last != end || checkpoint_name(serial) != name) return std::nullopt;
  return serial;
}

std::vector<std::int64_t> list_checkpoints(const std::string& run_folder) {
  std::vector<std::int64_t> serials;
  for (const auto& name : list_folder(checkpoint_folder(run_folder)))
    if (const auto serial = checkpoint_serial(name)) serials.push_back(*serial);
  std::sort(serials.begin(), serials.end());
  return serials;
}

std::string to_json(const Manifest& manifest) {
  const auto& info = manifest.info;
  Json json = {{"format", format_name}, {"version", checkpoint_version}, {"stage", info.stage},
               {"step", info.step},     {"serial", info.serial},         {"ranks", info.ranks},
               {"seed", info.seed},     {"deck_hash", info.deck_hash}};
  json["files"] = Json::array(
      {{{"name", checkpoint_data_file}, {"bytes", manifest.data_bytes}, {"hash", to_hex(manifest.data_hash)}}});
  json["hash"] = content_hash(json);
  return json.dump(2) + "\n";
}

Manifest read_manifest(const std::string& folder) {
  const std::string path = folder + "/manifest.json", data = folder + "/" + checkpoint_data_file;
  Manifest manifest;
  const std::string text = read_text(path, max_manifest_bytes);
  try {
    manifest = from_json(Json::parse(text));
  } catch (const Error& error) {
    throw Error::input(fmt::format("{}: damaged: {}", path, error.what()));
  } catch (const Json::exception& error) {
    throw Error::input(fmt::format("{}: damaged: {}", path, error.what()));
  }
  manifest.info.folder = folder;
  if (manifest.version > checkpoint_version) return manifest;
  if (const auto bytes = file_size(data); bytes != manifest.data_bytes)
    throw Error::input(fmt::format("{}: has {} bytes; {} were written", data, bytes, manifest.data_bytes));
  return manifest;
}

}  // namespace tessera::data
