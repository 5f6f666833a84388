#include "sim/boltzmann/transport/sides.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "sim/boltzmann/initial.hpp"
#include "sim/boltzmann/transport/side_cells.hpp"

namespace tessera::sim::boltzmann {

void bind(deck::Binder& b, SideParams& p) {
  b.choice("kind", p.kind,
           {{"periodic", SideKind::periodic},
            {"specular", SideKind::specular},
            {"diffuse", SideKind::diffuse},
            {"inflow", SideKind::inflow},
            {"outflow", SideKind::outflow}},
           {"specular: a mirror; diffuse: particles leave with the wall's temperature and velocity; inflow: a "
            "Maxwellian comes in; outflow: no gradient"});
  const auto has = [&](SideKind kind) { return b.is_describing() || p.kind == kind; };
  if (has(SideKind::diffuse) || has(SideKind::inflow)) {
    b.value("temperature", p.temperature, deck::positive, {"of a diffuse wall or of what flows in", "temperature"});
    b.list("velocity", p.velocity, 3, deck::any, {"of a diffuse wall, along it, or of what flows in", "velocity"});
  }
  if (has(SideKind::inflow))
    b.list("density", p.density, 0, deck::positive, {"of what flows in: of each species, or one number for all"});
  if (has(SideKind::diffuse))
    b.value("accommodation", p.accommodation, deck::unit_interval,
            {"the share of particles that a diffuse wall re-emits; the others are reflected as by a mirror"});
}

namespace {

void check_side(const PhaseGrid& phase, const SideParams& p, int direction, const std::string& name) {
  const auto& grid = phase.grid();
  const bool reflects = p.kind == SideKind::specular || (p.kind == SideKind::diffuse && p.accommodation < 1.0);
  const auto axis = static_cast<std::size_t>(direction);
  if (reflects && (grid.offset != 0.5 || grid.centre[direction] != 0.0))
    throw Error::input(
        fmt::format("side {}: a mirror sends each velocity to its opposite, which the velocity grid has not; expected "
                    "velocity.offset = 0.5 and a centre of 0 along {}",
                    name, "xyz"[axis]));
  if (p.kind == SideKind::diffuse && p.velocity[axis] != 0.0)
    throw Error::input(
        fmt::format("side {}: the wall moves along {}; expected a velocity along the wall only", name, "xyz"[axis]));
  if (phase.reduction() == Reduction::axial && (p.velocity[1] != 0.0 || p.velocity[2] != 0.0))
    throw Error::input(fmt::format(
        "side {}: an axial reduction knows no motion across x; expected reduction = \"planar\" or \"none\"", name));
  if (phase.is_reduced() && p.velocity[2] != 0.0)
    throw Error::input(fmt::format(
        "side {}: a planar reduction knows no motion along z; expected a velocity along y, or reduction = \"none\"",
        name));
}

}  // namespace

Sides::Sides(const PhaseGrid& phase, double mass, const data::Mesh& mesh, const std::vector<SideParams>& sides,
             std::size_t species, Reconstruction reconstruction)
    : phase_(phase), mass_(mass), reconstruction_(reconstruction) {
  const auto components = static_cast<std::size_t>(phase.components());
  const auto weights = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), phase.weights());
  const auto velocities = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), phase.velocities());
  for (int d = 0; d < mesh.dimensions(); ++d)
    for (int end = 0; end < 2; ++end) {
      const auto n = static_cast<std::size_t>(2 * d + end);
      Side& side = sides_[d][end];
      side.params = sides[n];
      const auto& p = side.params;
      if (p.kind == SideKind::periodic) continue;
      check_side(phase, p, d, side_names[n]);
      if (p.kind != SideKind::diffuse && p.kind != SideKind::inflow) continue;
      const double density = p.kind == SideKind::inflow ? p.density[p.density.size() == 1 ? 0 : species] : 1.0;
      const auto incoming =
          maxwellian(phase, mass, {density, {p.velocity[0], p.velocity[1], p.velocity[2]}, p.temperature},
                     fmt::format("side {}", side_names[n]));
      side.incoming = Array1<double>("incoming", components);
      Kokkos::deep_copy(side.incoming, HostArray1<const double>(incoming.data(), components));
      if (p.kind == SideKind::inflow) continue;
      double influx = 0.0;
      const double sign = end == 0 ? 1.0 : -1.0;
      for (std::size_t c = 0; c < components; ++c)
        if (sign * velocities(c, d) > 0.0) influx += sign * velocities(c, d) * weights(c, 0) * incoming[c];
      side.inverse_influx = 1.0 / influx;
      const int first = d == 0 ? 1 : 0, second = d == 2 ? 1 : 2;
      const auto faces = static_cast<std::size_t>(mesh.count()[first]) * static_cast<std::size_t>(mesh.count()[second]);
      const auto axis = static_cast<std::size_t>(d);
      // Ranks near the side whose ghosts reach beyond it have to know as well.
      const std::int64_t away =
          end == 0 ? mesh.first()[axis] : mesh.num_cells()[axis] - mesh.first()[axis] - mesh.count()[d];
      walls_.is_here[d][end] = away == 0;
      if (away >= layers_of(reconstruction)) continue;
      side.density = Array1<double>("wall density", faces);
      walls_.values[d][end] = Array2<double>("wall faces", faces, components);
    }
}

