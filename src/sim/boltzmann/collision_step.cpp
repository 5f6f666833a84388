#include "sim/boltzmann/collision_step.hpp"

#include <algorithm>
#include <cmath>

#include "base/region.hpp"
#include "sim/boltzmann/collision_family.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::sim::boltzmann {

CollisionStep::CollisionStep(std::unique_ptr<CollisionOperator> collisions, double mass)
    : collisions_(std::move(collisions)), mass_(mass) {
  const auto size = static_cast<std::size_t>(collisions_->grid().size());
  batch_ = Array2<double>("collision batch", size, cells_at_once);
  on_host_ = Kokkos::create_mirror_view(Kokkos::HostSpace(), batch_);
  for (auto* values : {&rate_, &frequency_, &middle_}) values->resize(size * cells_at_once);
  maxwellian_.resize(size);
}

namespace {

/// Cells [first, first + count) of a block, velocities of a cell side by side.
void read_cells(const CellBlock& block, int first, int count, const Array2<double>& batch) {
  const int components = block.components(), length = block.count[0];
  Kokkos::parallel_for(
      "boltzmann/gather", Range(0, count * components), KOKKOS_LAMBDA(int n) {
        const int c = n / count, k = n % count, cell = first + k;
        batch(c, k) = block.row(cell / length, c)[cell % length];
      });
}

void write_cells(const CellBlock& block, int first, int count, const Array2<double>& batch, bool adds) {
  const int components = block.components(), length = block.count[0];
  Kokkos::parallel_for(
      "boltzmann/scatter", Range(0, count * components), KOKKOS_LAMBDA(int n) {
        const int c = n / count, k = n % count, cell = first + k;
        double& value = block.row(cell / length, c)[cell % length];
        value = adds ? value + batch(c, k) : batch(c, k);
      });
}

}  // namespace

void CollisionStep::gather(const CellBlock& block, int first, int count) {
  read_cells(block, first, count, batch_);
  Kokkos::deep_copy(on_host_, batch_);
}

void CollisionStep::scatter(const CellBlock& block, int first, int count, bool adds) {
  Kokkos::deep_copy(batch_, on_host_);
  write_cells(block, first, count, batch_, adds);
}

void CollisionStep::add(const CellBlock& f, double step, const CellBlock& out, const Array1<double>& frequency) {
  const Region region("boltzmann/collide");
  const auto size = static_cast<std::size_t>(collisions_->grid().size());
  std::vector<double> largest(static_cast<std::size_t>(f.cells()));
  for (int first = 0; first < f.cells(); first += cells_at_once) {
    const int count = std::min(cells_at_once, f.cells() - first);
    const std::size_t all = size * static_cast<std::size_t>(count);
    gather(f, first, count);
    const std::span<double> values(on_host_.data(), all), rate(rate_.data(), all), loss(frequency_.data(), all);
    collisions_->evaluate(values, rate, loss);
    for (std::size_t n = 0; n < all; ++n) values[n] = step * rate[n];
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
      const auto cell = loss.subspan(k * size, size);
      largest[static_cast<std::size_t>(first) + k] = *std::max_element(cell.begin(), cell.end());
    }
    scatter(out, first, count, true);
  }
  const auto cells = std::make_pair(std::size_t{0}, largest.size());
  Kokkos::deep_copy(Kokkos::subview(frequency, cells), HostArray1<const double>(largest.data(), largest.size()));
}

void CollisionStep::advance(const CellBlock& f, double dt) {
  const Region region("boltzmann/collide");
  const auto& grid = collisions_->grid();
  const auto size = static_cast<std::size_t>(grid.size());
  for (int first = 0; first < f.cells(); first += cells_at_once) {
    const int count = std::min(cells_at_once, f.cells() - first);
    const std::size_t all = size * static_cast<std::size_t>(count);
    gather(f, first, count);
    const std::span<double> values(on_host_.data(), all), rate(rate_.data(), all), loss(frequency_.data(), all),
        middle(middle_.data(), all), equilibrium(maxwellian_);
    collisions_->evaluate(values, rate, loss);
    double beta[cells_at_once];
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
      const auto cell = loss.subspan(k * size, size);
      beta[k] = *std::max_element(cell.begin(), cell.end());
      const double half = 0.5 * beta[k] * dt, stay = std::exp(-half);
      discrete_maxwellian(grid, mass_, moments(grid, mass_, values.subspan(k * size, size)), equilibrium);
      for (std::size_t n = 0; n < size; ++n) {
        const double value = values[k * size + n], changed = value + rate[k * size + n] / beta[k];
        middle[k * size + n] = stay * value + (1.0 - stay - half * stay) * equilibrium[n] + half * stay * changed;
      }
    }
    collisions_->evaluate(middle, rate, loss);
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
      const double whole = beta[k] * dt, stay = std::exp(-whole), share = whole * std::exp(-0.5 * whole);
      discrete_maxwellian(grid, mass_, moments(grid, mass_, values.subspan(k * size, size)), equilibrium);
      for (std::size_t n = 0; n < size; ++n) {
        const double changed = middle[k * size + n] + rate[k * size + n] / beta[k];
        double& value = values[k * size + n];
        value = stay * value + (1.0 - stay - share) * equilibrium[n] + share * changed;
      }
    }
    scatter(f, first, count, false);
  }
}

}  // namespace tessera::sim::boltzmann
