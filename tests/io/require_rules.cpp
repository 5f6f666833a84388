#include "require_rules.hpp"

#include <filesystem>

#include "base/agree.hpp"
#include "catch.hpp"
#include "openpmd_rules.hpp"

namespace tessera::test {

void require_rules(const std::string& path) {
  std::string broken;
  agree(comm(), [&] {
    if (!comm().is_root()) return;
    for (const auto& line : broken_rules(path)) broken += line + "\n";
    for (const auto& line : broken_xdmf(std::filesystem::path(path).replace_extension(".xdmf").string()))
      broken += line + "\n";
  });
  INFO(broken);
  REQUIRE_ALL(broken.empty());
}

}  // namespace tessera::test
