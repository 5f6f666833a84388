#include "run/json_file.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "data/io/file.hpp"

namespace tessera::run {

using Json = nlohmann::json;

Json read_object(const std::string& path) {
  constexpr std::int64_t max_bytes = std::int64_t{1} << 24;
  auto json = Json::parse(data::read_text(path, max_bytes), nullptr, false);
  if (!json.is_object()) throw Error::input(path + ": expected a JSON object; the file is damaged");
  return json;
}

template <class T>
T value_of(const Json& json, const char* key, T otherwise) {
  const auto found = json.find(key);
  if (found == json.end()) return otherwise;
  try {
    return found->template get<T>();
  } catch (const Json::exception&) {
    return otherwise;
  }
}

template std::string value_of(const Json&, const char*, std::string);
template int value_of(const Json&, const char*, int);
template std::int64_t value_of(const Json&, const char*, std::int64_t);
template double value_of(const Json&, const char*, double);
template Json value_of(const Json&, const char*, Json);

}  // namespace tessera::run
