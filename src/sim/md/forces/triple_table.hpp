// Parameters of a file by triples of elements, arranged by the types of a system.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "data/formats/triple_parameters.hpp"
#include "data/system.hpp"
#include "sim/md/forces/many_body_params.hpp"

namespace tessera::sim::md {

class TripleTable {
 public:
  /// Picks the entries of all triples of types. Throws Error (input) if one is missing, or for map_elements' reasons.
  TripleTable(const std::string& path, const std::vector<std::string_view>& names,
              const std::vector<data::TripleEntry>& entries, const std::vector<TypeElementParams>& named,
              const std::vector<data::Species>& species, const std::string& table);

  TripleTable(const TripleTable&) = delete;
  TripleTable& operator=(const TripleTable&) = delete;

  std::size_t num_types() const { return num_types_; }
  /// Value number n for a centre of type a with neighbours b and c.
  double operator()(std::size_t a, std::size_t b, std::size_t c, std::size_t n) const {
    return entry(a, b, c).values[n];
  }
  /// Throws Error (input) that names the line unless low <= value (low < value if it is open).
  double at_least(std::size_t a, std::size_t b, std::size_t c, std::size_t n, double low, bool is_open = false) const;
  /// Throws Error (input) that names the line and what was expected unless it holds.
  void require(std::size_t a, std::size_t b, std::size_t c, std::size_t n, bool holds, std::string_view expected) const;
  /// Throws Error (input) that names the line of both unless value n is the same in two entries.
  void require_same(const std::array<std::size_t, 3>& one, const std::array<std::size_t, 3>& other,
                    std::size_t n) const;

 private:
  const data::TripleEntry& entry(std::size_t a, std::size_t b, std::size_t c) const {
    return *entries_[(a * num_types_ + b) * num_types_ + c];
  }

  std::string path_;
  std::vector<std::string_view> names_;
  std::vector<data::TripleEntry> all_;
  std::size_t num_types_ = 0;
  std::vector<const data::TripleEntry*> entries_;  // (types, types, types), into all_
};

}  // namespace tessera::sim::md
