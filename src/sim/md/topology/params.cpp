#include "sim/md/topology/params.hpp"

#include <fmt/core.h>

#include <string>

namespace tessera::sim::md {

using deck::Binder;

namespace {

constexpr deck::Limits type_number{.low = 1, .high = 1 << 20};
constexpr deck::Limits multiplicity{.low = 0, .high = 6};
constexpr deck::Limits plus_or_minus{.low = -1, .high = 1};

void bind_type(Binder& b, std::int64_t& type, const char* of) {
  b.required("type");
  b.value("type", type, type_number, {of});
}

/// A key that some kinds need and the others do not know.
template <class Value>
void check_key(Binder& b, const char* key, const std::optional<Value>& value, bool is_needed) {
  b.check(value.has_value() == is_needed, value ? key : "type",
          value ? fmt::format("{} does not belong to this kind", key) : fmt::format("this kind needs {}", key));
}

void check_sign(Binder& b, const std::optional<std::int64_t>& sign) {
  b.check(!sign || *sign == 1 || *sign == -1, "sign", "sign is 1 or -1");
}

}  // namespace

void bind(Binder& b, BondParams& p) {
  bind_type(b, p.type, "number of the type of bonds in the topology");
  b.choice("kind", p.kind,
           {{"harmonic", BondKind::harmonic},
            {"morse", BondKind::morse},
            {"fene", BondKind::fene},
            {"rigid", BondKind::rigid}},
           {"harmonic: k (r - length)^2; morse: depth [1 - exp(-alpha (r - length))]^2; fene: "
            "-k/2 max_length^2 ln[1 - (r/max_length)^2], and below 2^(1/6) sigma 4 epsilon [(sigma/r)^12 - "
            "(sigma/r)^6] + epsilon; rigid: always of that length"});
  b.value("k", p.k, deck::non_negative, {"of harmonic (without a factor 1/2) and fene", "energy/length^2"});
  b.value("length", p.length, deck::non_negative,
          {"of harmonic and morse: where the energy is least; of rigid", "length"});
  b.value("depth", p.depth, deck::non_negative, {"of morse", "energy"});
  b.value("alpha", p.alpha, deck::positive, {"of morse", "1/length"});
  b.value("max_length", p.max_length, deck::positive, {"of fene: no bond is ever longer", "length"});
  b.value("epsilon", p.epsilon, deck::non_negative, {"of fene", "energy"});
  b.value("sigma", p.sigma, deck::non_negative, {"of fene", "length"});
  if (b.is_describing()) return;
  const bool is_fene = p.kind == BondKind::fene, is_morse = p.kind == BondKind::morse;
  check_key(b, "k", p.k, p.kind == BondKind::harmonic || is_fene);
  check_key(b, "length", p.length, !is_fene);
  check_key(b, "depth", p.depth, is_morse);
  check_key(b, "alpha", p.alpha, is_morse);
  check_key(b, "max_length", p.max_length, is_fene);
  check_key(b, "epsilon", p.epsilon, is_fene);
  check_key(b, "sigma", p.sigma, is_fene);
  b.check(p.kind != BondKind::rigid || p.length > 0.0, "length", "a rigid bond has a length above 0");
}

void bind(Binder& b, AngleParams& p) {
  bind_type(b, p.type, "number of the type of angles in the topology");
  b.choice("kind", p.kind,
           {{"harmonic", AngleKind::harmonic}, {"charmm", AngleKind::charmm}, {"rigid", AngleKind::rigid}},
           {"harmonic: k (theta - angle)^2; charmm: likewise, and k_ub (r - length_ub)^2 between the outer atoms; "
            "rigid: always that angle, between two rigid bonds"});
  b.value("k", p.k, deck::non_negative, {"of harmonic and charmm, without a factor 1/2", "energy/rad^2"});
  b.required("angle");
  b.value("angle", p.angle, {.low = 0.0, .high = 180.0}, {"where the energy is least; of rigid", "degrees"});
  b.value("k_ub", p.k_ub, deck::non_negative, {"of charmm (Urey and Bradley)", "energy/length^2"});
  b.value("length_ub", p.length_ub, deck::non_negative, {"of charmm", "length"});
  if (b.is_describing()) return;
  check_key(b, "k", p.k, p.kind != AngleKind::rigid);
  check_key(b, "k_ub", p.k_ub, p.kind == AngleKind::charmm);
  check_key(b, "length_ub", p.length_ub, p.kind == AngleKind::charmm);
  b.check(p.kind != AngleKind::rigid || (p.angle > 0.0 && p.angle < 180.0), "angle",
          "a rigid angle lies between 0 and 180 degrees, both left out");
}

void bind(Binder& b, DihedralParams& p) {
  bind_type(b, p.type, "number of the type of dihedrals in the topology");
  b.choice("kind", p.kind,
           {{"opls", DihedralKind::opls}, {"harmonic", DihedralKind::harmonic}, {"charmm", DihedralKind::charmm}},
           {"opls: k1/2 (1 + cos phi) + k2/2 (1 - cos 2 phi) + k3/2 (1 + cos 3 phi) + k4/2 (1 - cos 4 phi); harmonic: "
            "k (1 + sign cos n phi); charmm: k [1 + cos(n phi - phase)]; phi is 180 degrees in trans"});
  b.required("k");
  b.list("k", p.k, 0, deck::any, {"four numbers for opls, else one", "energy"});
  b.value("n", p.n, multiplicity, {"of harmonic and charmm"});
  b.value("sign", p.sign, plus_or_minus, {"of harmonic: 1 or -1"});
  b.value("phase", p.phase, {.low = -360.0, .high = 360.0}, {"of charmm", "degrees"});
  if (b.is_describing()) return;
  const std::size_t numbers = p.kind == DihedralKind::opls ? 4 : 1;
  b.check(p.k.size() == numbers, "k", fmt::format("{} numbers for this kind; there are {}", numbers, p.k.size()));
  check_key(b, "n", p.n, p.kind != DihedralKind::opls);
  check_key(b, "sign", p.sign, p.kind == DihedralKind::harmonic);
  check_key(b, "phase", p.phase, p.kind == DihedralKind::charmm);
  check_sign(b, p.sign);
}

void bind(Binder& b, ImproperParams& p) {
  bind_type(b, p.type, "number of the type of impropers in the topology");
  b.choice("kind", p.kind, {{"harmonic", ImproperKind::harmonic}, {"cvff", ImproperKind::cvff}},
           {"harmonic: k (chi - angle)^2; cvff: k (1 + sign cos n phi)"});
  b.required("k");
  b.value("k", p.k, deck::any, {"without a factor 1/2", "energy (harmonic: energy/rad^2)"});
  b.value("angle", p.angle, {.low = 0.0, .high = 180.0}, {"of harmonic", "degrees"});
  b.value("n", p.n, multiplicity, {"of cvff"});
  b.value("sign", p.sign, plus_or_minus, {"of cvff: 1 or -1"});
  if (b.is_describing()) return;
  check_key(b, "angle", p.angle, p.kind == ImproperKind::harmonic);
  check_key(b, "n", p.n, p.kind == ImproperKind::cvff);
  check_key(b, "sign", p.sign, p.kind == ImproperKind::cvff);
  check_sign(b, p.sign);
}

void bind(Binder& b, SpecialParams& p) {
  b.list(
      "lj", p.lj, 3, deck::unit_interval,
      {"part of the Lennard-Jones potential that counts between atoms one, two and three bonds apart; left out: none "
       "of it (OPLS: 0, 0, 0.5; bead-spring chains: 0, 1, 1)"});
  b.list("coulomb", p.coulomb, 0, deck::unit_interval, {"likewise of the forces between charges; left out: as lj"});
  b.check(p.coulomb.empty() || p.coulomb.size() == 3, "coulomb",
          fmt::format("three numbers are needed; there are {}", p.coulomb.size()));
  if (p.coulomb.empty() && !b.is_describing()) p.coulomb = p.lj;
}

void bind_molecules(Binder& b, MoleculeParams& p) {
  b.tables("bond", p.bonds, {"a type of bonds; instead of what the file says of it"});
  b.tables("angle", p.angles, {"a type of angles, likewise"});
  b.tables("dihedral", p.dihedrals, {"a type of dihedrals, likewise"});
  b.tables("improper", p.impropers, {"a type of impropers, likewise"});
  b.table("special", p.special, {"pairs of atoms of one molecule that are close along bonds"});
}

}  // namespace tessera::sim::md
