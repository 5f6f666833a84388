// Small files for tests: what rank 0 writes and all ranks read.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "catch.hpp"

namespace tessera::test {

inline std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Collective. Makes the folders above it too.
inline void put_file(const std::string& path, const std::string& text) {
  if (comm().is_root()) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  comm().barrier();
}

}  // namespace tessera::test
