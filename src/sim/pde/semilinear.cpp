#include "sim/pde/semilinear.hpp"

#include <algorithm>
#include <cmath>

#include "sim/pde/semilinear_pass.hpp"

namespace tessera::sim::pde {

namespace {

using Parts = std::vector<double>;

void append(Parts& parts, Complex value, bool is_complex) {
  parts.push_back(value.real());
  if (is_complex) parts.push_back(value.imag());
}

/// Of all parts: neither infinite nor not a number.
bool is_finite(const Parts& parts) {
  double sum = 0.0;
  for (const double part : parts) sum += part * 0.0;
  return sum == 0.0;
}

void form_products(Nonlinearity nonlinearity, std::span<double> u) {
  switch (nonlinearity) {
    case Nonlinearity::square:
      for (double& x : u) x = x * x;
      return;
    case Nonlinearity::cube:
      for (double& x : u) x = x * x * x;
      return;
    case Nonlinearity::logistic:
      for (double& x : u) x = x - x * x;
  }
}

}  // namespace

std::int64_t count_substeps(double sample_time, double h, Fidelity fidelity) {
  if (fidelity == Fidelity::corrected) return std::llround(sample_time / h);
  const double quotient = (sample_time - std::fmod(sample_time, h)) / h;
  const double whole = std::floor(quotient);
  return static_cast<std::int64_t>(quotient - whole > 0.5 ? whole + 1.0 : whole);
}

std::int64_t padded_points(std::int64_t points, Nonlinearity nonlinearity, Fidelity fidelity) {
  if (fidelity == Fidelity::reference) return 3 * points / 2;
  return good_size(nonlinearity == Nonlinearity::cube ? 2 * points : (3 * points + 1) / 2);
}

struct SemilinearEvolution::State final : Evolution::Work {
  explicit State(const SpectralSpace& space)
      : work(space.make_work()),
        spectrum(reinterpret_cast<Complex*>(work.spectrum.data()), static_cast<std::size_t>(space.num_padded_modes())),
        values(work.values.data(), static_cast<std::size_t>(space.num_padded_values())) {
    const auto parts = static_cast<std::size_t>(2 * space.num_modes());
    for (auto* array : {&v, &sum, &rest, &force, &last}) array->resize(parts);
  }

