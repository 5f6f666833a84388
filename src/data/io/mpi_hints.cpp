#include "data/io/mpi_hints.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace tessera::data {

namespace {

using Hints = std::vector<std::pair<std::string, std::string>>;

Hints parse(const std::string& text) {
  Hints hints;
  std::istringstream stream(text);
  for (std::string hint; std::getline(stream, hint, ',');) {
    const auto equals = hint.find('=');
    const bool is_good = equals != std::string::npos && equals > 0 && equals < MPI_MAX_INFO_KEY &&
                         equals + 1 < hint.size() && hint.size() - equals - 1 < MPI_MAX_INFO_VAL &&
                         hint.find_first_of(" \t", 0) == std::string::npos;
    if (!is_good)
      throw Error::input(
          fmt::format("TESSERA_MPIIO_HINTS: '{}' is no hint; expected name=value,name=value without spaces", hint));
    hints.emplace_back(hint.substr(0, equals), hint.substr(equals + 1));
  }
  return hints;
}

}  // namespace

MpiHints::MpiHints() {
  const char* text = std::getenv("TESSERA_MPIIO_HINTS");
  if (text == nullptr) return;
  const Hints hints = parse(text);
  if (hints.empty()) return;
  MPI_Info_create(&info_);
  for (const auto& [name, value] : hints) MPI_Info_set(info_, name.c_str(), value.c_str());
}

MpiHints::~MpiHints() {
  if (info_ != MPI_INFO_NULL) MPI_Info_free(&info_);
}

}  // namespace tessera::data