void Sides::fill(const data::Field& field) {
  for (int d = 0; d < field.mesh().dimensions(); ++d)
    for (int end = 0; end < 2; ++end) fill_side(field, d, end);
}

namespace {

/// The same for all that leave the gas, so that slopes are one-sided there; not below zero.
KOKKOS_FORCEINLINE_FUNCTION double extrapolated(const double* cell, std::ptrdiff_t step, int layer) {
  const double value = cell[0] + layer * (cell[0] - cell[step]);
  return value > 0.0 || cell[0] < 0.0 ? value : 0.0;
}

/// On the face, of what leaves: the same on ranks that have fewer ghosts there than the scheme reaches into.
template <Reconstruction Kind>
KOKKOS_FORCEINLINE_FUNCTION double outgoing_value(const double* cell, std::ptrdiff_t step) {
  const double along[5] = {Kind == Reconstruction::weno ? cell[2 * step] : 0.0, cell[step], cell[0],
                           extrapolated(cell, step, 1), extrapolated(cell, step, 2)};
  return face_value<Kind>(along + 2, 1);
}

struct WallFill {
  SideLines lines;
  Array2<double> velocities, weights, faces;
  Array2<int> mirrored;
  Array1<double> incoming, density;
  double inverse_influx, accommodation;
  int components;
};

/// First what leaves, then how much of it there is, then what comes back.
template <Reconstruction Kind>
void fill_wall(const WallFill& wall) {
  for_each_line_and_component(
      "boltzmann/wall_outgoing", wall.lines, wall.components, KOKKOS_LAMBDA(int line, int c) {
        const auto& lines = wall.lines;
        if (wall.velocities(c, lines.direction) * lines.inward > 0.0) return;
        double* cell = lines.cell(line, c);
        const auto step = lines.step();
        for (int layer = 1; layer <= lines.ghosts; ++layer) cell[-layer * step] = extrapolated(cell, step, layer);
      });
  Kokkos::parallel_for(
      "boltzmann/wall_density", Range(0, wall.lines.lines()), KOKKOS_LAMBDA(int line) {
        const auto& lines = wall.lines;
        const auto step = lines.step();
        double outflux = 0.0;
        for (int c = 0; c < wall.components; ++c) {
          const double v = wall.velocities(c, lines.direction) * lines.inward;
          if (v < 0.0) outflux -= v * wall.weights(c, 0) * outgoing_value<Kind>(lines.cell(line, c), step);
        }
        wall.density(line) = outflux * wall.inverse_influx;
      });
  for_each_line_and_component(
      "boltzmann/wall_incoming", wall.lines, wall.components, KOKKOS_LAMBDA(int line, int c) {
        const auto& lines = wall.lines;
        if (!(wall.velocities(c, lines.direction) * lines.inward > 0.0)) return;
        const auto step = lines.step();
        double value = wall.accommodation * wall.density(line) * wall.incoming(c);
        if (wall.accommodation < 1.0)
          value += (1.0 - wall.accommodation) *
                   outgoing_value<Kind>(lines.cell(line, wall.mirrored(c, lines.direction)), step);
        wall.faces(line, c) = value;
        double* cell = lines.cell(line, c);
        for (int layer = 1; layer <= lines.ghosts; ++layer)
          cell[-layer * step] = value - (2.0 * layer - 1.0) * (cell[0] - value);
      });
}

struct OtherFill {
  SideLines lines;
  Array2<double> velocities;
  Array2<int> mirrored;
  Array1<double> incoming;
  bool is_mirror, is_inflow;
  int components;
};

/// Mirrors, inflow and outflow.
void fill_other(const OtherFill& side) {
  for_each_line_and_component(
      "boltzmann/side", side.lines, side.components, KOKKOS_LAMBDA(int line, int c) {
        const auto& lines = side.lines;
        double* cell = lines.cell(line, c);
        const auto step = lines.step();
        const double* image = side.is_mirror ? lines.cell(line, side.mirrored(c, lines.direction)) : cell;
        const bool comes_in = side.is_inflow && side.velocities(c, lines.direction) * lines.inward > 0.0;
        for (int layer = 1; layer <= lines.ghosts; ++layer)
          cell[-layer * step] = comes_in ? side.incoming(c) : side.is_mirror ? image[(layer - 1) * step] : cell[0];
      });
}

}  // namespace

