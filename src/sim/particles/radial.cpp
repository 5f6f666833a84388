#include "sim/particles/radial.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/error.hpp"

namespace tessera::sim::particles {

namespace {

template <class Evaluator>
struct Coefficients {
  double p[Evaluator::num_parameters];
  double cutoff;
};

template <class Evaluator>
Coefficients<Evaluator> coefficients(const PairTable& table) {
  Coefficients<Evaluator> c;
  Evaluator::fill(table(0, 0), table.truncation, c.p);
  c.cutoff = table(0, 0).cutoff;
  return c;
}

/// A vector of distances at a time, the last ones too: no result depends on what stands beside it.
template <class Evaluator>
void evaluate_slopes(const PairTable& table, const Array1<double>& r, int count, const Array1<double>& result) {
  const auto c = coefficients<Evaluator>(table);
  constexpr int width = simd::width;
  Kokkos::parallel_for(
      "particles/pair_slopes", Range(0, (count + width - 1) / width), KOKKOS_LAMBDA(int group) {
        const int first = group * width, here = count - first < width ? count - first : width;
        alignas(64) double part[width] = {};
        if (here < width)
          for (int n = 0; n < here; ++n) part[n] = r(first + n);
        simd::Pack p[Evaluator::num_parameters];
        for (int k = 0; k < Evaluator::num_parameters; ++k) p[k] = c.p[k];
        const simd::Pack distance = simd::load(here < width ? part : r.data() + first);
        const simd::Mask counts = distance < simd::Pack(c.cutoff) && distance > simd::Pack(0.0);
        const simd::Pack slope = simd::zero_unless(counts, Evaluator::force_over_r(p, simd::Pack(distance * distance)));
        simd::store(here < width ? part : result.data() + first, slope);
        if (here < width)
          for (int n = 0; n < here; ++n) result(first + n) = part[n];
      });
}

template <class Evaluator>
void evaluate_energies(const PairTable& table, const Array1<double>& r, int count, const Array1<double>& result) {
  const auto c = coefficients<Evaluator>(table);
  Kokkos::parallel_for(
      "particles/pair_energies", Range(0, count),
      KOKKOS_LAMBDA(int n) { result(n) = r(n) < c.cutoff ? Evaluator::energy(c.p, r(n) * r(n)) : 0.0; });
}

/// From -u' to -u'/r.
void divide_slopes(const Array1<double>& r, int count, double cutoff, const Array1<double>& result) {
  Kokkos::parallel_for(
      "particles/divide_slopes", Range(0, count),
      KOKKOS_LAMBDA(int n) { result(n) = r(n) < cutoff && r(n) > 0.0 ? result(n) / r(n) : 0.0; });
}

void shift_energies(const Array1<double>& r, int count, double cutoff, double shift, const Array1<double>& result) {
  Kokkos::parallel_for(
      "particles/shift_energies", Range(0, count),
      KOKKOS_LAMBDA(int n) { result(n) = r(n) < cutoff ? result(n) - shift : 0.0; });
}

deck::Program pair_program(const LangevinParams& p, bool is_slope) {
  deck::Formulas formulas(pair_formula_names(p));
  const auto energy = formulas.parse(is_slope ? fmt::format("-({})", p.pair.formula) : p.pair.formula);
  return formulas.compile({is_slope ? formulas.derivative(energy, "r") : energy});
}

/// A list as a table of one column.
Array2<double> as_column(const Array1<double>& values) { return Array2<double>(values.data(), values.extent(0), 1); }

}  // namespace

PairTable pair_table(const PairParams& params, double factor) {
  PairTable table;
  table.truncation = Truncation::energy;
  table.pairs = {
      {factor * params.energy, params.length, params.cutoff.value_or(std::numeric_limits<double>::infinity())}};
  return table;
}

RadialPotential::RadialPotential(const LangevinParams& params)
    : cutoff_(params.pair.cutoff.value_or(std::numeric_limits<double>::infinity())),
      kind_(params.pair.kind),
      table_(pair_table(params.pair, 1.0)) {
  if (kind_ != PairKind::formula) return;
  slope_.emplace(pair_program(params, true));
  energy_.emplace(pair_program(params, false));
}

void RadialPotential::slopes(const Array1<double>& r, int count, double time, const Array1<double>& result) const {
  switch (kind_) {
    case PairKind::gaussian:
      return evaluate_slopes<GaussianRepulsion>(table_, r, count, result);
    case PairKind::quadratic:
      return evaluate_slopes<QuadraticRepulsion>(table_, r, count, result);
    case PairKind::wca:
    case PairKind::lennard_jones:
      return evaluate_slopes<LennardJones>(table_, r, count, result);
    case PairKind::formula:
      slope_->evaluate(as_column(r), count, time, as_column(result));
      return divide_slopes(r, count, cutoff_, result);
    case PairKind::none:
      break;
  }
  throw Error::internal("a pair potential of no kind");
}

void RadialPotential::energies(const Array1<double>& r, int count, double time, const Array1<double>& result) const {
  switch (kind_) {
    case PairKind::gaussian:
      return evaluate_energies<GaussianRepulsion>(table_, r, count, result);
    case PairKind::quadratic:
      return evaluate_energies<QuadraticRepulsion>(table_, r, count, result);
    case PairKind::wca:
    case PairKind::lennard_jones:
      return evaluate_energies<LennardJones>(table_, r, count, result);
    case PairKind::formula: {
      double shift = 0.0;
      if (cutoff_ < std::numeric_limits<double>::infinity()) {
        const Array1<double> at("particles/cutoff", 1), there("particles/cutoff_energy", 1);
        Kokkos::deep_copy(at, cutoff_);
        energy_->evaluate(as_column(at), 1, time, as_column(there));
        Kokkos::deep_copy(shift, Kokkos::subview(there, 0));
      }
      energy_->evaluate(as_column(r), count, time, as_column(result));
      return shift_energies(r, count, cutoff_, shift, result);
    }
    case PairKind::none:
      break;
  }
  throw Error::internal("a pair potential of no kind");
}

}  // namespace tessera::sim::particles
