// Rows as the e3nn library stores them, blocks one after the other and components innermost, and ours.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "diff/equivariant/irreps.hpp"
#include "stored.hpp"

namespace tessera::test {

using BlockList = std::vector<std::pair<diff::Irrep, std::int64_t>>;  ///< irreps may come again

/// "4x0o+2x1e"
inline BlockList parse_blocks(const std::string& text) {
  BlockList blocks;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('+', at), text.size()), cross = text.find('x', at);
    blocks.push_back({{.l = std::atoi(text.c_str() + cross + 1), .parity = text[end - 1] == 'o' ? -1 : 1},
                      std::atoi(text.c_str() + at)});
    at = end + 1;
  }
  return blocks;
}

inline BlockList blocks_of(const diff::Irreps& irreps) {
  BlockList blocks;
  for (const auto& block : irreps.blocks()) blocks.emplace_back(block.irrep, block.channels);
  return blocks;
}

/// Blocks of the same irrep become one.
inline diff::Irreps merged(const BlockList& list) {
  std::vector<diff::Block> blocks;
  for (const auto& [irrep, channels] : list)
    if (!blocks.empty() && blocks.back().irrep == irrep)
      blocks.back().channels += channels;
    else
      blocks.push_back({.irrep = irrep, .channels = channels});
  return diff::Irreps(blocks);
}

/// place[n]: where number n of a golden row lies in ours.
inline std::vector<std::size_t> places(const BlockList& list) {
  const diff::Irreps irreps = merged(list);
  std::vector<std::size_t> place;
  diff::Irrep last{.l = -1};
  std::int64_t before = 0;
  for (const auto& [irrep, channels] : list) {
    if (irrep != last) before = 0;
    last = irrep;
    const diff::Block& block = *irreps.find(irrep);
    for (std::int64_t u = 0; u < channels; ++u)
      for (int m = 0; m < irrep.components(); ++m)
        place.push_back(static_cast<std::size_t>(block.offset + m * block.channels + before + u));
    before += channels;
  }
  return place;
}

template <class Real = double>
std::vector<Real> to_ours(const BlockList& list, const Stored& golden) {
  const auto place = places(list);
  const auto width = static_cast<std::size_t>(golden.width);
  std::vector<Real> rows(golden.numbers.size());
  for (std::size_t n = 0; n < rows.size(); ++n)
    rows[n / width * width + place[n % width]] = static_cast<Real>(golden.numbers[n]);
  return rows;
}

template <class Real>
double largest_difference(const std::vector<Real>& a, const std::vector<Real>& b) {
  if (a.size() != b.size()) return 1e300;
  double largest = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    const double difference = std::abs(static_cast<double>(a[n]) - static_cast<double>(b[n]));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/// A dataset of the library's parts.
inline Stored primitive(const std::string& name) { return read_stored(data_path("trajcast/primitives.h5"), name); }

}  // namespace tessera::test