  SpaceWork work;
  std::span<Complex> spectrum;
  std::span<double> values;
  Parts v, sum, rest, force, last;
};

SemilinearEvolution::SemilinearEvolution(std::unique_ptr<SpectralSpace> space, const Semilinear& equation,
                                         double substep, std::int64_t substeps, Fidelity fidelity)
    : space_(std::move(space)), nonlinearity_(equation.nonlinearity()), substeps_(substeps), fidelity_(fidelity) {
  const auto& vectors = space_->wave_vectors();
  // Of the equation, not of the modes here: ranks must not differ.
  is_symbol_complex_ = equation.symbol({1.0, 0.0, 0.0}).imag() != 0.0;
  is_factor_imaginary_ = equation.factor({1.0, 0.0, 0.0}).imag() != 0.0;
  auto& c = coefficients_;
  for (auto* array : {&c.e, &c.e2, &c.q, &c.f1, &c.f2, &c.f3})
    array->reserve((is_symbol_complex_ ? 2 : 1) * vectors.size());
  c.factor.reserve(vectors.size());
  for (const auto& k : vectors) {
    const Etdrk4 mode = etdrk4(equation.symbol(k), substep, fidelity);
    const bool both = is_symbol_complex_;
    append(c.e, mode.e, both);
    append(c.e2, mode.e2, both);
    append(c.q, mode.q, both);
    append(c.f1, mode.f1, both);
    append(c.f2, 2.0 * mode.f2, both);
    append(c.f3, mode.f3, both);
    const Complex factor = equation.factor(k) / space_->padded_size();
    c.factor.push_back(is_factor_imaginary_ ? factor.imag() : factor.real());
  }
}

std::unique_ptr<Evolution::Work> SemilinearEvolution::make_work() const { return std::make_unique<State>(*space_); }

namespace {

/// All runs; what lies between them in the spectrum becomes zero.
template <int pass, bool is_symbol_complex, bool is_factor_imaginary>
void run_all(const std::vector<ModeRun>& runs, const PassArrays& all, std::int64_t spectrum_modes) {
  std::int64_t end = 0;
  for (const auto& run : runs) {
    PassArrays here = all;
    here.spectrum += 2 * run.place;
    here.factor += run.first;
    for (const double** array : {&here.force}) *array += 2 * run.first;
    for (double** array : {&here.v, &here.sum, &here.rest}) *array += 2 * run.first;
    for (const double** array : {&here.e, &here.e2, &here.q, &here.f1, &here.f2, &here.f3})
      *array += (is_symbol_complex ? 2 : 1) * run.first;
    std::fill(all.spectrum + 2 * end, here.spectrum, 0.0);
    run_pass<pass, is_symbol_complex, is_factor_imaginary>(here, run.count);
    end = run.place + run.count;
  }
  std::fill(all.spectrum + 2 * end, all.spectrum + 2 * spectrum_modes, 0.0);
}

template <int pass>
void run_all(const std::vector<ModeRun>& runs, const PassArrays& all, std::int64_t spectrum_modes,
             bool is_symbol_complex, bool is_factor_imaginary) {
  if (is_symbol_complex)
    run_all<pass, true, true>(runs, all, spectrum_modes);
  else if (is_factor_imaginary)
    run_all<pass, false, true>(runs, all, spectrum_modes);
  else
    run_all<pass, false, false>(runs, all, spectrum_modes);
}

}  // namespace

void SemilinearEvolution::substep(State& state) const {
  const auto& c = coefficients_;
  const PassArrays arrays{reinterpret_cast<double*>(state.spectrum.data()),
                          state.force.data(),
                          state.v.data(),
                          state.sum.data(),
                          state.rest.data(),
                          c.factor.data(),
                          c.e.data(),
                          c.e2.data(),
                          c.q.data(),
                          c.f1.data(),
                          c.f2.data(),
                          c.f3.data()};
  const auto transform_product = [&] {
    space_->padded_to_values(state.work);
    form_products(nonlinearity_, state.values);
    space_->padded_to_modes(state.work);
  };
  const auto modes = space_->num_padded_modes();
  transform_product();
  run_all<1>(space_->runs(), arrays, modes, is_symbol_complex_, is_factor_imaginary_);
  transform_product();
  run_all<2>(space_->runs(), arrays, modes, is_symbol_complex_, is_factor_imaginary_);
  transform_product();
  run_all<3>(space_->runs(), arrays, modes, is_symbol_complex_, is_factor_imaginary_);
  transform_product();
  run_all<4>(space_->runs(), arrays, modes, is_symbol_complex_, is_factor_imaginary_);
}

void SemilinearEvolution::advance(std::span<double> fields, std::span<const double> force, Work& work) const {
  auto& state = dynamic_cast<State&>(work);
  const auto modes_of = [](Parts& parts) {
    return std::span<Complex>(reinterpret_cast<Complex*>(parts.data()), parts.size() / 2);
  };
  space_->to_modes(force, modes_of(state.force), state.work);
  space_->to_modes(fields, modes_of(state.v), state.work);
  std::fill(state.spectrum.begin(), state.spectrum.end(), Complex(0.0));
  for (const auto& run : space_->runs())
    std::copy_n(reinterpret_cast<const Complex*>(state.v.data()) + run.first, run.count,
                state.spectrum.data() + run.place);
  for (std::int64_t n = 0; n < substeps_; ++n) {
    if (fidelity_ == Fidelity::reference) state.last = state.v;
    substep(state);
    if (fidelity_ == Fidelity::reference && !is_finite(state.v)) {
      state.v = state.last;
      break;
    }
  }
  space_->to_values(modes_of(state.v), fields, state.work);
}

}  // namespace tessera::sim::pde
