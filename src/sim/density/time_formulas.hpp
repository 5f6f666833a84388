// Formulas of the time, for many times at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/kokkos.hpp"
#include "data/table.hpp"
#include "deck/formula.hpp"
#include "deck/formula_program.hpp"

namespace tessera::sim::density {

class TimeFormulas {
 public:
  static constexpr int rows_at_once = 2048;

  /// Of formulas whose only variable is the time. Throws Error (input) if they cannot be compiled together.
  TimeFormulas(const deck::FormulaNames& names, const std::vector<std::string>& texts);
  TimeFormulas(const TimeFormulas&) = delete;
  TimeFormulas& operator=(const TimeFormulas&) = delete;

  /// Local. What formula n gives at times(first + row) in (row, n), for at most rows_at_once rows; valid until the next
  /// call.
  const Array2<double>& evaluate(const Array1<const double>& times, std::int64_t first, int rows) const;
  /// Local, on the host.
  std::vector<double> at(double time) const;

 private:
  deck::Program host_;
  deck::DeviceProgram device_;
  Array2<double> values_;           // (row, formula)
  std::vector<double*> outputs_;    // places in it: of each batch, a formula's
  data::RowArray<double> scratch_;  // where kernels cannot read what the host has
};

}  // namespace tessera::sim::density
