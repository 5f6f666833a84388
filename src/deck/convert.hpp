// From a value of the deck to a typed one; the words for what is allowed are those of messages and of `describe`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "deck/binder.hpp"
#include "deck/document.hpp"

namespace tessera::deck {

/// " > 0", " from 0 to 1"..., or nothing if there are no limits.
std::string say_limits(const Limits& limits);

/// "a list of 3 numbers > 0"; `size` 0: "a list of ...".
std::string say_list(std::size_t size, std::string_view plural, const Limits& limits);

/// " of x, t", or nothing if there are no names.
std::string say_names(const FormulaNames& names);

/// Each fills `result` and returns an empty text, or leaves it alone and says what is wrong.
std::string convert(const Node& node, const Limits& limits, double& result);
std::string convert(const Node& node, const Limits& limits, std::int64_t& result);
std::string convert(const Node& node, bool& result);
std::string convert(const Node& node, std::string& result);

/// A file relative to `folder`, as an absolute path: it must be a file that can be read.
std::string convert_file(const Node& node, const std::string& folder, std::string& result);

/// A formula that can be parsed, as it was written.
std::string convert_formula(const Node& node, const FormulaNames& names, std::string& result);

}  // namespace tessera::deck