void Sides::fill_side(const data::Field& field, int direction, int end) {
  const Side& side = sides_[direction][end];
  if (side.params.kind == SideKind::periodic) return;
  const SideLines lines(field, direction, end);
  if (lines.ghosts == 0) return;
  if (side.params.kind == SideKind::diffuse) {
    const WallFill wall{
        lines,         phase_.velocities(), phase_.weights(),    walls_.values[direction][end], phase_.mirrored(),
        side.incoming, side.density,        side.inverse_influx, side.params.accommodation,     phase_.components()};
    with_reconstruction(reconstruction_, [&](auto kind) { fill_wall<decltype(kind)::value>(wall); });
    return;
  }
  const bool is_mirror = side.params.kind == SideKind::specular, is_inflow = side.params.kind == SideKind::inflow;
  fill_other({lines, phase_.velocities(), phase_.mirrored(), side.incoming, is_mirror, is_inflow, phase_.components()});
}

namespace {

struct FluxSum {
  SideLines lines;
  Array2<double> velocities, weights, faces;
  bool has_faces;
  int components;
};

template <Reconstruction Kind>
void sum_flux(const FluxSum& s, ExactSums<num_conserved>& total) {
  Kokkos::parallel_reduce(
      "boltzmann/side_flux", Range(0, s.lines.lines()),
      KOKKOS_LAMBDA(int line, ExactSums<num_conserved>& sums) {
        const auto step = s.lines.step();
        double flux[num_conserved] = {};
        for (int c = 0; c < s.components; ++c) {
          const double v = s.velocities(c, s.lines.direction);
          const double* cell = s.lines.cell(line, c);
          const bool comes_in = v * s.lines.inward > 0.0;
          const double value = !comes_in     ? face_value<Kind>(cell, -step)
                               : s.has_faces ? s.faces(line, c)
                                             : face_value<Kind>(cell - step, step);
          for (int k = 0; k < num_conserved; ++k) flux[k] += v * s.weights(c, k) * value;
        }
        for (int k = 0; k < num_conserved; ++k) sums.part[k].add(flux[k]);
      },
      Kokkos::Sum<ExactSums<num_conserved>>(total));
}

}  // namespace

SideFlux Sides::flux(const data::Field& field, int direction, int end) const {
  const SideLines lines(field, direction, end);
  ExactSums<num_conserved> total;
  if (lines.is_owned) {
    const FluxSum sum{lines,
                      phase_.velocities(),
                      phase_.weights(),
                      walls_.values[direction][end],
                      sides_[direction][end].params.kind == SideKind::diffuse,
                      phase_.components()};
    with_reconstruction(reconstruction_, [&](auto kind) { sum_flux<decltype(kind)::value>(sum, total); });
  }
  all_reduce(field.mesh().comm(), total.part, num_conserved);
  double faces = 1.0, raw[num_conserved];
  for (int d = 0; d < 3; ++d)
    if (d != direction) faces *= static_cast<double>(field.mesh().num_cells()[static_cast<std::size_t>(d)]);
  for (int k = 0; k < num_conserved; ++k) raw[k] = mass_ * phase_.volume() * total.part[k].value() / faces;
  SideFlux flux{.mass = raw[0]};
  const auto& centre = phase_.grid().centre;
  flux.energy = 0.5 * raw[4];
  for (int d = 0; d < 3; ++d) {
    flux.momentum[d] = raw[1 + d] + centre[d] * raw[0];
    flux.energy += centre[d] * raw[1 + d] + 0.5 * centre[d] * centre[d] * raw[0];
  }
  return flux;
}

}  // namespace tessera::sim::boltzmann
