// The rows of a grid as transforms cut it, as a Field that files are written from and read into.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/field.hpp"
#include "data/row_exchange.hpp"
#include "sim/pde/params.hpp"
#include "sim/pde/spectral_space.hpp"

namespace tessera::sim::pde {

class GridField {
 public:
  /// Collective. Throws Error (input) if there are more ranks than rows of the slowest direction. `comm`: the ranks
  /// that the space is split over, or one rank.
  GridField(const Comm& comm, const PdeParams& params, const SpectralSpace& space, const std::string& name);

  data::Field& field() { return field_; }
  const data::Field& field() const { return field_; }
  /// Collective. From and to space.num_values() numbers.
  void write(std::span<const double> values);
  std::vector<double> read();

 private:
  std::span<double> block() const;

  data::Field field_;
  data::RowExchange exchange_;
  int row_length_;
  std::size_t num_values_;
};

}  // namespace tessera::sim::pde
