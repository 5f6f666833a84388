#include "sim/particles/start.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"

namespace tessera::sim::particles {

namespace {

/// A component is drawn, then a point of it. Draws of a particle: step 0, the numbers; step 1, the component.
struct MixtureDraw {
  Array1<double> share;         // sum of weights up to and with each component
  Array2<double> mean, spread;  // (component, coordinate)
};

MixtureDraw make_draw(const std::vector<ComponentParams>& components, std::size_t dimensions) {
  const std::size_t count = components.size();
  MixtureDraw draw{Array1<double>("particles/share", count), Array2<double>("particles/mean", count, dimensions),
                   Array2<double>("particles/spread", count, dimensions)};
  const auto shares = Kokkos::create_mirror_view(draw.share);
  const auto means = Kokkos::create_mirror_view(draw.mean);
  const auto spreads = Kokkos::create_mirror_view(draw.spread);
  double total = 0.0, sum = 0.0;
  for (const auto& component : components) total += component.weight;
  for (std::size_t k = 0; k < count; ++k) {
    shares(k) = (sum += components[k].weight) / total;
    for (std::size_t c = 0; c < dimensions; ++c) {
      means(k, c) = components[k].mean[c];
      spreads(k, c) = std::sqrt(components[k].variance[c]);
    }
  }
  Kokkos::deep_copy(draw.share, shares);
  Kokkos::deep_copy(draw.mean, means);
  Kokkos::deep_copy(draw.spread, spreads);
  return draw;
}

void draw_mixture(const MixtureDraw& mixture, const Random& random, const Array2<std::int64_t>& ids,
                  const Array2<double>& position, int dimensions, int rows) {
  const auto last = static_cast<int>(mixture.share.extent(0)) - 1;
  Kokkos::parallel_for(
      "particles/draw_mixture", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const auto id = static_cast<std::uint64_t>(ids(row, 0));
        int k = 0;
        if (last > 0) {
          const double place = random.uniform(id, 1).first;
          while (k < last && place >= mixture.share(k)) ++k;
        }
        for (int c = 0; c < dimensions; c += 2) {
          const auto pair = random.normal(id, 0, static_cast<std::uint32_t>(c / 2));
          position(row, c) = mixture.mean(k, c) + mixture.spread(k, c) * pair.first;
          if (c + 1 < dimensions)
            position(row, c + 1) = mixture.mean(k, c + 1) + mixture.spread(k, c + 1) * pair.second;
        }
      });
}

struct Rectangle {
  double low[max_dimensions] = {}, length[max_dimensions] = {};
};

void draw_rectangle(const Rectangle& rectangle, const Random& random, const Array2<std::int64_t>& ids,
                    const Array2<double>& position, int dimensions, int rows) {
  Kokkos::parallel_for(
      "particles/draw_rectangle", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const auto id = static_cast<std::uint64_t>(ids(row, 0));
        for (int c = 0; c < dimensions; c += 2) {
          const auto pair = random.uniform(id, 0, static_cast<std::uint32_t>(c / 2));
          position(row, c) = rectangle.low[c] + rectangle.length[c] * pair.first;
          if (c + 1 < dimensions) position(row, c + 1) = rectangle.low[c + 1] + rectangle.length[c + 1] * pair.second;
        }
      });
}

/// Of cells that are as nearly cubes as can be, at least as many as particles; what is left over is spread evenly.
struct Lattice {
  double low[max_dimensions] = {}, edge[max_dimensions] = {};
  std::int64_t cells[max_dimensions] = {};
  std::int64_t num_cells = 1, num_particles = 1;
};

Lattice make_lattice(const Space& space, std::int64_t particles) {
  Lattice lattice;
  double volume = 1.0;
  for (int c = 0; c < space.dimensions; ++c) volume *= space.length[c];
  const double edge = std::pow(volume / static_cast<double>(particles), 1.0 / space.dimensions);
  for (int c = 0; c < space.dimensions; ++c)
    lattice.cells[c] = std::max<std::int64_t>(1, std::llround(space.length[c] / edge));
  const auto count = [&] {
    std::int64_t cells = 1;
    for (int c = 0; c < space.dimensions; ++c) cells *= lattice.cells[c];
    return cells;
  };
  while (count() < particles) {
    int longest = 0;
    const auto length = [&](int c) { return space.length[c] / static_cast<double>(lattice.cells[c]); };
    for (int c = 1; c < space.dimensions; ++c)
      if (length(c) > length(longest)) longest = c;
    ++lattice.cells[longest];
  }
  for (int c = 0; c < space.dimensions; ++c) {
    lattice.low[c] = space.low[c];
    lattice.edge[c] = space.length[c] / static_cast<double>(lattice.cells[c]);
  }
  lattice.num_cells = count();
  lattice.num_particles = particles;
  return lattice;
}

