// Chemical elements: symbols and standard atomic weights.
#pragma once

#include <optional>
#include <string_view>

namespace tessera::data {

/// Abridged standard atomic weight (IUPAC 2021; mass number of the best-known isotope where there is none), g/mol.
/// Nothing if the symbol is not an element's.
std::optional<double> atomic_weight(std::string_view symbol);

/// Symbol of an atomic number from 1 to 118; empty outside.
std::string_view element_symbol(int atomic_number);

}  // namespace tessera::data
