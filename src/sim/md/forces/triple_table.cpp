#include "sim/md/forces/triple_table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "data/formats/text_file.hpp"
#include "sim/md/forces/element_map.hpp"

namespace tessera::sim::md {

TripleTable::TripleTable(const std::string& path, const std::vector<std::string_view>& names,
                         const std::vector<data::TripleEntry>& entries, const std::vector<TypeElementParams>& named,
                         const std::vector<data::Species>& species, const std::string& table)
    : path_(path), names_(names), all_(entries), num_types_(species.size()) {
  std::vector<std::string> elements;
  for (const auto& one : all_)
    for (const auto& element : one.elements)
      if (std::find(elements.begin(), elements.end(), element) == elements.end()) elements.push_back(element);
  const auto places = map_elements(named, species, elements, table, path);
  for (const auto a : places)
    for (const auto b : places)
      for (const auto c : places) {
        const std::array<std::string, 3> wanted{elements[a], elements[b], elements[c]};
        const auto found =
            std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.elements == wanted; });
        if (found == all_.end())
          throw Error::input(fmt::format("{} has no entry for {} {} {}, which this system needs", path, wanted[0],
                                         wanted[1], wanted[2]));
        entries_.push_back(&*found);
      }
}

double TripleTable::at_least(std::size_t a, std::size_t b, std::size_t c, std::size_t n, double low,
                             bool is_open) const {
  const double value = (*this)(a, b, c, n);
  require(a, b, c, n, is_open ? value > low : value >= low,
          fmt::format("{} {}", is_open ? "more than" : "at least", low));
  return value;
}

void TripleTable::require(std::size_t a, std::size_t b, std::size_t c, std::size_t n, bool holds,
                          std::string_view expected) const {
  const auto& one = entry(a, b, c);
  if (holds) return;
  throw data::line_error(path_, one.line,
                         fmt::format("{} of {} {} {} is {}, but must be {}", names_[n], one.elements[0],
                                     one.elements[1], one.elements[2], one.values[n], expected));
}

void TripleTable::require_same(const std::array<std::size_t, 3>& one, const std::array<std::size_t, 3>& other,
                               std::size_t n) const {
  const auto &first = entry(one[0], one[1], one[2]), &second = entry(other[0], other[1], other[2]);
  if (first.values[n] == second.values[n]) return;
  throw data::line_error(
      path_, second.line,
      fmt::format("{} of {} {} {} is {}, but that of {} {} {} in line {} is {}; both stand for the same and must agree",
                  names_[n], second.elements[0], second.elements[1], second.elements[2], second.values[n],
                  first.elements[0], first.elements[1], first.elements[2], first.line, first.values[n]));
}

}  // namespace tessera::sim::md
