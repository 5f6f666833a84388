#include "math/fft_cache.hpp"

#include <fftw3.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

#include "base/error.hpp"
#include "base/log.hpp"
#include "math/fft_wisdom.hpp"

namespace tessera::math {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = std::uintmax_t{1} << 24;  // thousands of transforms take far less

/// FNV-1a over the lines that tell processors apart.
std::uint64_t processor_key() {
  std::ifstream file("/proc/cpuinfo");
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    if (!line.starts_with("model name") && !line.starts_with("flags") && !line.starts_with("Features")) continue;
    for (const char c : line) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return hash;
}

fs::path cache_folder() {
  const auto value = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string_view(text != nullptr ? text : "");
  };
  if (!value("TESSERA_CACHE").empty()) return value("TESSERA_CACHE");
  if (!value("XDG_CACHE_HOME").empty()) return fs::path(value("XDG_CACHE_HOME")) / "tessera";
  if (!value("HOME").empty()) return fs::path(value("HOME")) / ".cache" / "tessera";
  return {};
}

std::string read(const fs::path& path) {
  if (path.empty() || !fs::exists(path)) return {};
  if (!fs::is_regular_file(path) || fs::file_size(path) > most_bytes)
    throw Error::io(fmt::format("{}: is not a small file", path.string()));
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw Error::io(fmt::format("{}: cannot be read", path.string()));
  if (!use_fft_wisdom(text)) throw Error::io(fmt::format("{}: FFTW cannot use it", path.string()));
  return text;
}

/// Written aside and renamed: nobody ever reads half of it.
void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  const fs::path aside = fmt::format("{}.{}", path.string(), getpid());
  std::ofstream file(aside, std::ios::binary);
  file << text;
  file.close();
  std::error_code problem;
  if (!file)
    problem = std::make_error_code(std::errc::io_error);
  else
    fs::rename(aside, path, problem);
  if (!problem) return;
  std::error_code ignored;
  fs::remove(aside, ignored);
  throw Error::io(fmt::format("{}: cannot be written: {}", path.string(), problem.message()));
}

template <class Work>
std::string or_go_on_without(const Work& work) noexcept {
  try {
    return work();
  } catch (const std::exception& error) {
    try {
      log::debug("what was measured about Fourier transforms is not kept: {}", error.what());
    } catch (...) {  // not even that
    }
    return {};
  }
}

}  // namespace

fs::path wisdom_cache_path() {
  const fs::path folder = cache_folder();
  if (folder.empty()) return {};
  return folder / fmt::format("{}-{:016x}.wisdom", fftw_version, processor_key());
}

std::string read_wisdom_cache() noexcept {
  return or_go_on_without([] { return read(wisdom_cache_path()); });
}

std::string add_to_wisdom_cache(const std::string& text) noexcept {
  const std::string there = read_wisdom_cache();
  return or_go_on_without([&]() -> std::string {
    const fs::path path = wisdom_cache_path();
    const std::string all = merge_wisdom({there, text});
    if (!path.empty()) write(path, all);
    return all;
  });
}

}  // namespace tessera::math
