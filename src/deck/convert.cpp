#include "deck/convert.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <vector>

#include "deck/formula.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr std::int64_t max_integer = std::int64_t{1} << 53;  // doubles are exact up to here

bool holds(const Limits& limits, double value) {
  const bool above = limits.open_low ? value > limits.low : value >= limits.low;
  const bool below = limits.open_high ? value < limits.high : value <= limits.high;
  return above && below;
}

std::string say_wrong_type(std::string_view expected, const Node& node) {
  return fmt::format("expected {}, got {}", expected, say_what(node));
}

std::string say_out_of_range(const std::string& value, std::string_view kind, const Limits& limits) {
  return fmt::format("{} is out of range; expected {}{}", value, kind, say_limits(limits));
}

bool is_exact(std::int64_t value) { return value >= -max_integer && value <= max_integer; }

std::string say_inexact(std::int64_t value) {
  return fmt::format("{} is out of range; expected an integer from {} to {}", value, -max_integer, max_integer);
}

}  // namespace

std::string say_limits(const Limits& limits) {
  const bool has_low = std::isfinite(limits.low), has_high = std::isfinite(limits.high);
  if (has_low && has_high && !limits.open_low && !limits.open_high)
    return fmt::format(" from {} to {}", limits.low, limits.high);
  std::string text;
  if (has_low) text += fmt::format(" {} {}", limits.open_low ? ">" : ">=", limits.low);
  if (has_low && has_high) text += " and";
  if (has_high) text += fmt::format(" {} {}", limits.open_high ? "<" : "<=", limits.high);
  return text;
}

std::string say_list(std::size_t size, std::string_view plural, const Limits& limits) {
  return size == 0 ? fmt::format("a list of {}{}", plural, say_limits(limits))
                   : fmt::format("a list of {} {}{}", size, plural, say_limits(limits));
}

std::string say_names(const FormulaNames& names) {
  std::vector<std::string> all = names.variables;
  for (const auto& [name, value] : names.parameters) all.push_back(name);
  return all.empty() ? "" : fmt::format(" of {}", fmt::join(all, ", "));
}

std::string convert(const Node& node, const Limits& limits, double& result) {
  double number = 0.0;
  if (const auto* integer = std::get_if<std::int64_t>(&node.value)) {
    if (!is_exact(*integer)) return say_inexact(*integer);
    number = static_cast<double>(*integer);
  } else if (const auto* real = std::get_if<double>(&node.value)) {
    number = *real;
  } else {
    return say_wrong_type("a number" + say_limits(limits), node);
  }
  if (!std::isfinite(number)) return fmt::format("{} is not finite; expected a number{}", number, say_limits(limits));
  if (!holds(limits, number)) return say_out_of_range(fmt::format("{}", number), "a number", limits);
  result = number;
  return "";
}

std::string convert(const Node& node, const Limits& limits, std::int64_t& result) {
  const auto* integer = std::get_if<std::int64_t>(&node.value);
  if (integer == nullptr) return say_wrong_type("an integer" + say_limits(limits), node);
  if (!is_exact(*integer)) return say_inexact(*integer);
  if (!holds(limits, static_cast<double>(*integer)))
    return say_out_of_range(fmt::format("{}", *integer), "an integer", limits);
  result = *integer;
  return "";
}

std::string convert(const Node& node, bool& result) {
  const auto* boolean = std::get_if<bool>(&node.value);
  if (boolean == nullptr) return say_wrong_type("true or false", node);
  result = *boolean;
  return "";
}

std::string convert(const Node& node, std::string& result) {
  const auto* text = std::get_if<std::string>(&node.value);
  if (text == nullptr && node.bare.empty()) return say_wrong_type("a string", node);
  result = text != nullptr ? *text : node.bare;
  return "";
}

std::string convert_file(const Node& node, const std::string& folder, std::string& result) {
  std::string name;
  if (!convert(node, name).empty()) return say_wrong_type("the name of a file", node);
  if (name.empty() || name.find('\0') != std::string::npos)
    return fmt::format("'{}' is not the name of a file", printable(name));
  std::error_code problem;
  const auto path = std::filesystem::absolute(std::filesystem::path(folder) / name).lexically_normal();
  const auto status = std::filesystem::status(path, problem);
  if (!std::filesystem::exists(status))
    return fmt::format("there is no file '{}'\nlooked for {}\nrelative names begin in the deck's folder",
                       printable(name), path.string());
  if (std::filesystem::is_directory(status)) return fmt::format("'{}' is a folder; expected a file", printable(name));
  if (access(path.c_str(), R_OK) != 0)
    return fmt::format("file '{}' cannot be read: {}", printable(name), std::system_category().message(errno));
  result = path.string();
  return "";
}

std::string convert_formula(const Node& node, const FormulaNames& names, std::string& result) {
  std::string text;
  if (double number = 0.0; !convert(node, text).empty()) {
    if (!convert(node, any, number).empty()) return say_wrong_type("a formula" + say_names(names), node);
    text = to_toml(number);
  }
  std::string wrong = find_formula_fault(names, text);
  if (wrong.empty()) result = text;
  return wrong;
}

}  // namespace tessera::deck
