// What a deck says about potentials of many bodies.
#pragma once

#include <string>
#include <vector>

#include "data/formats/eam_tables.hpp"
#include "deck/binder.hpp"

namespace tessera::sim::md {

/// A type of the system whose name is not that of an element in the file.
struct TypeElementParams {
  std::string name, element;
};
void bind(deck::Binder& binder, TypeElementParams& params);

/// Tables of the embedded atom method.
struct EamParams {
  std::string file;
  data::EamFormat format = data::EamFormat::automatic;
  std::vector<TypeElementParams> types;
};
void bind(deck::Binder& binder, EamParams& params);

struct StillingerWeberParams {
  std::string file;
  std::vector<TypeElementParams> types;
};
void bind(deck::Binder& binder, StillingerWeberParams& params);

struct TersoffParams {
  std::string file;
  std::vector<TypeElementParams> types;
};
void bind(deck::Binder& binder, TersoffParams& params);

}  // namespace tessera::sim::md
