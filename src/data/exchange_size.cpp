#include "data/exchange_size.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "data/halo_plan.hpp"

namespace tessera::data {

namespace {

/// The part of this tile that a tile (in some image) wants, along one direction: an extent, or a number of cells.
struct Wanted {
  int tile;
  double amount;
};

/// Rows by receiving rank. The first part of each direction is the tile itself.
std::map<int, double> combine(const Tiling& tiling, const std::vector<Wanted> (&parts)[3], double rows_per_amount) {
  std::map<int, double> rows;
  for (std::size_t z = 0; z < parts[2].size(); ++z)
    for (std::size_t y = 0; y < parts[1].size(); ++y)
      for (std::size_t x = 0; x < parts[0].size(); ++x) {
        const int rank = tiling.rank_of({parts[0][x].tile, parts[1][y].tile, parts[2][z].tile});
        if (rank == tiling.rank()) continue;
        rows[rank] += rows_per_amount * parts[0][x].amount * parts[1][y].amount * parts[2][z].amount;
      }
  return rows;
}

double overlap(double low, double high, double other_low, double other_high) {
  return std::max(0.0, std::min(high, other_high) - std::max(low, other_low));
}

}  // namespace

ExchangeSize halo_size(const Tiling& tiling, double num_particles, double width) {
  std::vector<Wanted> parts[3];
  for (int d = 0; d < 3; ++d)
    for (const auto& target : find_targets(tiling, d, width / tiling.box().height(d)))
      parts[d].push_back({target.tile, overlap(target.low, target.high, tiling.low(d), tiling.high(d))});
  ExchangeSize size;
  for (const auto& [rank, rows] : combine(tiling, parts, num_particles)) {
    size.rows += rows;
    size.messages += -std::expm1(-rows);
  }
  return size;
}

std::int64_t first_cell(const Tiling& tiling, int d, std::int64_t num_cells, int tile) {
  return std::llround(tiling.cuts(d)[static_cast<std::size_t>(tile)] * static_cast<double>(num_cells));
}

ExchangeSize mesh_exchange_size(const Tiling& tiling, const std::array<std::int64_t, 3>& num_cells,
                                std::int64_t layers) {
  return mesh_exchange_size(tiling, num_cells, {layers, layers, layers});
}

ExchangeSize mesh_exchange_size(const Tiling& tiling, const std::array<std::int64_t, 3>& num_cells,
                                const std::array<std::int64_t, 3>& layers) {
  for (const auto number : layers)
    if (number < 0) throw Error::input(fmt::format("{} layers of ghost cells; expected 0 or more", number));
  std::vector<Wanted> parts[3];
  for (int d = 0; d < 3; ++d) {
    const std::int64_t cells = num_cells[static_cast<std::size_t>(d)];
    if (cells < 1)
      throw Error::input(fmt::format("a mesh of {} cells along direction {}; expected 1 or more", cells, d));
    const auto first = [&](int tile) { return static_cast<double>(first_cell(tiling, d, cells, tile)); };
    const int own = tiling.coordinates()[d];
    const auto wide = static_cast<double>(layers[static_cast<std::size_t>(d)]), period = static_cast<double>(cells);
    // Cuts are rounded to cells: one cell more than the layers finds every tile that could want something.
    for (const auto& target : find_targets(tiling, d, (wide + 1.0) / period)) {
      const bool is_self = target.tile == own && target.image == 0;
      const double shift = target.image * period, low = first(target.tile) + shift,
                   high = first(target.tile + 1) + shift;
      const double margin = is_self || low == high ? 0.0 : wide;  // a tile without cells has no ghosts
      const double amount = overlap(low - margin, high + margin, first(own), first(own + 1));
      if (is_self || amount > 0.0) parts[d].push_back({target.tile, amount});
    }
  }
  ExchangeSize size;
  for (const auto& [rank, cells] : combine(tiling, parts, 1.0)) {
    size.rows += cells;
    size.messages += cells > 0.0 ? 1.0 : 0.0;
  }
  return size;
}

}  // namespace tessera::data
