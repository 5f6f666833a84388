// Checksums of values and files that any number of ranks can compute together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/comm.hpp"

namespace tessera::data {

/// Sum, modulo 2^64, of a mix of each value's bits with its index (the finaliser of splitmix64: Steele, Lea, Flood
/// 2014). Parts of an array are hashed apart, from their first index on, and added. T has 4 or 8 bytes, or is char.
template <class T>
std::uint64_t hash_values(const T* values, std::size_t count, std::uint64_t first_index);

/// Of a block of an array of these extents, the last one fastest: `values` are those of the block alone, in that order.
template <class T, class Extents>
std::uint64_t hash_block(const T* values, const Extents& start, const Extents& count, const Extents& dims) {
  std::uint64_t runs = 1, sum = 0;
  const auto length = static_cast<std::size_t>(count.back());
  for (std::size_t d = 0; d + 1 < count.size(); ++d) runs *= count[d];
  for (std::uint64_t run = 0; length > 0 && run < runs; ++run) {
    std::uint64_t rest = run, index = start.back(), slice = dims.back();
    for (std::size_t d = count.size() - 1; d-- > 0; slice *= dims[d], rest /= count[d])
      index += (start[d] + rest % count[d]) * slice;
    sum += hash_values(values + run * length, length, index);
  }
  return sum;
}

/// Collective. Of a file's bytes in words of 8 (the last one filled up with zeros), each rank reading its share.
std::uint64_t hash_file(const Comm& comm, const std::string& path, std::int64_t bytes);

/// Of a text, in 16 hexadecimal digits.
std::string hash_text(const std::string& text);
std::string to_hex(std::uint64_t hash);

}  // namespace tessera::data
