// What a deck says about pair potentials that are given between types: Buckingham, Morse, Yukawa.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "data/system.hpp"
#include "deck/binder.hpp"
#include "sim/pair_formulas.hpp"

namespace tessera::sim::md {

/// One pair of types; pairs that are not named do not interact.
template <class Coefficients>
struct FormulaBetween {
  std::vector<std::string> types;
  Coefficients values;           ///< but for cutoff and smoothing
  std::optional<double> cutoff;  ///< instead of that of all pairs
};

template <class Coefficients>
struct FormulaParams {
  double cutoff = 0.0;
  Truncation truncation = Truncation::energy;
  std::optional<double> smoothing;  ///< of Truncation::smooth
  std::vector<FormulaBetween<Coefficients>> between;
};

using BuckinghamParams = FormulaParams<BuckinghamCoefficients>;
using MorseParams = FormulaParams<MorseCoefficients>;
using YukawaParams = FormulaParams<YukawaCoefficients>;
/// The keys truncation and smoothing, which potentials of named pairs have in common.
void bind_truncation(deck::Binder& binder, Truncation& truncation, std::optional<double>& smoothing);

void bind(deck::Binder& binder, BuckinghamParams& params);
void bind(deck::Binder& binder, MorseParams& params);
void bind(deck::Binder& binder, YukawaParams& params);

/// The longest that the deck names.
template <class Coefficients>
double longest_cutoff(const FormulaParams<Coefficients>& params) {
  double longest = params.cutoff;
  for (const auto& pair : params.between) longest = std::max(longest, pair.cutoff.value_or(0.0));
  return longest;
}

/// Numbers of the two types that `[[stage.<table>.between]]` names. Throws Error (input) for a type that the system
/// does not have.
std::array<std::size_t, 2> find_types(const std::vector<data::Species>& species, const std::vector<std::string>& names,
                                      const std::string& table);

/// Of all pairs of types. Throws Error (input) for an unknown type and for a pair that is given twice.
PairTableOf<BuckinghamCoefficients> make_table(const BuckinghamParams& params,
                                               const std::vector<data::Species>& species);
PairTableOf<MorseCoefficients> make_table(const MorseParams& params, const std::vector<data::Species>& species);
PairTableOf<YukawaCoefficients> make_table(const YukawaParams& params, const std::vector<data::Species>& species);

}  // namespace tessera::sim::md
