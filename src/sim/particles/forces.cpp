#include "sim/particles/forces.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/particles/step_kernel.hpp"

namespace tessera::sim::particles {

namespace {

void add(const Array2<double>& from, const Array2<double>& to, int rows, int dimensions) {
  Kokkos::parallel_for(
      "particles/add_force", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < dimensions; ++c) to(row, c) += from(row, c);
      });
}

template <int D, class Kind>
void add_potential(const Kind& potential, const Array2<double>& position, const Array2<double>& force, int rows,
                   int dimensions) {
  Kokkos::parallel_for(
      "particles/potential_force", Range(0, (rows + rows_at_once - 1) / rows_at_once), KOKKOS_LAMBDA(int group) {
        const int d = D > 0 ? D : dimensions, first = group * rows_at_once;
        const int count = rows - first < rows_at_once ? rows - first : rows_at_once;
        Rows<(D > 0 ? D : max_dimensions)> x, f;
        load_rows(position, first, count, d, x);
        load_rows(force, first, count, d, f);
        add_forces(potential, x, d, f);
        store_rows(f, first, count, d, force);
      });
}

template <class Kind>
void add_energy(const Kind& potential, const Array2<double>& position, const Array1<double>& energy, int rows,
                int dimensions) {
  Kokkos::parallel_for(
      "particles/energy", Range(0, rows), KOKKOS_LAMBDA(int row) {
        double x[max_dimensions];
        for (int c = 0; c < dimensions; ++c) x[c] = position(row, c);
        energy(row) += potential.energy(x, dimensions);
      });
}

void zero(const Array2<double>& force, int rows, int dimensions) {
  Kokkos::parallel_for(
      "particles/zero_force", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < dimensions; ++c) force(row, c) = 0.0;
      });
}

/// -dV/dx for each coordinate.
deck::Program force_program(const LangevinParams& p) {
  deck::Formulas formulas(formula_names(p));
  const auto energy = formulas.parse(fmt::format("-({})", p.potential.formula));
  std::vector<deck::Formulas::Expression> outputs;
  for (const auto& name : coordinate_names(p.dimensions)) outputs.push_back(formulas.derivative(energy, name));
  return formulas.compile(outputs);
}

/// m gamma u: friction with a fluid that moves is that with one at rest, and this force.
deck::Program drag_program(const LangevinParams& p) {
  std::vector<std::string> texts;
  for (const auto& velocity : p.flow) texts.push_back(fmt::format("{:.17g}*({})", p.mass * p.friction, velocity));
  return deck::compile_formulas(formula_names(p), texts);
}

}  // namespace

Forces::Forces(const LangevinParams& params)
    : dimensions_(params.dimensions), potential_(make_potential(params.potential)) {
  if (params.potential.kind == PotentialKind::formula) {
    energy_.emplace(deck::compile_formulas(formula_names(params), {params.potential.formula}));
    slope_.emplace(force_program(params));
  }
  if (!params.flow.empty()) drag_.emplace(drag_program(params));
}

void Forces::evaluate(const Array2<double>& position, const Array2<double>& force, int rows, double time) {
  if (slope_)
    slope_->evaluate(position, rows, time, force);
  else
    zero(force, rows, dimensions_);
  if (drag_) {
    if (part_.extent(0) < force.extent(0))
      part_ = make_uninitialized<Array2<double>>("particles/drag", force.extent(0), force.extent(1));
    drag_->evaluate(position, rows, time, part_);
    add(part_, force, rows, dimensions_);
  }
  std::visit(
      [&](const auto& potential) {
        with_dimensions(dimensions_, [&](auto d) {
          add_potential<decltype(d)::value>(potential, position, force, rows, dimensions_);
        });
      },
      potential_);
}

Array1<double> Forces::energies(const Array2<double>& position, int rows, double time) const {
  const auto room = static_cast<std::size_t>(rows);
  Array1<double> energy("particles/energy", room);
  if (energy_) energy_->evaluate(position, rows, time, Array2<double>(energy.data(), room, 1));
  std::visit([&](const auto& potential) { add_energy(potential, position, energy, rows, dimensions_); }, potential_);
  return energy;
}

}  // namespace tessera::sim::particles
