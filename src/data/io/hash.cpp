#include "data/io/hash.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "base/agree.hpp"
#include "data/io/file.hpp"

namespace tessera::data {

namespace {

constexpr std::int64_t piece_bytes = std::int64_t{1} << 22;
constexpr std::int64_t word_bytes = 8;

std::uint64_t mix(std::uint64_t bits, std::uint64_t index) {
  std::uint64_t z = bits ^ ((index + 1) * 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

template <class T>
std::uint64_t hash_values(const T* values, std::size_t count, std::uint64_t first_index) {
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                  std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint8_t>>;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, values + i, sizeof bits);
    sum += mix(bits, first_index + i);
  }
  return sum;
}

template std::uint64_t hash_values(const double*, std::size_t, std::uint64_t);
template std::uint64_t hash_values(const int*, std::size_t, std::uint64_t);
template std::uint64_t hash_values(const std::int64_t*, std::size_t, std::uint64_t);
template std::uint64_t hash_values(const char*, std::size_t, std::uint64_t);

std::uint64_t hash_file(const Comm& comm, const std::string& path, std::int64_t bytes) {
  const std::int64_t words = (bytes + word_bytes - 1) / word_bytes;
  const auto begin = [&](std::int64_t rank) {
    return words / comm.size() * rank + words % comm.size() * rank / comm.size();
  };
  const std::int64_t end = std::min(bytes, begin(comm.rank() + 1) * word_bytes);
  const std::uint64_t here = agree(comm, [&] {
    std::uint64_t sum = 0;
    std::vector<std::int64_t> piece;
    for (std::int64_t offset = begin(comm.rank()) * word_bytes; offset < end; offset += piece_bytes) {
      const std::int64_t length = std::min(piece_bytes, end - offset);
      piece.assign(static_cast<std::size_t>((length + word_bytes - 1) / word_bytes), 0);
      read_bytes(path, offset, piece.data(), length);
      sum += hash_values(piece.data(), piece.size(), static_cast<std::uint64_t>(offset / word_bytes));
    }
    return sum;
  });
  return comm.all_reduce(here, Op::sum);
}

std::string hash_text(const std::string& text) { return to_hex(hash_values(text.data(), text.size(), text.size())); }

std::string to_hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

}  // namespace tessera::data
