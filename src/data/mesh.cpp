#include "data/mesh.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "data/exchange_size.hpp"

namespace tessera::data {

namespace {

constexpr std::int64_t max_cells = std::int64_t{1} << 40;  // along one direction

Long3 check_cells(const std::vector<std::int64_t>& num_cells) {
  if (num_cells.empty() || num_cells.size() > 3)
    throw Error::input(fmt::format("a mesh of {} directions; expected 1 to 3", num_cells.size()));
  Long3 cells{1, 1, 1};
  double total = 1.0;
  for (std::size_t d = 0; d < num_cells.size(); ++d) {
    cells[d] = num_cells[d];
    if (cells[d] < 1 || cells[d] > max_cells)
      throw Error::input(
          fmt::format("a mesh of {} cells along direction {}; expected 1 to {}", cells[d], d, max_cells));
    total *= static_cast<double>(cells[d]);
  }
  if (total > 9e18) throw Error::input(fmt::format("a mesh of {:.3g} cells; at most 9e18 can be counted", total));
  return cells;
}

std::string text_of(const Long3& n) { return fmt::format("{} x {} x {}", n[0], n[1], n[2]); }

bool fits(const Int3& grid, const Long3& cells) {
  for (int d = 0; d < 3; ++d)
    if (grid[d] > cells[static_cast<std::size_t>(d)]) return false;
  return true;
}

}  // namespace

Int3 Mesh::best_grid(const std::vector<std::int64_t>& num_cells, int num_ranks) {
  const Long3 cells = check_cells(num_cells);
  const Box of_cells = Box::orthogonal(
      {0, 0, 0}, {static_cast<double>(cells[0]), static_cast<double>(cells[1]), static_cast<double>(cells[2])});
  Int3 best{0, 0, 0};
  double least = std::numeric_limits<double>::max();
  for (const auto& grid : Tiling::grids(num_ranks)) {
    if (!fits(grid, cells)) continue;
    // Ties go to cuts along the last directions, as Tiling's.
    if (const double area = Tiling::surface(of_cells, grid); area < least * (1.0 - 1e-12)) {
      least = area;
      best = grid;
    }
  }
  if (best[0] == 0)
    throw Error::input(
        fmt::format("a mesh of {} cells cannot be cut into {} blocks, one a rank, that all have cells: "
                    "use fewer ranks, or a number of them with smaller factors",
                    text_of(cells), num_ranks));
  return best;
}

Mesh::Mesh(const Comm& comm, const Box& box, const std::vector<std::int64_t>& num_cells, Centring centring)
    : Mesh(Tiling(comm, box, best_grid(num_cells, comm.size())), num_cells, centring) {}

Mesh::Mesh(const Tiling& tiling, const std::vector<std::int64_t>& num_cells, Centring centring)
    : tiling_(tiling),
      centring_(centring),
      dimensions_(static_cast<int>(num_cells.size())),
      num_cells_(check_cells(num_cells)) {
  for (int d = 0; d < 3; ++d) {
    const auto n = num_cells_[static_cast<std::size_t>(d)];
    const double length = box().cell[d][d];
    if (!box().is_orthogonal() || length <= 0.0)
      throw Error::input("a mesh needs a box whose cell vectors lie along the axes: x, y and z in this order");
    for (int tile = 0; tile < tiling.grid()[d]; ++tile) {
      const std::int64_t count = first_of(d, tile + 1) - first_of(d, tile);
      if (count > std::numeric_limits<int>::max())
        throw Error::input(fmt::format("a rank would hold {} cells along direction {}: use more ranks", count, d));
      if (count < 1)
        throw Error::input(
            fmt::format("a mesh of {} cells is cut into {} x {} x {} blocks, and block {} along direction {} has no "
                        "cells: use at most as many ranks as cells in each direction",
                        text_of(num_cells_), tiling.grid()[0], tiling.grid()[1], tiling.grid()[2], tile, d));
    }
    const bool ends_on_nodes = centring == Centring::node && d < dimensions_ && !is_periodic(d);
    if (ends_on_nodes && n < 2)
      throw Error::input(fmt::format("a mesh of 1 node along the open direction {}; expected at least 2", d));
    spacing_[d] = length / static_cast<double>(ends_on_nodes ? n - 1 : n);
    const std::int64_t begin = first_of(d, tiling.coordinates()[d]), end = first_of(d, tiling.coordinates()[d] + 1);
    first_[static_cast<std::size_t>(d)] = begin;
    count_[d] = static_cast<int>(end - begin);
  }
}

std::int64_t Mesh::first_of(int d, int tile) const {
  return first_cell(tiling_, d, num_cells_[static_cast<std::size_t>(d)], tile);
}

bool Mesh::is_same_as(const Mesh& other) const {
  bool same = num_cells_ == other.num_cells_ && dimensions_ == other.dimensions_ && centring_ == other.centring_;
  for (int d = 0; d < 3; ++d)
    same = same && box().origin[d] == other.box().origin[d] && box().cell[d][d] == other.box().cell[d][d] &&
           is_periodic(d) == other.is_periodic(d);
  return same;
}

double Mesh::cell_volume() const {
  double volume = 1.0;
  for (int d = 0; d < dimensions_; ++d) volume *= spacing_[d];
  return volume;
}

std::int64_t Mesh::index_at(int d, double x) const {
  const double offset = centring_ == Centring::cell ? 0.0 : 0.5;
  const auto index = static_cast<std::int64_t>(std::floor((x - box().origin[d]) / spacing_[d] + offset));
  const auto n = num_cells_[static_cast<std::size_t>(d)];
  return is_periodic(d) ? (index % n + n) % n : index;
}

double Mesh::weight(int d, std::int64_t index) const {
  if (centring_ == Centring::cell || is_periodic(d) || d >= dimensions_) return 1.0;
  return index == 0 || index == num_cells_[static_cast<std::size_t>(d)] - 1 ? 0.5 : 1.0;
}

}  // namespace tessera::data
