// What a checkpoint must hold besides the particles themselves, so that a stage restarts without its source.
#pragma once

#include "data/io/state.hpp"
#include "data/system.hpp"

namespace tessera::sim::md {

/// A column that came with the system, whatever engines and observables add later.
struct OwnColumn {
  std::string name, unit;
  int components = 1;
  data::Column flags = data::Column::plain;
  std::size_t kind = 0;  ///< index in data::ColumnData
};
std::vector<OwnColumn> own_columns(const data::Particles& particles);

/// Collective. Box, species and columns.
void save_frame(data::StateWriter& writer, const data::System& system, const std::vector<OwnColumn>& columns);
/// Collective. A system like the saved one, without particles.
data::System restore_frame(data::StateReader& reader, const Comm& comm);

}  // namespace tessera::sim::md
