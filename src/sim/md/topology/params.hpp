// What a deck says about molecules: coefficients of bonded forces, and pairs that are close along bonds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::sim::md {

enum class BondKind { harmonic, morse, fene, rigid };
enum class AngleKind { harmonic, charmm, rigid };
enum class DihedralKind { opls, harmonic, charmm };
enum class ImproperKind { harmonic, cvff };

/// One type of bonds.
struct BondParams {
  std::int64_t type = 1;
  BondKind kind = BondKind::harmonic;
  std::optional<double> k, length, depth, alpha, max_length, epsilon, sigma;
};
void bind(deck::Binder& binder, BondParams& params);

struct AngleParams {
  std::int64_t type = 1;
  AngleKind kind = AngleKind::harmonic;
  std::optional<double> k;
  double angle = 0.0;
  std::optional<double> k_ub, length_ub;
};
void bind(deck::Binder& binder, AngleParams& params);

struct DihedralParams {
  std::int64_t type = 1;
  DihedralKind kind = DihedralKind::opls;
  std::vector<double> k;
  std::optional<std::int64_t> n, sign;
  std::optional<double> phase;
};
void bind(deck::Binder& binder, DihedralParams& params);

struct ImproperParams {
  std::int64_t type = 1;
  ImproperKind kind = ImproperKind::harmonic;
  double k = 0.0;
  std::optional<double> angle;
  std::optional<std::int64_t> n, sign;
};
void bind(deck::Binder& binder, ImproperParams& params);

/// How much of the pair potential counts between atoms one, two and three bonds apart.
struct SpecialParams {
  std::vector<double> lj{0.0, 0.0, 0.0};
  std::vector<double> coulomb;  ///< as lj if the deck does not say; three numbers once it is read
};
void bind(deck::Binder& binder, SpecialParams& params);

struct MoleculeParams {
  std::vector<BondParams> bonds;
  std::vector<AngleParams> angles;
  std::vector<DihedralParams> dihedrals;
  std::vector<ImproperParams> impropers;
  SpecialParams special;
};
/// Keys of the stage's own table.
void bind_molecules(deck::Binder& binder, MoleculeParams& params);

}  // namespace tessera::sim::md
