#include "deck/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "deck/deck.hpp"
#include "deck/text.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_kept = 1000, max_shown = 40;
constexpr std::size_t advice_width = 80;

std::string indent_advice(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string result(text.substr(0, end));
  for (std::size_t begin = end; begin < text.size();) {
    const std::size_t next = std::min(text.find('\n', begin + 1), text.size());
    for (const auto& line : wrap(text.substr(begin + 1, next - begin - 1), advice_width)) result += "\n    " + line;
    begin = next;
  }
  return result;
}

}  // namespace

Problems::Problems(std::string path, std::vector<std::string> overrides)
    : path_(std::move(path)), overrides_(std::move(overrides)) {}

void Problems::add(const Position& position, const std::string& text) {
  if (problems_.size() < max_kept)
    problems_.push_back({position, text});
  else
    ++num_dropped_;
}

std::string Problems::say_where(const Position& position) const {
  if (position.override_number < 0) return fmt::format("{}:{}:{}", path_, position.line, position.column);
  return "command line: " + printable(overrides_[static_cast<std::size_t>(position.override_number)]);
}

std::string Problems::text() const {
  std::vector<Problem> sorted = problems_;
  std::sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.position, a.text) < std::tie(b.position, b.text);
  });
  const auto is_same = [](const Problem& a, const Problem& b) { return a.position == b.position && a.text == b.text; };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), is_same), sorted.end());
  std::vector<std::string> lines;
  const std::size_t num_shown = std::min(sorted.size(), max_shown);
  for (std::size_t n = 0; n < num_shown; ++n)
    lines.push_back(say_where(sorted[n].position) + ": " + indent_advice(sorted[n].text));
  const std::size_t num_more = sorted.size() - num_shown + num_dropped_;
  if (num_more > 0) lines.push_back(fmt::format("{}: and {} more error{}", path_, num_more, num_more == 1 ? "" : "s"));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string list_known(std::string_view heading, const std::vector<std::string>& known, std::string_view name) {
  std::string text = fmt::format("{}: {}", heading, known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
  const std::string nearest = nearest_name(name, known);
  if (!nearest.empty()) text += fmt::format(". Did you mean '{}'?", nearest);
  return text;
}

}  // namespace tessera::deck
