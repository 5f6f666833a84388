// From the formula of a bond, an angle... to a force term: rows, kernels, sums.
//
// A Form is a struct with
//   atoms, num_parameters, flops        of one term
//   can_break                           whether it may set is_broken
//   template <bool WithEnergy> static double evaluate(const double* p, const double (&x)[atoms][3],
//                                                     double (&f)[atoms][3], bool& is_broken)
// which sets the forces on its atoms and returns the energy (anything without WithEnergy); a form that has no value
// there, such as a bond beyond its greatest length, sets is_broken and gives finite forces.
#pragma once

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "base/region.hpp"
#include "sim/force_term.hpp"
#include "sim/md/forces/bonded_rows.hpp"

namespace tessera::sim::md {

template <class Form>
struct BondedInputs {
  Array2<int> atoms;
  Array1<int> types;
  Array1<double> parameters;  // (type * num_parameters + n)
  Array2<double> position;

  template <bool WithEnergy>
  KOKKOS_FORCEINLINE_FUNCTION double evaluate(int term, double (&x)[Form::atoms][3], double (&f)[Form::atoms][3],
                                              bool& is_broken) const {
    for (int n = 0; n < Form::atoms; ++n)
      for (int c = 0; c < 3; ++c) x[n][c] = position(atoms(term, n), c);
    return Form::template evaluate<WithEnergy>(parameters.data() + types(term) * Form::num_parameters, x, f, is_broken);
  }
};

/// Adds the forces of one term. Shared: others may add to the same rows at the same time.
template <class Form, bool Shared>
struct BondedForces {
  BondedInputs<Form> in;
  Array2<double> force;
  Array1<int> broken;  // (1) the last broken term, -1 if none is

  KOKKOS_FUNCTION void operator()(int term) const {
    double x[Form::atoms][3], f[Form::atoms][3];
    bool is_broken = false;
    in.template evaluate<false>(term, x, f, is_broken);
    if (Form::can_break && is_broken) Kokkos::atomic_fetch_max(&broken(0), term);
    for (int n = 0; n < Form::atoms; ++n)
      for (int c = 0; c < 3; ++c) {
        double& target = force(in.atoms(term, n), c);
        if constexpr (Shared)
          Kokkos::atomic_add(&target, f[n][c]);
        else
          target += f[n][c];
      }
  }
};

/// Energy and virial of one term; forces add to zero, so that places may be relative to the first atom.
template <class Form>
struct BondedSums {
  BondedInputs<Form> in;

  KOKKOS_FUNCTION void operator()(int term, ExactSums<7>& total) const {
    double x[Form::atoms][3], f[Form::atoms][3], virial[6] = {};
    bool is_broken = false;
    total.part[0].add(in.template evaluate<true>(term, x, f, is_broken));
    for (int n = 1; n < Form::atoms; ++n) {
      const double d[3] = {x[n][0] - x[0][0], x[n][1] - x[0][1], x[n][2] - x[0][2]};
      for (int c = 0; c < 3; ++c) virial[c] += d[c] * f[n][c];
      virial[3] += d[0] * f[n][1];
      virial[4] += d[0] * f[n][2];
      virial[5] += d[1] * f[n][2];
    }
    for (int n = 0; n < 6; ++n) total.part[1 + n].add(virial[n]);
  }
};

template <class Form>
class BondedTerm final : public ForceTerm {
 public:
  /// `parameters` by type, in the order of `use`; those of other forms' types are never read.
  BondedTerm(const TopologyKind& kind, std::vector<TypeUse> use, const std::vector<double>& parameters)
      : kind_(kind),
        rows_(kind, std::move(use)),
        parameters_("bonded parameters", parameters.size()),
        broken_("broken", 1) {
    Kokkos::deep_copy(parameters_, HostArray1<const double>(parameters.data(), parameters.size()));
    Kokkos::deep_copy(broken_, -1);
  }

  bool adds_to_copies() const override { return true; }
  void rebuilt(data::Particles& particles, const data::Neighbourhood& near) override { rows_.find(particles, near); }

  void add_interior(const data::Particles&, const data::Neighbourhood&) const override {}
  void add_boundary(const data::Particles& particles, const data::Neighbourhood&) const override {
    const Region region("md/bonded_force");
    const auto force = particles.get<double>("force");
    if (Form::can_break) Kokkos::deep_copy(broken_, -1);
    if (ExecSpace().concurrency() > 1)
      Kokkos::parallel_for("md/bonded_force", Range(0, rows_.count()),
                           BondedForces<Form, true>{inputs(particles), force, broken_});
    else
      Kokkos::parallel_for("md/bonded_force", Range(0, rows_.count()),
                           BondedForces<Form, false>{inputs(particles), force, broken_});
  }

  std::optional<Error> problem() const override {
    if (!Form::can_break) return {};
    int term = -1;
    Kokkos::deep_copy(term, Kokkos::subview(broken_, 0));
    if (term < 0) return {};
    return Error::numeric(
        fmt::format("the {} of particles {} are further apart than their formula allows (for fene, "
                    "max_length); try a smaller dt, or a start that is closer to equilibrium",
                    kind_.name, fmt::join(rows_.ids(term), " and ")));
  }

  StepCost cost(const data::Particles&, const data::Neighbourhood&) const override {
    constexpr double bytes = Form::atoms * (sizeof(int) + 24.0 * 3.0) + sizeof(int);  // position, force twice
    return {static_cast<double>(rows_.count()) * Form::flops, rows_.count() * bytes};
  }

  ForceSums sums(const data::Particles& particles, const data::Neighbourhood&) const override {
    const Region region("md/bonded_sums");
    ExactSums<7> total;
    Kokkos::parallel_reduce("md/bonded_sums", Range(0, rows_.count()), BondedSums<Form>{inputs(particles)},
                            Kokkos::Sum<ExactSums<7>>(total));
    return force_sums(total);
  }

 private:
  BondedInputs<Form> inputs(const data::Particles& particles) const {
    return {rows_.atoms(), rows_.types(), parameters_, particles.get<double>("position")};
  }

  TopologyKind kind_;
  BondedRows rows_;
  Array1<double> parameters_;
  Array1<int> broken_;
};

}  // namespace tessera::sim::md