void fill_lattice(const Lattice& lattice, const Array2<std::int64_t>& ids, const Array2<double>& position,
                  int dimensions, int rows) {
  Kokkos::parallel_for(
      "particles/fill_lattice", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const double share = static_cast<double>(lattice.num_cells) / static_cast<double>(lattice.num_particles);
        auto cell = static_cast<std::int64_t>(kmath::floor((static_cast<double>(ids(row, 0)) - 0.5) * share));
        for (int c = 0; c < dimensions; ++c) {
          position(row, c) = lattice.low[c] + lattice.edge[c] * (static_cast<double>(cell % lattice.cells[c]) + 0.5);
          cell /= lattice.cells[c];
        }
      });
}

void copy_from(const data::RowArray<double>& from, const Array2<double>& to, int dimensions, int rows) {
  Kokkos::parallel_for(
      "particles/take_table", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < dimensions; ++c) to(row, c) = from(row, c);
      });
}

void wrap_all(const Space& space, const Array2<double>& position, int rows) {
  Kokkos::parallel_for(
      "particles/wrap", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < space.dimensions; ++c) space.wrap(position(row, c), c);
      });
}

void fill_with_normals(const Random& random, double spread, const Array2<std::int64_t>& ids,
                       const Array2<double>& velocity, int dimensions, int rows) {
  Kokkos::parallel_for(
      "particles/draw_normals", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const auto id = static_cast<std::uint64_t>(ids(row, 0));
        for (int c = 0; c < dimensions; c += 2) {
          const auto pair = random.normal(id, 0, static_cast<std::uint32_t>(c / 2));
          velocity(row, c) = spread * pair.first;
          if (c + 1 < dimensions) velocity(row, c + 1) = spread * pair.second;
        }
      });
}

}  // namespace

void number_particles(const Array2<std::int64_t>& id, std::int64_t first, int rows) {
  Kokkos::parallel_for(
      "particles/number", Range(0, rows), KOKKOS_LAMBDA(int row) { id(row, 0) = first + row + 1; });
}

void draw_positions(const LangevinParams& params, std::uint32_t seed, const Columns& columns, const Space& space,
                    int rows) {
  const Random random(seed, RandomPurpose::langevin_start);
  const StartParams& start = params.start;
  const auto dimensions = static_cast<std::size_t>(params.dimensions);
  if (start.kind == StartKind::uniform) {
    Rectangle rectangle;
    for (std::size_t c = 0; c < dimensions; ++c) {
      rectangle.low[c] = start.low[c];
      rectangle.length[c] = start.high[c] - start.low[c];
    }
    draw_rectangle(rectangle, random, columns.id, columns.position, params.dimensions, rows);
  } else if (start.kind == StartKind::lattice) {
    fill_lattice(make_lattice(space, params.particles), columns.id, columns.position, params.dimensions, rows);
  } else {
    const auto draw = start.kind == StartKind::mixture ? make_draw(start.components, dimensions)
                                                       : make_draw({{1.0, start.mean, start.variance}}, dimensions);
    draw_mixture(draw, random, columns.id, columns.position, params.dimensions, rows);
  }
  if (space.has_periodic) wrap_all(space, columns.position, rows);
}

void take_table(const data::Table& table, const Columns& columns, const Space& space, bool with_velocity, int rows) {
  copy_from(table.get<double>("position"), columns.position, space.dimensions, rows);
  if (space.has_periodic) wrap_all(space, columns.position, rows);
  if (with_velocity) copy_from(table.get<double>("velocity"), columns.velocity, space.dimensions, rows);
}

void draw_normals(const Random& random, double spread, const Columns& columns, int dimensions, int rows) {
  fill_with_normals(random, spread, columns.id, columns.velocity, dimensions, rows);
}

}  // namespace tessera::sim::particles
