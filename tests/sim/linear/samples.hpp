// Linear environments under the actions of the reference runs.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/linear/linear_environment.hpp"

namespace tessera::test {

using Rows = sim::Environment::Rows;
using sim::linear::LinearEnvironment;
using sim::linear::LinearParams;

/// The folder with the complete reference data; empty if none is named.
inline std::string golden_folder() {
  const char* folder = std::getenv("TESSERA_GOLDEN");
  return folder == nullptr ? "" : folder;
}

/// These four are sensitive to how the exponential is computed.
inline double tolerance_of(const std::string& id) {
  return id == "ac7" || id == "je2" || id == "pas" || id == "umv" ? 1e-7 : 1e-10;
}

/// The same numbers in every row.
inline Rows same_rows(std::int64_t count, const std::vector<double>& numbers) {
  Rows rows("test/rows", static_cast<std::size_t>(count), numbers.size());
  std::vector<double> all;
  for (std::int64_t row = 0; row < count; ++row) all.insert(all.end(), numbers.begin(), numbers.end());
  data::set_rows(rows, 0, all);
  return rows;
}

/// 0.1 sin(2 pi (k+1)/(10+3j) + phase j)
inline std::vector<double> wave(std::int64_t k, std::int64_t count, double phase) {
  std::vector<double> values;
  for (std::int64_t j = 0; j < count; ++j)
    values.push_back(0.1 * std::sin(2.0 * M_PI * static_cast<double>(k + 1) / static_cast<double>(10 + 3 * j) +
                                    phase * static_cast<double>(j)));
  return values;
}

/// 0.1 cos(1 + i)
inline std::vector<double> first_state(std::int64_t count) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(0.1 * std::cos(1.0 + static_cast<double>(i)));
  return values;
}

inline std::vector<double> numbers(const Rows& rows) {
  return data::host_copy(rows, 0, static_cast<std::int64_t>(rows.extent(0)));
}
inline std::vector<double> numbers(const Array1<double>& column) {
  return numbers(Rows(column.data(), column.extent(0), 1));
}
inline std::vector<std::int64_t> endings(const sim::Environment& environment) {
  std::vector<std::int64_t> values(environment.ending().extent(0));
  Kokkos::deep_copy(HostArray1<std::int64_t>(values.data(), values.size()), environment.ending());
  return values;
}

/// Of row r, all under the same control.
inline void step_by_wave(LinearEnvironment& environment) {
  const auto& info = environment.info();
  environment.step(same_rows(environment.rows().count, wave(environment.num_steps_done(), info.num_actions, 0.7)));
}

/// Everything that a step brings, row by row.
inline std::vector<double> all_numbers(const LinearEnvironment& environment) {
  std::vector<double> all;
  const std::vector<std::vector<double>> parts{numbers(environment.state()), numbers(environment.observation()),
                                               numbers(environment.output()), numbers(environment.reward())};
  const auto rows = static_cast<std::size_t>(environment.rows().count);
  for (std::size_t row = 0; row < rows; ++row)
    for (const auto& part : parts) {
      const std::size_t width = part.size() / rows;
      all.insert(all.end(), part.begin() + static_cast<std::ptrdiff_t>(row * width),
                 part.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    }
  return all;
}

}  // namespace tessera::test
