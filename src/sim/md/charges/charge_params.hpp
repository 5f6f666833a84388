// What a deck says about charges.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "data/system.hpp"
#include "deck/binder.hpp"
#include "sim/pair_coulomb.hpp"

namespace tessera::sim::md {

/// cut: 1/r up to the cutoff; shifted: force-shifted 1/r; wolf: erfc(alpha r)/r shifted in energy; dsf: in force; ewald
/// and pppm: the whole sum over a periodic box.
enum class ChargeMethod { cut, shifted, wolf, dsf, ewald, pppm };

/// The charge of one type, for systems that come without.
struct TypeCharge {
  std::string name;
  double charge = 0.0;
};

struct ChargeParams {
  ChargeMethod method = ChargeMethod::pppm;
  double cutoff = 0.0;
  std::optional<double> alpha;        ///< of wolf and dsf, and of ewald if it is not to choose
  std::optional<double> accuracy;     ///< of ewald and pppm
  std::optional<double> smoothing;    ///< of shifted
  std::optional<std::int64_t> order;  ///< of pppm
  bool background = false;            ///< of ewald and pppm: a net charge is neutralised by an even one
  std::vector<TypeCharge> types;
};
void bind(deck::Binder& binder, ChargeParams& params);

inline bool is_long_range(ChargeMethod method) { return method == ChargeMethod::ewald || method == ChargeMethod::pppm; }

/// The part of pairs within the cutoff; `alpha` where the deck leaves it open.
CoulombParams pair_part(const ChargeParams& params, const Units& units, double alpha);

/// Collective. Fills the column "charge" by types if the deck gives them. Throws Error (input) for types that the
/// system does not have or the deck leaves out, and for a system without charges.
void set_charges(data::System& system, const ChargeParams& params);

}  // namespace tessera::sim::md
