// Words of a line and the numbers in them, read strictly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::data {

/// The words between blanks and tabs; `words` is reused.
void split_words(std::string_view line, std::vector<std::string_view>& words);
/// The part before '#'.
std::string_view without_comment(std::string_view line);
std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);
/// For messages: in quotes, unprintable bytes replaced, cut to a bearable length.
std::string in_quotes(std::string_view text);
/// " Did you mean 'x'?" for the known words nearest to this one, or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

bool is_number(std::string_view word);

/// The whole word must be a number; throws Error (input) "'1.x' is not a number; <what> was expected". Reals must be
/// finite.
double parse_real(std::string_view word, std::string_view what);
std::int64_t parse_integer(std::string_view word, std::string_view what);
/// Throws Error (input) too if outside [low, high].
std::int64_t parse_integer(std::string_view word, std::string_view what, std::int64_t low, std::int64_t high);

}  // namespace tessera::data
