// The table [stage.pair].
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

namespace {

/// Where a Gaussian has fallen to 1.5e-8 of its height.
constexpr double gaussian_cutoff = 6.0;

struct PairOf {
  PairParams& values;
  const LangevinParams& stage;
};

/// Absent where there is none that goes without saying.
std::optional<double> usual_cutoff(const PairParams& p) {
  switch (p.kind) {
    case PairKind::gaussian:
      return gaussian_cutoff * p.length;
    case PairKind::quadratic:
      return p.length;
    case PairKind::wca:
      return std::pow(2.0, 1.0 / 6.0) * p.length;
    case PairKind::lennard_jones:
      return 2.5 * p.length;
    case PairKind::none:
    case PairKind::formula:
      break;
  }
  return std::nullopt;
}

/// Lists last for some ten steps where one particle's fastest of 1e5 comes half the skin in so many: noise goes as the
/// root of time.
double usual_skin(const LangevinParams& p, double cutoff) {
  constexpr double steps = 10.0, fastest = 4.5;
  const double mobility = is_overdamped(p.scheme) ? 1.0 / (p.mass * p.friction) : 0.0;
  const double way = is_overdamped(p.scheme) ? std::sqrt(2.0 * p.temperature * mobility * p.dt * steps)
                                             : std::sqrt(p.temperature / p.mass) * p.dt * steps;
  return std::clamp(2.0 * fastest * way, 0.3 * cutoff, cutoff);
}

void bind_form(deck::Binder& b, PairParams& v, const LangevinParams& stage) {
  if (b.is_describing() || v.kind != PairKind::formula) {
    const bool is_soft = v.kind == PairKind::gaussian || v.kind == PairKind::quadratic;
    b.value("energy", v.energy, is_soft || b.is_describing() ? deck::any : deck::positive, {"eps", "energy"});
    b.value("length", v.length, deck::positive, {"s", "length"});
  }
  if (b.is_describing() || v.kind == PairKind::formula) {
    b.required("formula");
    b.formula("formula", v.formula, pair_formula_names(stage), {"u of the distance r, and the time t", "energy"});
  }
  const bool is_fixed = v.kind == PairKind::wca || v.kind == PairKind::quadratic;
  if (b.is_describing() || !is_fixed)
    b.value("cutoff", v.cutoff, deck::positive,
            {"distance beyond which u is 0; it is shifted to be 0 there. Left out: 6 s of gaussian, 2.5 s of "
             "lennard_jones; batches do without",
             "length"});
  if (!v.cutoff && (is_fixed || v.sum == PairSum::lists)) v.cutoff = usual_cutoff(v);
}

void bind(deck::Binder& b, PairOf& p) {
  PairParams& v = p.values;
  b.choice("kind", v.kind,
           {{"none", PairKind::none},
            {"gaussian", PairKind::gaussian},
            {"quadratic", PairKind::quadratic},
            {"wca", PairKind::wca},
            {"lennard_jones", PairKind::lennard_jones},
            {"formula", PairKind::formula}},
           {"u(r) = eps exp(-r^2/(2 s^2)); eps (1 - r/s)^2 below s; 4 eps ((s/r)^12 - (s/r)^6), as wca cut where its "
            "force is 0; or a formula"});
  if (!b.is_describing() && v.kind == PairKind::none) return;
  b.choice("sum", v.sum, {{"lists", PairSum::lists}, {"batches", PairSum::batches}},
           {"all pairs within the cutoff, in up to 3 dimensions, or, in any, those within random batches, which stand "
            "for all (S. Jin, L. Li and J.-G. Liu, J. Comput. Phys. 400, 108877 (2020))"});
  bind_form(b, v, p.stage);
  b.value("mean_field", v.is_mean_field, {"u/N for u: N particles together act on one as strongly as one would"});
  if (b.is_describing() || v.sum == PairSum::lists) {
    if (!b.is_describing() && !v.skin && v.cutoff) v.skin = usual_skin(p.stage, *v.cutoff);
    b.value("skin", v.skin, deck::positive,
            {"lists hold pairs within cutoff + skin, until a particle has moved half of it; if left out, for some ten "
             "steps, but from 0.3 cutoff to cutoff",
             "length"});
  }
  if (b.is_describing() || v.sum == PairSum::batches)
    b.value("batch", v.batch, {.low = 2, .high = 1024}, {"particles of a batch"});
  if (b.is_describing()) return;
  const LangevinParams& stage = p.stage;
  const bool has_lists = v.sum == PairSum::lists;
  b.check(!has_lists || stage.dimensions <= 3, "sum",
          fmt::format("lists of neighbours know up to 3 dimensions, the deck asks for {}; expected \"batches\"",
                      stage.dimensions));
  b.check(!has_lists || v.cutoff.has_value(), "kind", "a sum over neighbours needs a cutoff");
  b.check(has_lists || v.batch <= stage.particles, "batch",
          fmt::format("a batch of {} of {} particles", v.batch, stage.particles));
  b.check(!stage.has_weights(), "kind",
          "particles that act on one another cannot have weights; expected growth_as = \"branching\"");
  b.check(!has_lists || !stage.is_branching(), "sum", "particles that branch have no lists; expected \"batches\"");
}

}  // namespace

deck::FormulaNames pair_formula_names(const LangevinParams& params) {
  deck::FormulaNames names;
  names.variables = {"r", "t"};
  for (const auto& parameter : params.parameters) names.parameters.emplace_back(parameter.name, parameter.value);
  return names;
}

void bind_pair(deck::Binder& b, LangevinParams& params) {
  PairOf pair{params.pair, params};
  b.table("pair", pair, {"forces between particles that depend on their distance"});
}

}  // namespace tessera::sim::particles
