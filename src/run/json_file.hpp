// JSON files of the project, read without trust.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

/// Local. A JSON object from a file. Throws Error (input) if it is none.
inline nlohmann::json read_object(const std::string& path) {
  constexpr std::int64_t max_bytes = std::int64_t{1} << 24;
  auto json = nlohmann::json::parse(data::read_text(path, max_bytes), nullptr, false);
  if (!json.is_object()) throw Error::input(path + ": expected a JSON object; the file is damaged");
  return json;
}

/// A value of an object, or `otherwise` if there is none of that name and type.
template <class T>
T value_of(const nlohmann::json& json, const char* key, T otherwise) {
  const auto found = json.find(key);
  if (found == json.end()) return otherwise;
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    return otherwise;
  }
}

}  // namespace tessera::run
