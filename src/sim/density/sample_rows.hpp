// Samples at several times, spread over the ranks: what the stage writes, wherever they come from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/table.hpp"

namespace tessera::sim::density {

class SampleRows {
 public:
  virtual ~SampleRows() = default;
  virtual int dimensions() const = 0;
  virtual const std::vector<std::string>& names() const = 0;  ///< of coordinates
  virtual const std::vector<double>& times() const = 0;       ///< rising
  virtual std::int64_t count(std::size_t n) const = 0;        ///< at time n, on all ranks
  virtual double mass(std::size_t n) const = 0;
  /// Of each coordinate that was standardised: its number from 1, and what was taken off and divided by.
  virtual std::vector<std::vector<double>> scaling() const { return {}; }
  /// Collective. Appends those of time n to the table, which has the columns id and position, and fills these.
  virtual void add(std::size_t n, data::Table& table) const = 0;
};

}  // namespace tessera::sim::density
