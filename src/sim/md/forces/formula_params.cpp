#include "sim/md/forces/formula_params.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

void bind_values(Binder& b, BuckinghamCoefficients& v) {
  b.required("a");
  b.value("a", v.a, deck::non_negative, {"repulsion a exp(-b r)", "energy"});
  b.required("b");
  b.value("b", v.b, deck::non_negative, {"its decay", "1/length"});
  b.required("c");
  b.value("c", v.c, deck::non_negative, {"attraction -c/r^6", "energy length^6"});
  b.value("d", v.d, deck::non_negative, {"attraction -d/r^8 (Born, Mayer and Huggins)", "energy length^8"});
}

void bind_values(Binder& b, MorseCoefficients& v) {
  b.required("depth");
  b.value("depth", v.depth, deck::non_negative, {"of depth ([1 - exp(-alpha (r - length))]^2 - 1)", "energy"});
  b.required("alpha");
  b.value("alpha", v.alpha, deck::positive, {"stiffness", "1/length"});
  b.required("length");
  b.value("length", v.length, deck::positive, {"where the potential is lowest", "length"});
}

void bind_values(Binder& b, YukawaCoefficients& v) {
  b.required("strength");
  b.value("strength", v.strength, deck::any, {"of strength exp(-kappa r)/r", "energy length"});
  b.required("kappa");
  b.value("kappa", v.kappa, deck::non_negative, {"inverse screening length", "1/length"});
}

template <class Coefficients>
void bind_between(Binder& b, FormulaBetween<Coefficients>& p) {
  b.required("types");
  b.list("types", p.types, 2, {"names of the two types"});
  bind_values(b, p.values);
  b.value("cutoff", p.cutoff, deck::positive, {"instead of that of all pairs", "length"});
}

template <class Coefficients>
void bind_formula(Binder& b, FormulaParams<Coefficients>& p) {
  b.required("cutoff");
  b.value("cutoff", p.cutoff, deck::positive, {"distance beyond which there is no force", "length"});
  bind_truncation(b, p.truncation, p.smoothing);
  b.tables("between", p.between, {"one pair of types; pairs that are not named do not interact"},
           [](Binder& inner, FormulaBetween<Coefficients>& pair) { bind_between(inner, pair); });
  b.check(!p.between.empty(), "cutoff", "no pair of types is given; add [[stage.<potential>.between]] with two types");
}

template <class Coefficients>
PairTableOf<Coefficients> fill_table(const FormulaParams<Coefficients>& params,
                                     const std::vector<data::Species>& species, const std::string& name) {
  PairTableOf<Coefficients> table;
  const std::size_t n = species.size();
  table.num_types = static_cast<int>(n);
  table.truncation = params.truncation;
  table.pairs.assign(n * n, Coefficients{});
  std::vector<bool> is_known(n * n, false);
  for (const auto& pair : params.between) {
    const auto [a, b] = find_types(species, pair.types, name);
    if (is_known[a * n + b])
      throw Error::input(
          fmt::format("[[stage.{}.between]] gives \"{}\" and \"{}\" twice", name, pair.types[0], pair.types[1]));
    Coefficients values = pair.values;
    values.cutoff = pair.cutoff.value_or(params.cutoff);
    values.smoothing = params.smoothing.value_or(0.0);
    table.pairs[a * n + b] = table.pairs[b * n + a] = values;
    is_known[a * n + b] = is_known[b * n + a] = true;
  }
  return table;
}

}  // namespace

void bind_truncation(Binder& b, Truncation& truncation, std::optional<double>& smoothing) {
  b.choice("truncation", truncation,
           {{"none", Truncation::none},
            {"energy", Truncation::energy},
            {"force", Truncation::force},
            {"smooth", Truncation::smooth}},
           {"at the cutoff: nothing, the energy shifted to zero, energy and force shifted, or (smooth) the energy "
            "shifted and multiplied by exp(-smoothing^2/(r - cutoff)^2)"});
  b.value("smoothing", smoothing, deck::positive, {"of truncation = \"smooth\"; 0.5 if it is left out", "length"});
  const bool is_smooth = truncation == Truncation::smooth;
  b.check(is_smooth || !smoothing, "smoothing", "smoothing goes with truncation = \"smooth\" only");
  if (is_smooth && !smoothing && !b.is_describing()) smoothing = 0.5;
}

void bind(Binder& b, BuckinghamParams& p) { bind_formula(b, p); }
void bind(Binder& b, MorseParams& p) { bind_formula(b, p); }
void bind(Binder& b, YukawaParams& p) { bind_formula(b, p); }

std::array<std::size_t, 2> find_types(const std::vector<data::Species>& species, const std::vector<std::string>& names,
                                      const std::string& table) {
  std::array<std::size_t, 2> types{};
  for (std::size_t k = 0; k < 2; ++k) {
    types[k] = species.size();
    for (std::size_t t = 0; t < species.size(); ++t)
      if (species[t].name == names[k]) types[k] = t;
    if (types[k] < species.size()) continue;
    std::vector<std::string> known;
    for (const auto& one : species) known.push_back(fmt::format("\"{}\"", one.name));
    throw Error::input(fmt::format("[[stage.{}.between]] names the type \"{}\", but the types of the system are {}",
                                   table, names[k], fmt::join(known, ", ")));
  }
  return types;
}

PairTableOf<BuckinghamCoefficients> make_table(const BuckinghamParams& params,
                                               const std::vector<data::Species>& species) {
  return fill_table(params, species, "buckingham");
}
PairTableOf<MorseCoefficients> make_table(const MorseParams& params, const std::vector<data::Species>& species) {
  return fill_table(params, species, "morse");
}
PairTableOf<YukawaCoefficients> make_table(const YukawaParams& params, const std::vector<data::Species>& species) {
  return fill_table(params, species, "yukawa");
}

}  // namespace tessera::sim::md
