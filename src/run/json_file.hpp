// JSON files of the project, read without trust.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tessera::run {

/// Local. A JSON object from a file. Throws Error (input) if it is none.
nlohmann::json read_object(const std::string& path);

/// A value of an object, or `otherwise` if there is none of that name and type. T is std::string, int, std::int64_t,
/// double or nlohmann::json.
template <class T>
T value_of(const nlohmann::json& json, const char* key, T otherwise);

}  // namespace tessera::run
