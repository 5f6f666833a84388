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

/// Collective. Of a file's bytes in words of 8 (the last one filled up with zeros), each rank reading its share.
std::uint64_t hash_file(const Comm& comm, const std::string& path, std::int64_t bytes);

/// Of a text, in 16 hexadecimal digits.
std::string hash_text(const std::string& text);
std::string to_hex(std::uint64_t hash);

}  // namespace tessera::data
