// Reference runs of controlgym 1.0.0: the part of them in tests/data, or all of them where TESSERA_GOLDEN names a
// folder.
#pragma once

#include <string>
#include <vector>

#include "data/table.hpp"
#include "sim/pde/params.hpp"

namespace tessera::test {

/// One group of a file.
class PdeGolden {
 public:
  explicit PdeGolden(sim::pde::Equation equation);

  bool has(const std::string& name) const;
  /// Rows one behind the other.
  std::vector<double> numbers(const std::string& name) const;
  double number(const std::string& name) const { return numbers(name).front(); }
  /// Steps that the rows of <group>/state belong to.
  std::vector<std::int64_t> steps(const std::string& group) const;
  /// Row n of <group>/state.
  std::vector<double> state(const std::string& group, std::size_t n) const;

 private:
  std::string path_, prefix_;
};

/// What a deck with these keys in its one stage says; Error (input) if it is wrong.
sim::pde::PdeParams read_params(const std::string& keys);

/// As the reference runs were made: all defaults, no noise, devices where the library puts them.
sim::pde::PdeParams golden_params(sim::pde::Equation equation, sim::Fidelity fidelity);

/// Actions of the open-loop runs: amplitude sin(2 pi (k + 1)/(10 + 3 j) + 0.7 j).
std::vector<double> golden_actions(sim::pde::Equation equation, std::int64_t step);

/// A batch of one row with these numbers.
sim::Environment::Rows to_rows(const std::vector<double>& values);

}  // namespace tessera::test
