// States of stages to write, read back and compare, bit by bit.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"

namespace tessera::test {

/// Rows that every number of ranks would have in the same global order, unevenly spread: rank 1 has none.
struct Sample {
  explicit Sample(const Comm& comm, int rows = 40, int version = 0);

  int version;
  std::vector<double> reals;          ///< 3 components
  std::vector<std::int64_t> numbers;  ///< 1 component
  data::Particles particles;
};

/// The columns of a sample, without rows.
data::Particles empty_particles(const Comm& comm);

/// What is in it of rows, one vector of bit patterns a column and component, rows in the order of ranks. Collective
/// over `comm`; the same on all its ranks.
std::vector<std::vector<std::uint64_t>> rows_of_all(const Comm& comm, const Sample& sample);
/// Of this rank alone.
std::vector<std::vector<std::uint64_t>> rows_here(const Sample& sample);

/// Collective. Writes two sections, "first" and "second".
data::CheckpointInfo write_sample(const Comm& comm, const std::string& folder, const Sample& sample);
/// Collective. Reads them, checking all that is not rows.
Sample read_sample(const Comm& comm, data::Checkpoint& checkpoint);

/// Collective. Warnings since the last call, each in its own line.
std::string warnings_of(const Comm& comm);

std::string read_all(const std::string& path);
void write_all(const std::string& path, const std::string& content);

}  // namespace tessera::test
