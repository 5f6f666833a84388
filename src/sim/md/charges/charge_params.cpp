#include "sim/md/charges/charge_params.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"

namespace tessera::sim::md {

using deck::Binder;

namespace {

constexpr double default_accuracy = 1e-4;
constexpr std::int64_t default_order = 5;

void bind(Binder& b, TypeCharge& p) {
  b.required("name");
  b.value("name", p.name, {"name of the type"});
  b.required("charge");
  b.value("charge", p.charge, deck::any, {"of each particle of this type", "charge"});
}

void check_method(Binder& b, ChargeParams& p) {
  const bool is_long = is_long_range(p.method),
             is_screened = p.method == ChargeMethod::wolf || p.method == ChargeMethod::dsf;
  b.check(p.method == ChargeMethod::ewald || is_screened || !p.alpha, "alpha", "goes with wolf, dsf and ewald only");
  b.check(!is_screened || p.alpha.has_value(), "method",
          "wolf and dsf need alpha, the inverse length of the screening");
  b.check(is_long || !p.accuracy, "accuracy", "goes with ewald and pppm only");
  b.check(is_long || !p.background, "background", "goes with ewald and pppm only");
  b.check(p.method == ChargeMethod::pppm || !p.order, "order", "goes with pppm only");
  b.check(p.method == ChargeMethod::shifted || !p.smoothing, "smoothing", "goes with shifted only");
  if (b.is_describing()) return;
  if (is_long && !p.accuracy) p.accuracy = default_accuracy;
  if (p.method == ChargeMethod::pppm && !p.order) p.order = default_order;
}

Truncation truncation_of(const ChargeParams& params) {
  switch (params.method) {
    case ChargeMethod::cut:
    case ChargeMethod::ewald:
    case ChargeMethod::pppm:
      return Truncation::none;
    case ChargeMethod::wolf:
      return Truncation::energy;
    case ChargeMethod::shifted:
      return params.smoothing ? Truncation::smooth : Truncation::force;
    case ChargeMethod::dsf:
      return Truncation::force;
  }
  return Truncation::none;
}

std::vector<double> charges_by_type(const data::System& system, const ChargeParams& params) {
  std::vector<std::optional<double>> found(system.species.size());
  for (const auto& type : params.types) {
    bool is_known = false;
    for (std::size_t t = 0; t < system.species.size(); ++t) {
      if (system.species[t].name != type.name) continue;
      if (found[t]) throw Error::input(fmt::format("[[stage.charges.type]] gives \"{}\" twice", type.name));
      found[t] = type.charge;
      is_known = true;
    }
    if (!is_known)
      throw Error::input(fmt::format("[[stage.charges.type]] names \"{}\", which the system does not have", type.name));
  }
  std::vector<double> charges;
  for (std::size_t t = 0; t < found.size(); ++t) {
    if (!found[t])
      throw Error::input(fmt::format("[[stage.charges.type]] gives charges of some types, but none for \"{}\"",
                                     system.species[t].name));
    charges.push_back(*found[t]);
  }
  return charges;
}

}  // namespace

void bind(Binder& b, ChargeParams& p) {
  b.required("method");
  b.choice(
      "method", p.method,
      {{"cut", ChargeMethod::cut},
       {"shifted", ChargeMethod::shifted},
       {"wolf", ChargeMethod::wolf},
       {"dsf", ChargeMethod::dsf},
       {"ewald", ChargeMethod::ewald},
       {"pppm", ChargeMethod::pppm}},
      {"cut: 1/r within the cutoff; shifted: its force shifted to zero; wolf, dsf: damped sums, shifted in energy or "
       "in force; ewald, pppm: all images of a periodic box (pppm on a mesh, for more than some thousand charges)"});
  b.required("cutoff");
  b.value("cutoff", p.cutoff, deck::positive, {"distance up to which pairs are summed", "length"});
  b.value("accuracy", p.accuracy, {.low = 1e-12, .high = 0.1},
          {"of ewald and pppm: error of a force over that of two unit charges at unit distance; 1e-4 if left out"});
  b.value("alpha", p.alpha, deck::positive,
          {"screening, erfc(alpha r)/r; ewald chooses it if it is left out, and pppm does anyway", "1/length"});
  b.value("order", p.order, {.low = 3, .high = 7}, {"points a direction that pppm spreads a charge to; 5 if left out"});
  b.value("smoothing", p.smoothing, deck::positive,
          {"of shifted: multiplied by exp(-smoothing^2/(r - cutoff)^2) besides", "length"});
  b.value("background", p.background,
          {"of ewald and pppm: a net charge is neutralised by an even density; false: it is refused"});
  b.tables("type", p.types, {"charges by type, instead of those that the particles came with"},
           [](Binder& inner, TypeCharge& type) { bind(inner, type); });
  check_method(b, p);
}

CoulombParams pair_part(const ChargeParams& params, const Units& units, double alpha) {
  CoulombParams pairs;
  pairs.cutoff = params.cutoff;
  pairs.alpha = params.alpha.value_or(alpha);
  pairs.strength = units.coulomb;
  pairs.truncation = truncation_of(params);
  pairs.smoothing = params.smoothing.value_or(0.0);
  pairs.self_energy = params.method == ChargeMethod::wolf || params.method == ChargeMethod::dsf;
  if (params.accuracy) pairs.tolerance = std::min(1e-6, 1e-2 * *params.accuracy);
  return pairs;
}

void set_charges(data::System& system, const ChargeParams& params) {
  auto& particles = system.particles;
  if (!params.types.empty()) {
    const auto by_type = charges_by_type(system, params);
    const Array1<double> charges("charges of types", by_type.size());
    const auto host = Kokkos::create_mirror_view(charges);
    for (std::size_t t = 0; t < by_type.size(); ++t) host(t) = by_type[t];
    Kokkos::deep_copy(charges, host);
    if (!particles.has_column("charge"))
      particles.add<double>("charge", 1, data::Column::saved | data::Column::output, "charge");
    const auto charge = particles.get<double>("charge");
    const auto type = particles.get<int>("type");
    Kokkos::parallel_for(
        "md/set_charges", Range(0, particles.num_owned()),
        KOKKOS_LAMBDA(int i) { charge(i, 0) = charges(type(i, 0)); });
  }
  if (!particles.has_column("charge"))
    throw Error::input(
        "[stage.charges] needs charges, but the particles came without; give one for each type, as "
        "[[stage.charges.type]]");
}

}  // namespace tessera::sim::md
