#include <algorithm>
#include <cctype>
#include <limits>
#include <string>
#include <vector>

#include "deck/deck.hpp"

namespace tessera::deck {

namespace {

constexpr std::size_t max_distance = 2, min_prefix = 2;

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Insertions, deletions, replacements and exchanges of neighbours that turn one into the other (Damerau 1964, in the
/// restricted form: no part is edited twice).
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

/// Smaller is nearer; the largest value: not near.
std::size_t farness(const std::string& name, const std::string& known) {
  const std::size_t shorter = std::min(name.size(), known.size()), longer = std::max(name.size(), known.size());
  if (longer - shorter <= max_distance) {
    const std::size_t distance = edit_distance(name, known);
    if (distance <= max_distance && 2 * distance <= longer) return distance;
  }
  const bool is_prefix = shorter >= min_prefix && name.compare(0, shorter, known, 0, shorter) == 0;
  return is_prefix ? max_distance + longer - shorter : std::numeric_limits<std::size_t>::max();
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  std::size_t smallest = std::numeric_limits<std::size_t>::max();
  std::string nearest;
  for (const auto& candidate : known) {
    const std::size_t far = farness(lower_case(name), lower_case(candidate));
    if (far >= smallest) continue;
    smallest = far;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace tessera::deck
